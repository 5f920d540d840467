-- Units as they are entered, found, renamed, moved and closed: what kind of unit it is on three axes of their own, every name it
-- has had and is called by besides, the order of departments; and which units lie in a division, also in one that was redrawn.

alter table units
    -- Which of the kinds of institution: 行政 综合 中医 公共卫生 学术团体 基地 个人.
    add column category text not null default 'unknown',
    -- At which level it stands: 部 省 市州 县 乡镇 村.
    add column grade text not null default 'unknown',
    -- 三级 二级 一级 未定.
    add column hospital_class text not null default 'undetermined',
    -- Departments of one unit are shown by it, then by their id.
    add column position integer not null default 0,
    -- A closed unit keeps its rows and takes nobody any more.
    add column closed_at timestamptz;
alter table units
    add constraint unit_category_is_known check (category in
        ('unknown', 'administrative', 'general', 'tcm', 'public_health', 'society', 'base', 'individual')),
    add constraint unit_grade_is_known check (grade in
        ('unknown', 'ministry', 'province', 'city', 'county', 'township', 'village')),
    add constraint unit_hospital_class_is_known check (hospital_class in ('undetermined', 'third', 'second', 'first')),
    add constraint unit_region_is_never_closed check (closed_at is null or kind in ('unit', 'department'));

create index units_by_division on units (division) where division is not null;
create index units_with_authority on units (id) where authority is not null;

-- The version of each unit. A table of its own, as a node of the release before names the version of a project or a registration
-- beside its unit without saying whose it is. Who changes a unit locks this row.
create table unit_versions (
    -- The unit's.
    id bigint primary key,
    version bigint not null default 1,
    -- An account's, by the reference that a file of its own adds: here it would lock accounts beside units, which nodes may do the
    -- other way round.
    changed_by bigint,
    changed_at timestamptz,
    constraint unit_version_is_counted_up check (version >= 1)
);

create trigger unit_version_is_counted before update on unit_versions for each row execute function count_version ();

insert into unit_versions (id) select id from units;
-- After the rows: so they are compared with units at once.
alter table unit_versions add constraint unit_version_is_of_a_unit foreign key (id) references units (id);

-- Every unit has one, whoever makes it; and whoever changes a unit or its other names makes a new version of it.
create function version_unit () returns trigger
language plpgsql as $$
declare
    changed jsonb := to_jsonb(coalesce(new, old));
begin
    if tg_table_name = 'units' and tg_op = 'INSERT' then
        insert into unit_versions (id) values (new.id);
    else
        update unit_versions set id = id where id = (changed ->> tg_argv[0])::bigint;
    end if;
    return null;
end
$$;

create trigger unit_has_a_version after insert on units for each row execute function version_unit ('id');
-- Where it stands among others, and how its name is read, is no version of it.
create trigger unit_is_a_new_version after update on units for each row
when ((old.parent_id, old.kind, old.name, old.authority, old.division, old.category, old.grade, old.hospital_class, old.closed_at)
    is distinct from (new.parent_id, new.kind, new.name, new.authority, new.division, new.category, new.grade, new.hospital_class,
        new.closed_at))
execute function version_unit ('id');

-- Nodes know admins with the name of their unit: they hear of another one.
create function tell_accounts_of_unit () returns trigger
language plpgsql as $$
begin
    perform pg_notify('zaichang_changes', 'account:' || id) from accounts where unit_id = new.id;
    return null;
end
$$;

create trigger unit_renamed after update on units for each row
when ((old.name, old.authority) is distinct from (new.name, new.authority)) execute function tell_accounts_of_unit ();

-- The names that a unit had before, which stay for good, and those that it is called by besides; read as units' own names are.
create table unit_names (
    id bigint generated always as identity primary key,
    unit_id bigint not null references units (id),
    name text not null,
    kind text not null,
    -- Until when it was the unit's name; of an alias, and of an earlier name of which nobody knows, null.
    until timestamptz,
    pinyin text not null,
    initials text not null,
    constraint unit_other_name_is_short check (char_length(name) between 1 and 100),
    constraint unit_other_name_kind_is_known check (kind in ('earlier', 'alias')),
    constraint unit_alias_has_no_end check (kind = 'earlier' or until is null),
    constraint unit_other_name_reading_is_letters check (pinyin ~ '^[a-z0-9]*$' and initials ~ '^[a-z0-9]*$'),
    constraint unit_other_name_is_once unique (unit_id, name)
);

create index unit_names_by_bigrams on unit_names using gin (bigrams(name));
create trigger unit_with_other_names_is_a_new_version after insert or update or delete on unit_names for each row
execute function version_unit ('unit_id');

-- All units that are called so, or were, or whose authority is: by any part of any name, its pinyin or its initials.
create or replace function units_called (searched text, letters text) returns setof bigint
language sql stable parallel safe rows 100 as $$
    select id from units where bigrams(name) @> bigrams_to_find(searched) and strpos(lower(name), lower(searched)) > 0
    union
    select id from units where letters is not null and (strpos(pinyin, letters) > 0 or strpos(initials, letters) > 0)
    union
    select unit_id from unit_names
    where bigrams(name) @> bigrams_to_find(searched) and strpos(lower(name), lower(searched)) > 0
    union
    select unit_id from unit_names where letters is not null and (strpos(pinyin, letters) > 0 or strpos(initials, letters) > 0)
    union
    select id from units where authority is not null and strpos(lower(authority), lower(searched)) > 0
$$;

-- A division, its parts, and what any of them was before it was redrawn.
create function divisions_in (wanted text) returns setof text
language sql stable rows 100 as $$
    with recursive inside (code) as (
        select code from divisions where code = wanted
        union
        select divisions.code from divisions join inside
            on divisions.parent = inside.code or divisions.successor = inside.code
    )
    select code from inside
$$;

-- The units of a division: those that lie in it, and those below its authority or below that of a part of it.
create function units_in_division (wanted text) returns setof bigint
language sql stable rows 1000 as $$
    select distinct below.id from units placed join units below
        on below.path >= placed.path and below.path < left(placed.path, -1) || '0'
    where placed.division in (select divisions_in(wanted))
$$;

-- The units that whoever looks below this unit expects: those below it, and of a region also those that lie in it and are another
-- authority's, as a hospital of the city lies in a district.
create function units_in (root bigint) returns setof bigint
language sql stable rows 1000 as $$
    select unit_and_below(root)
    union
    select units_in_division(division) from units
    where id = root and division is not null and kind in ('province', 'city', 'county')
$$;
