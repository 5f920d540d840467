-- The audit log as it is read: the newest acts of a unit first, from any instant on. Units below one are merged by time.
create index audit_log_by_unit_and_time on audit_log (unit_id, at, id);
drop index audit_log_by_unit;
