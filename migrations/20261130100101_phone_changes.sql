-- A person's phone is replaced by another: by themselves, who prove both, or by their unit. Each change stands here for good, without a
-- number: who, when, how it was proved, and by which account.
-- Without references: people and accounts are never deleted, and neither table is locked while these are made.
create table phone_changes (
    id bigint generated always as identity primary key,
    person_id bigint not null,
    at timestamptz not null,
    how text not null,
    -- The admin of the unit; null where the person did it.
    account_id bigint,
    constraint phone_change_proof_is_known check (how in ('old_phone', 'document', 'unit')),
    constraint phone_change_by_a_unit_has_an_account check ((how = 'unit') = (account_id is not null))
);

create index phone_changes_by_person on phone_changes (person_id, id);

create trigger phone_changes_are_only_added_to before update or delete or truncate on phone_changes
for each statement execute function refuse_change ();

-- What the phone that a person had is told of such a change. It goes after some days.
create table phone_notices (
    change_id bigint primary key references phone_changes (id),
    -- As it lay in the person's row, with the master key that had sealed it.
    phone_sealed bytea not null,
    key_id bytea not null,
    at timestamptz not null,
    -- Written down before it is sent: a message is sent once at most.
    told_at timestamptz,
    constraint phone_notice_key_id_is_four_bytes check (octet_length(key_id) = 4)
);

create index phone_notices_by_time on phone_notices (at);

-- How often somebody who is logged in has said today by which name and document they are registered, right or wrong, on all nodes.
create table identity_tries (
    person_id bigint not null,
    day date not null,
    tries smallint not null,
    constraint identity_tries_are_counted_by_day primary key (person_id, day),
    constraint identity_tries_are_few check (tries between 1 and 5)
);
