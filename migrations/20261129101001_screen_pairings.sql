-- Opening a screen on another computer: six characters stand on its page, an admin enters them for a course.

create table screen_pairings (
    -- What the page shows. Anybody in the hall may read it; it opens nothing by itself.
    characters text primary key,
    -- SHA-256 of what the page alone holds: with it the page collects its screen.
    secret_hash bytea not null,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    -- The screen that was opened for it; null until an admin has entered the characters.
    screen bigint references screens (screen),
    constraint pairing_characters_are_six_unmistakable_ones check (characters ~ '^[34679ACDEFGHJKMNPQRTVWXY]{6}$'),
    constraint pairing_hash_is_sha256 check (octet_length(secret_hash) = 32),
    constraint pairing_secret_is_its_own unique (secret_hash)
);

create index screen_pairings_by_expiry on screen_pairings (expires_at);
