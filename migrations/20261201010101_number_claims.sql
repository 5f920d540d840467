-- Claims: who registers finds their document number taken, and asks to have their phone put in the place of the one that is there, with a
-- photo of the document. The unit of record decides, or an authority above it. How each is reviewed stands in `reviews`, by the noun
-- `number_claim` and the claim's id; name and number stand there masked.

create table number_claims (
    id bigint generated always as identity primary key,
    -- Whose phone, proved, is to be the person's. One claim each: what is sent back is put right, or names another number.
    registration_id bigint not null references registrations (id) on delete cascade,
    -- Whose number it is. Their unit, as it is today, sees the claim.
    person_id bigint not null references people (id),
    -- The photo, sealed by a key of its own, which is made from this id; a new photo has a new one. Gone with the verdict, and at the
    -- end of its life.
    photo_id uuid,
    photo_sealed bytea,
    photo_until timestamptz,
    version bigint not null default 1,
    changed_by bigint references accounts (id),
    changed_at timestamptz,
    constraint number_claim_is_the_only_one_of_its_registration unique (registration_id),
    constraint number_claim_photo_is_whole check (num_nulls(photo_id, photo_sealed, photo_until) in (0, 3)),
    constraint number_claim_photo_is_small check (octet_length(photo_sealed) <= 2000000),
    constraint number_claim_version_is_counted_up check (version >= 1)
);

create index number_claims_by_person on number_claims (person_id);
create index number_claims_by_photo on number_claims (photo_until) where photo_until is not null;

-- The end of a photo's life is no change of what is claimed.
create trigger number_claim_version_is_counted before update on number_claims for each row
when ((old.registration_id, old.person_id, old.version, old.changed_by, old.changed_at)
    is distinct from (new.registration_id, new.person_id, new.version, new.changed_by, new.changed_at))
execute function count_version ();
