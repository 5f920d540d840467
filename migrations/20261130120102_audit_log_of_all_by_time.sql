-- no-transaction
-- Which acts are the newest of the whole log. Concurrently: everybody who acts writes to the log.
create index concurrently audit_log_by_time on audit_log (at, id);
