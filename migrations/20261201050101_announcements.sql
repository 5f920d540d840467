-- What an authority or a unit announces (通知公告) to the admins of the units below it, to people, or to both. One row however many
-- read it: nothing is written for a reader at its publication, and what has been read is one row of each reader.

create table announcements (
    id bigint generated always as identity primary key,
    -- Who announces it: for itself and what lies below it.
    unit_id bigint not null references units (id),
    title text not null,
    -- Plain text; an empty line ends a paragraph.
    body text not null,
    to_admins boolean not null,
    to_people boolean not null,
    -- Stands before the others.
    pinned boolean not null,
    -- The units at or below it that alone read it, with what lies below them; all of its tree where there is none.
    only_units bigint[] not null default '{}',
    -- From when on it is read; none of a draft.
    published_at timestamptz,
    -- Until when it is read; none where that is not limited.
    shown_until timestamptz,
    withdrawn_at timestamptz,
    drafted_by bigint not null references accounts (id),
    drafted_at timestamptz not null,
    version bigint not null default 1,
    changed_by bigint references accounts (id),
    changed_at timestamptz,
    constraint announcement_has_readers check (to_admins or to_people),
    constraint announcement_title_is_short check (char_length(title) between 2 and 100),
    constraint announcement_body_is_bounded check (char_length(body) between 1 and 10000),
    constraint announcement_units_are_few check (cardinality(only_units) <= 50),
    constraint announcement_is_shown_after_its_publication check (shown_until > published_at),
    constraint announcement_version_is_counted_up check (version >= 1)
);

create trigger announcement_version_is_counted before update on announcements for each row
when (old.* is distinct from new.*) execute function count_version ();

-- Nodes keep what each unit announces: they are told of the unit.
create trigger announcement_changed after insert or update on announcements for each row
execute function tell_change ('announcing_unit', 'unit_id');

create index announcements_of_unit on announcements (unit_id, id);
create index announcements_of_unit_that_stand on announcements (unit_id, shown_until desc nulls first)
where published_at is not null and withdrawn_at is null;

-- What a reader has read: all until an instant, and some that are newer. One row for each who has read any.
create table announcement_readings (
    person_id bigint references people (id),
    account_id bigint references accounts (id),
    read_through timestamptz not null,
    read_ids bigint[] not null,
    constraint announcement_reading_has_one_reader check (num_nonnulls(person_id, account_id) = 1),
    constraint announcement_reading_is_bounded check (cardinality(read_ids) <= 2000)
);

create unique index announcement_readings_of_person on announcement_readings (person_id) where person_id is not null;
create unique index announcement_readings_of_account on announcement_readings (account_id) where account_id is not null;
