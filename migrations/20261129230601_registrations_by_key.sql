-- Which open registrations an older master key sealed: found without reading all of them at each start.

create index registrations_by_key on registrations (key_id) where person_id is null;
