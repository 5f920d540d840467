-- Transfers of people (调动): the unit lets somebody go (调出), another finds them and takes them in (调入). Until then they are of the
-- unit that lets them go, and check in as ever; what they have recorded and earned stays with them.

create table person_transfers (
    id bigint generated always as identity primary key,
    person_id bigint not null references people (id),
    -- Units and accounts without references, so that neither is locked with people while the table is made: none is ever deleted.
    from_unit_id bigint not null,
    -- The first day on which another unit may take them in.
    first_day date not null,
    reason text not null,
    let_go_by bigint not null,
    let_go_at timestamptz not null,
    into_unit_id bigint,
    taken_in_by bigint,
    taken_in_at timestamptz,
    cancelled_by bigint,
    cancelled_at timestamptz,
    constraint transfer_is_taken_in_whole check (num_nulls(into_unit_id, taken_in_by, taken_in_at) in (0, 3)),
    constraint transfer_is_cancelled_whole check ((cancelled_by is null) = (cancelled_at is null)),
    constraint transfer_ends_once check (taken_in_at is null or cancelled_at is null)
);

create unique index person_is_let_go_once_at_a_time on person_transfers (person_id)
where taken_in_at is null and cancelled_at is null;
create index person_transfers_by_person on person_transfers (person_id, id);
create index person_transfers_out on person_transfers (from_unit_id, id);
create index person_transfers_in on person_transfers (into_unit_id, id) where into_unit_id is not null;

create trigger person_transfers_are_never_deleted before delete or truncate on person_transfers
for each statement execute function refuse_deletion ();
