-- The catalogue (项目库): the approved activities a unit may hold. Projects are chosen from it, never typed by hand.

create table catalogue_entries (
    id bigint generated always as identity primary key,
    unit_id bigint not null references units (id),
    -- As printed by the authority: 2025-11-01-033 (国)
    number text not null,
    name text not null,
    year smallint not null,
    level text not null,
    credits numeric(5, 1) not null,
    hours numeric(5, 1) not null,
    discipline text not null,
    constraint catalogue_number_is_unique_in_year unique (year, number),
    -- So that a project can prove in one foreign key that the entry is its own unit's.
    constraint catalogue_entry_of_unit unique (id, unit_id),
    constraint catalogue_level_is_known check (level in ('national', 'provincial', 'city')),
    constraint catalogue_credits_are_positive check (credits > 0 and hours > 0)
);
