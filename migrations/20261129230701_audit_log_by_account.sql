-- The audit log as one account's acts, the newest first, from any instant on: without it they were looked for among all acts of
-- their unit and those below. While it is built (about a second for a million rows) acts wait; check-ins of phones do not.
create index audit_log_by_account on audit_log (account_id, at, id);
