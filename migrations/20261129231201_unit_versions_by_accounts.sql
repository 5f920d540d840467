-- Whoever changed a unit is an account. Not valid at first: rows that are written from now on are looked at, and no table is locked
-- while those that there are be read.
alter table unit_versions add constraint unit_version_is_by_an_account foreign key (changed_by) references accounts (id) not valid;
