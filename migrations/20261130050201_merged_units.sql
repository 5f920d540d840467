-- Units that are merged: the one lies in the other from then on, closed, so that whoever acts for the other sees what it held, under
-- its own name. Its people are moved by a job, a few hundred at a time, and each of them is written down.

alter table units add column merged_into bigint references units (id);
alter table units
    add constraint unit_that_is_merged_is_closed check (merged_into is null or closed_at is not null) not valid,
    add constraint unit_is_not_merged_into_itself check (merged_into <> id) not valid;

create table unit_merges (
    id bigint generated always as identity primary key,
    from_id bigint not null references units (id),
    into_id bigint not null references units (id),
    account_id bigint not null references accounts (id),
    merged_at timestamptz not null,
    -- People who have been moved so far.
    people integer not null default 0,
    -- Null until all of them are.
    finished_at timestamptz,
    constraint unit_merge_is_once unique (from_id)
);
create index unit_merges_into on unit_merges (into_id);

-- Who was moved, and out of which department. No reference to people, who are never deleted: this is written by the hundred thousand.
create table merged_people (
    merge_id bigint not null references unit_merges (id),
    person_id bigint not null,
    department_id bigint,
    constraint merged_person_is_moved_once primary key (merge_id, person_id)
);
create trigger merged_people_are_only_added_to before update or delete or truncate on merged_people
for each statement execute function refuse_change ();
