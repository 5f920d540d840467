-- no-transaction
-- Whoever takes a phone over looks for open registrations with it, under every master key, while nobody submits one.
create index concurrently registrations_by_phones on registrations using gin (phone_indexes) with (fastupdate = off) where person_id is null;
