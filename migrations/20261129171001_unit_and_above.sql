-- Authority over a unit is proved by walking up from it: a few rows, however many units lie below the admin's.
create function unit_and_above (unit bigint) returns setof bigint
language sql stable as $$
    with recursive above as (
        select id, parent_id from units where id = unit
        union all
        select units.id, units.parent_id from units join above on units.id = above.parent_id
    )
    select id from above
$$;
