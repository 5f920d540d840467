-- Projects: one holding of a catalogue entry, with the period declared for it.

create table projects (
    id bigint generated always as identity primary key,
    unit_id bigint not null references units (id),
    catalogue_entry_id bigint not null,
    venue text not null,
    method text not null,
    leader text not null,
    contact_name text not null,
    contact_phone text not null,
    state text not null default 'draft',
    -- Why the authority refused; shown to the unit.
    state_reason text,
    created_at timestamptz not null default now(),
    -- Never another unit's entry.
    constraint project_is_from_own_catalogue foreign key (catalogue_entry_id, unit_id)
        references catalogue_entries (id, unit_id),
    constraint project_state_is_known check (state in ('draft', 'submitted', 'approved', 'rejected', 'held', 'closed')),
    constraint project_rejection_has_reason check (state <> 'rejected' or state_reason is not null)
);

create index projects_by_unit on projects (unit_id);

-- Periods (举办周期): the declared dates on which the project is really held. Attendance counts only inside one.
create extension if not exists btree_gist;

create table periods (
    id bigint generated always as identity primary key,
    project_id bigint not null references projects (id),
    first_day date not null,
    last_day date not null,
    constraint period_ends_after_start check (last_day >= first_day),
    constraint period_is_within_a_year check (last_day - first_day < 366),
    constraint periods_of_a_project_do_not_overlap
        exclude using gist (project_id with =, daterange(first_day, last_day, '[]') with &&)
);
