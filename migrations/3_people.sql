-- People: health professionals. Identity is name + ID number (身份证号).

create table people (
    id bigint generated always as identity primary key,
    name text not null,
    -- AES-256-GCM: 12-byte nonce, ciphertext, tag; the person's id is not bound in, so that a row can be written in one statement.
    id_number_sealed bytea not null,
    -- HMAC-SHA256 blind index: finds the number without opening it.
    id_number_index bytea not null,
    phone_sealed bytea not null,
    phone_index bytea not null,
    -- Which master key sealed and indexed this row (first 4 bytes of its fingerprint); serve re-seals rows of older keys.
    key_id bytea not null,
    card_number text,
    account text,
    password_hash text,
    title text not null,
    specialty text not null,
    unit_id bigint not null references units (id),
    department_id bigint references units (id),
    registration text not null default 'pending',
    -- Why the unit refused, shown to the person.
    registration_reason text,
    state text not null default 'normal',
    created_at timestamptz not null default now(),
    constraint person_id_number_is_unique unique (id_number_index),
    constraint person_phone_is_unique unique (phone_index),
    constraint person_card_number_is_unique unique (card_number),
    constraint person_account_is_unique unique (account),
    constraint person_name_is_short check (char_length(name) between 1 and 50),
    constraint person_index_is_a_mac check (octet_length(id_number_index) = 32 and octet_length(phone_index) = 32),
    constraint person_key_id_is_four_bytes check (octet_length(key_id) = 4),
    constraint person_registration_is_known check (registration in ('pending', 'rejected', 'approved')),
    -- 正常, 产假, 不计达标, 注销
    constraint person_state_is_known check (state in ('normal', 'maternity', 'exempt', 'cancelled'))
);

create index people_by_unit on people (unit_id);
create index people_by_name on people (name);
create index people_by_key on people (key_id);

-- Check-ins carry no foreign keys (see check_ins): instead, what they point at is never deleted.
create function refuse_deletion () returns trigger
language plpgsql as $$
begin
    raise exception '% rows are never deleted: attendance points at them', tg_table_name
        using errcode = 'restrict_violation', constraint = tg_table_name || '_are_never_deleted';
end
$$;

create trigger people_are_never_deleted before delete or truncate on people
for each statement execute function refuse_deletion ();
