-- Screens: one opened projection of a course's code on one day. A leaked code names its screen.

create table screens (
    -- u32 on the wire and under every code's MAC.
    screen bigint generated always as identity (minvalue 1 maxvalue 4294967295) primary key,
    course_id bigint not null references courses (id),
    -- The day in Asia/Shanghai for which it was opened; at midnight it is over.
    day date not null,
    place text not null,
    opened_by bigint not null references accounts (id),
    opened_at timestamptz not null,
    closed_by bigint references accounts (id),
    closed_at timestamptz,
    constraint screen_is_a_u32 check (screen between 1 and 4294967295),
    constraint screen_place_is_short check (char_length(place) between 1 and 50),
    constraint screen_closing_is_whole check ((closed_by is null) = (closed_at is null))
);

create index screens_by_course on screens (course_id, day);

-- Tickets open a screen's page once, within 60 seconds. The token's SHA-256 only.
create table screen_tickets (
    token_hash bytea primary key,
    screen bigint not null references screens (screen),
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint ticket_hash_is_sha256 check (octet_length(token_hash) = 32)
);

create index screen_tickets_by_expiry on screen_tickets (expires_at);
