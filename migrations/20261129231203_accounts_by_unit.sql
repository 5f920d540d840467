-- no-transaction
-- A unit's accounts: its admins are counted, told of its new name, and locked with it.
create index concurrently accounts_by_unit on accounts (unit_id);
