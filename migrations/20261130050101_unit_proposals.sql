-- Units that are missing, as people who register propose them: the authority of their division decides, and the registrations
-- that wait for it go on by themselves. Who proposes the same unit joins the same row.

create table unit_proposals (
    id bigint generated always as identity primary key,
    -- As names of units are kept.
    name text not null,
    -- Where it lies.
    division text not null references divisions (code),
    -- What whoever proposed it first said of it: which kind, and where it is found or how it is called up. Nobody's own number.
    category text not null,
    address text,
    proposed_at timestamptz not null,
    -- What came of it: the unit that it is, or none; and of how many registrations. Null until it is decided.
    decided_at timestamptz,
    unit_id bigint references units (id),
    registrations integer,
    version bigint not null default 1,
    changed_by bigint references accounts (id),
    changed_at timestamptz,
    constraint unit_proposal_name_is_short check (char_length(name) between 2 and 100),
    constraint unit_proposal_category_is_known check (category in
        ('unknown', 'administrative', 'general', 'tcm', 'public_health', 'society', 'base', 'individual')),
    constraint unit_proposal_address_is_short check (char_length(address) between 2 and 100),
    constraint unit_proposal_is_decided_whole check (
        (decided_at is null) = (registrations is null) and (unit_id is null or decided_at is not null)
    ),
    constraint unit_proposal_version_is_counted_up check (version >= 1)
);

-- Whoever proposes the same unit at once finds the same row.
create unique index unit_proposal_is_the_only_open_one_of_its_name on unit_proposals (division, name) where decided_at is null;

create trigger unit_proposal_version_is_counted before update on unit_proposals for each row execute function count_version ();

alter table registrations
    -- The unit that its applicant proposes, while they have chosen none: `unit_id` goes before it.
    add column proposed_name text,
    add column proposed_division text references divisions (code),
    add column proposed_category text,
    add column proposed_address text,
    -- What it waits for, or waited for last.
    add column unit_proposal_id bigint references unit_proposals (id),
    -- How many proposals it has handed in.
    add column units_proposed smallint not null default 0;
alter table registrations
    add constraint registration_proposes_a_whole_unit check (
        (proposed_name is null) = (proposed_division is null) and (proposed_name is null) = (proposed_category is null)
        and (proposed_address is null or proposed_name is not null)
    ),
    add constraint registration_proposed_name_is_short check (char_length(proposed_name) between 2 and 100),
    add constraint registration_proposed_category_is_known check (proposed_category in
        ('unknown', 'administrative', 'general', 'tcm', 'public_health', 'society', 'base', 'individual')),
    add constraint registration_proposed_address_is_short check (char_length(proposed_address) between 2 and 100);

create index registrations_by_unit_proposal on registrations (unit_proposal_id) where unit_proposal_id is not null;

-- The authority that is to act for a division: that of the nearest region at or above it that has an admin who may log in and keep
-- units.
create function authority_of_division (wanted text) returns bigint
language sql stable as $$
    with recursive way (code, parent, up) as (
        select code, parent, 0 from divisions where code = wanted
        union all
        select divisions.code, divisions.parent, up + 1 from way join divisions on divisions.code = way.parent
    )
    select units.id from way join units on units.division = way.code and units.kind in ('province', 'city', 'county')
    where exists (select from accounts where accounts.unit_id = units.id and accounts.disabled_at is null
            and (accounts.rights is null or 'people' = any (accounts.rights)))
    order by up limit 1
$$;
