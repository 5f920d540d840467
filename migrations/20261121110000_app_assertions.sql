-- App assertions: what the app's own server has said of a person, each presented once. Neither who it was about nor the device
-- is kept: the nonce alone tells a replay, on every node and after every restart.

create table app_assertions (
    issuer text not null,
    nonce bytea not null,
    used_at timestamptz not null,
    expires_at timestamptz not null,
    constraint assertion_is_used_once primary key (issuer, nonce),
    constraint assertion_issuer_is_short check (char_length(issuer) between 1 and 64),
    constraint assertion_nonce_is_128_bits check (octet_length(nonce) = 16)
);

create index app_assertions_by_expiry on app_assertions (expires_at);
