-- Transfers that end: the unit that lets somebody go may name the one that is to take them in; a transfer for whichever unit comes ends by
-- itself. And whoever lists transfers reads those that wait by an index of their own.

alter table person_transfers add column wanted_unit_id bigint;

-- The last day on which somebody may be taken in: 90 days after the first, or after the day on which they were let go where that is
-- later. Null where a unit is named.
create function transfer_ends_on (wanted_unit_id bigint, first_day date, let_go_at timestamptz) returns date
language sql immutable parallel safe as $$
    select case when wanted_unit_id is null then greatest(first_day, (let_go_at at time zone 'Asia/Shanghai')::date) + 90 end
$$;

-- Where a transfer stands on this day. One that has ended by itself has expired, also where it was put away later, to begin anew.
create function transfer_stands (held person_transfers, today date) returns text
language sql immutable parallel safe as $$
    select case
        when held.taken_in_at is not null then 'taken_in'
        when transfer_ends_on(held.wanted_unit_id, held.first_day, held.let_go_at)
            < coalesce((held.cancelled_at at time zone 'Asia/Shanghai')::date, today) then 'expired'
        when held.cancelled_at is not null then 'cancelled'
        else 'waits'
    end
$$;

create index person_transfers_that_wait on person_transfers (from_unit_id, id)
where taken_in_at is null and cancelled_at is null;
