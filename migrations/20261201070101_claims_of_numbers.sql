-- A claim is of one number, not of a row that may have another by the verdict; a registration that claims a second number has a claim of
-- its own for it, which another unit judges. Who approves has looked at the photo.

alter table number_claims
    -- The number that was claimed, by its blind indexes under every key of that day. Null: it was begun before they were kept, and is
    -- claimed anew.
    add column number_indexes bytea [],
    -- When it was begun last: the newest of a registration is the one that it goes on with.
    add column begun_at timestamptz not null default now(),
    -- The admins who have looked at the photo that is kept.
    add column photo_seen_by bigint [] not null default '{}',
    drop constraint number_claim_is_the_only_one_of_its_registration,
    add constraint number_claim_is_the_only_one_of_its_number unique (registration_id, person_id),
    add constraint number_claim_photo_is_kept_where_it_was_seen check (photo_id is not null or photo_seen_by = '{}');

update number_claims set begun_at = changed_at where changed_at is not null;
