-- no-transaction
-- The log as what others have done to one unit, the newest first: few acts of all.
create index concurrently audit_log_by_concerned_unit on audit_log (concerned_unit_id, at, id) where concerned_unit_id is not null;
