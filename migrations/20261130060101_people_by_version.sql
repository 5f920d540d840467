-- People are kept by their units in the console: by version, with who changed them last. What their unit sees of them makes a new
-- version; how a name is read, a password and another master key do not.
alter table people add column version bigint not null default 1;
alter table people add column changed_by bigint;
alter table people add column changed_at timestamptz;
alter table people add constraint person_version_is_counted_up check (version >= 1) not valid;
-- Not valid: every row has null, and the table is not read for that.
alter table people add constraint person_changed_by_is_an_account foreign key (changed_by) references accounts (id) not valid;

create trigger person_version_is_counted before update on people for each row
when ((old.name, old.document, old.card_number, old.title, old.title_series, old.title_level, old.specialty, old.takes_part,
        old.unit_id, old.department_id, old.registration, old.state, old.version)
    is distinct from (new.name, new.document, new.card_number, new.title, new.title_series, new.title_level, new.specialty,
        new.takes_part, new.unit_id, new.department_id, new.registration, new.state, new.version))
execute function count_version ();
