-- Proposals of missing units: one may be handed up to an authority above; who waits for one is asked in one place; and which
-- authority is to decide follows divisions that were redrawn.

alter table unit_proposals
    -- The region whose authority is to decide, that which has handed it up, and why: the last time. Units', by the references that
    -- the next file adds.
    add column handed_to bigint,
    add column handed_by bigint,
    add column handed_reason text,
    add constraint unit_proposal_is_handed_up_whole check (
        (handed_to is null) = (handed_by is null) and (handed_to is null) = (handed_reason is null) and handed_to <> handed_by
    ),
    add constraint unit_proposal_handed_reason_is_short check (char_length(handed_reason) between 2 and 200);

-- The registrations that wait for a proposal, with the step by which each was submitted and what it says of the unit. The newest
-- review of each is looked up by its own index: however many wait, and whatever Postgres takes their number for.
create function waiting_for_proposal (wanted bigint)
returns table (registration bigint, submission bigint, category text, address text)
language sql stable rows 10 as $$
    select registrations.id, review.submission, proposed_category, proposed_address
    from registrations
    cross join lateral (
        select reviews.state, reviews.submission from reviews
        where reviews.noun = 'registration' and reviews.noun_id = registrations.id order by reviews.id desc limit 1
    ) review
    where unit_proposal_id = wanted and registrations.unit_id is null and person_id is null and review.state = 'submitted'
$$;

-- Whether somebody may log in for this unit who has this right.
create function has_admin_for (unit bigint, wanted text) returns boolean
language sql stable as $$
    select exists (
        select from accounts where unit_id = unit and disabled_at is null and (rights is null or wanted = any (rights))
    )
$$;

-- The authority that is to act for a division: that of the nearest region at or above it that has an admin who may log in and keep
-- people. In the place of a division that is over stands what came after it, or what it lay in.
create or replace function authority_of_division (wanted text) returns bigint
language sql stable as $$
    with recursive way (code, above, stands, up) as (
        select code, case when valid_until is null then parent else coalesce(successor, parent) end, valid_until is null, 0
        from divisions where code = wanted
        union all
        select divisions.code,
            case when valid_until is null then divisions.parent else coalesce(divisions.successor, divisions.parent) end,
            valid_until is null, up + 1
        from way join divisions on divisions.code = way.above
        where up < 20
    )
    select units.id from way join units on units.division = way.code and units.kind in ('province', 'city', 'county')
    where way.stands and has_admin_for(units.id, 'people')
    order by up limit 1
$$;

-- The authority that is to decide a proposal about this division: the one to which it was handed up, or the nearest above that
-- where nobody may act for it any more; that of the division otherwise.
create function authority_of_proposal (wanted text, handed_to bigint) returns bigint
language sql stable as $$
    select coalesce(
        (
            select units.id from units
            where units.id in (select unit_and_above(handed_to)) and units.kind in ('province', 'city', 'county')
                and has_admin_for(units.id, 'people')
            order by length(units.path) desc limit 1
        ),
        authority_of_division(wanted)
    )
$$;
