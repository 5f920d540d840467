-- The units of a division, each once and without departments: those that lie in it, and those below the regions that lie in it. Of
-- regions that lie in one another only the topmost is gone through: below it is all that is below the others.
create or replace function units_in_division (wanted text) returns setof bigint
language sql stable rows 1000 as $$
    with inside as materialized (
        select id, parent_id, path, kind from units where division in (select divisions_in(wanted)) and kind <> 'department'
    )
    select id from inside
    union
    select below.id from inside region
    join units below on below.path >= region.path and below.path < left(region.path, -1) || '0' and below.kind <> 'department'
    where region.kind in ('province', 'city', 'county')
        and not exists (select from inside above where above.id = region.parent_id)
$$;
