-- Accounts: the named people who act for a unit or an authority. An attendee is not an account but a person.

create table accounts (
    id bigint generated always as identity primary key,
    unit_id bigint not null references units (id),
    -- What is typed at login.
    account text not null,
    name text not null,
    role text not null,
    -- argon2id in PHC form; the parameters travel with the hash.
    password_hash text not null,
    disabled_at timestamptz,
    created_at timestamptz not null default now(),
    constraint account_is_unique unique (account),
    constraint account_is_short check (char_length(account) between 2 and 64),
    constraint account_role_is_known check (role in ('unit_admin', 'authority_admin'))
);
