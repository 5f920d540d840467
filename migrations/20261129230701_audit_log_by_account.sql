-- no-transaction
-- The audit log as one account's acts, the newest first, from any instant on: without it they were looked for among all acts of
-- their unit and those below. Every act of an admin is in this table: nodes go on writing while it is built.
create index concurrently audit_log_by_account on audit_log (account_id, at, id);
