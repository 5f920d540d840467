-- Where each unit stands in the tree, as one text: the ids from its province down to itself, '/1/4/27/'. Whatever lies at or
-- below a unit has a path that begins with the unit's, and one range of an index holds it, however many units there are.

-- In the collation of bytes, so that a beginning is a range: from '/1/4/' up to '/1/40', as '0' comes next after '/'.
alter table units add column path text collate "C";

with recursive placed (id, path) as (
    select id, '/' || id || '/' from units where parent_id is null
    union all
    select units.id, placed.path || units.id || '/' from units join placed on units.parent_id = placed.id
)
update units set path = placed.path from placed where placed.id = units.id;

alter table units alter column path set not null;
alter table units add constraint unit_path_ends_with_itself check (path like '%/' || id || '/');
create index units_by_path on units (path);

-- Kept here and not by whoever writes, so that what a node of the release before writes, or a hand, has its path as well.
create function place_unit () returns trigger
language plpgsql as $$
declare
    above text := '/';
begin
    if new.parent_id is not null then
        -- Whoever moves the parent meanwhile waits, or is waited for.
        select path into above from units where id = new.parent_id for share;
    end if;
    if tg_op = 'UPDATE' and starts_with(above, old.path) then
        raise exception 'a unit is not moved below itself'
            using errcode = 'restrict_violation', constraint = 'unit_is_not_below_itself', table = 'units';
    end if;
    new.path := above || new.id || '/';
    return new;
end
$$;

create trigger unit_is_placed before insert or update of parent_id, path on units for each row
execute function place_unit ();

-- What lies below a moved unit moves with it, level by level.
create function place_units_below () returns trigger
language plpgsql as $$
begin
    update units set parent_id = parent_id where parent_id = new.id;
    return null;
end
$$;

create trigger units_below_are_placed after update on units for each row
when (old.path is distinct from new.path) execute function place_units_below ();

-- The same answers as before, by path: one range, and one row.
create or replace function unit_and_below (root bigint) returns setof bigint
language sql stable rows 64 as $$
    select below.id from units above join units below
        on below.path >= above.path and below.path < left(above.path, -1) || '0'
    where above.id = root
$$;

create or replace function unit_and_above (unit bigint) returns setof bigint
language sql stable rows 5 as $$
    select above.id::bigint from units here, string_to_table(trim(both '/' from here.path), '/') above (id) where here.id = unit
$$;
