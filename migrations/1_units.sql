-- Units: the tree province → city → county → unit → department. Everything a person or an admin may see hangs on it.

create table units (
    id bigint generated always as identity primary key,
    parent_id bigint references units (id),
    kind text not null,
    name text not null,
    created_at timestamptz not null default now(),
    constraint unit_kind_is_known check (kind in ('province', 'city', 'county', 'unit', 'department')),
    -- Only a province has nothing above it.
    constraint unit_has_parent check ((kind = 'province') = (parent_id is null)),
    constraint unit_name_is_short check (char_length(name) between 1 and 100),
    -- A renamed clinic is a new name on the same row: two children of one parent are never called the same.
    constraint unit_name_is_unique_in_parent unique nulls not distinct (parent_id, name)
);

create index units_by_parent on units (parent_id);

-- Every unit at or below the given one. Authority over a unit is authority over all of these.
create function unit_and_below (root bigint) returns setof bigint
language sql stable as $$
    with recursive below as (
        select id from units where id = root
        union all
        select units.id from units join below on units.parent_id = below.id
    )
    select id from below
$$;
