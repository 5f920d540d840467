-- People are kept by their units in the console: by version, with who changed them last. What their unit sees of them makes a new
-- version; how a name is read, a password and another master key do not.
-- Without constraints, so that neither its rows are read nor accounts locked while it is held: the trigger alone writes these, and
-- accounts are never deleted.
alter table people
    add column version bigint not null default 1,
    add column changed_by bigint,
    add column changed_at timestamptz;

create trigger person_version_is_counted before update on people for each row
when ((old.name, old.document, old.card_number, old.title, old.title_series, old.title_level, old.specialty, old.takes_part,
        old.unit_id, old.department_id, old.registration, old.state, old.version)
    is distinct from (new.name, new.document, new.card_number, new.title, new.title_series, new.title_level, new.specialty,
        new.takes_part, new.unit_id, new.department_id, new.registration, new.state, new.version))
execute function count_version ();
