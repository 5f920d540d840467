-- Sessions: who is logged in. The token itself (32 random bytes) is only ever with its holder; here lies its SHA-256.

create table sessions (
    token_hash bytea primary key,
    person_id bigint references people (id),
    account_id bigint references accounts (id),
    client_kind text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    constraint session_hash_is_sha256 check (octet_length(token_hash) = 32),
    -- A session is a person's or an account's, never both, never nobody's.
    constraint session_has_one_subject check (num_nonnulls(person_id, account_id) = 1),
    constraint session_client_is_known check (client_kind in ('h5', 'wechat', 'app', 'console')),
    constraint session_ends_after_start check (expires_at > created_at)
);

create index sessions_by_person on sessions (person_id) where person_id is not null;
create index sessions_by_account on sessions (account_id) where account_id is not null;
create index sessions_by_expiry on sessions (expires_at);
