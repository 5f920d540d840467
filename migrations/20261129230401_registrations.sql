-- Registrations: people who register themselves, until their unit has approved them. Only then are they a row of people: what
-- nobody has approved holds nobody's number, so that a stranger who enters another's keeps its owner from nothing.

-- How a person's document is called, their title by series and level, and whether they take part in CME. Of people of before
-- this series and level are not known apart.
alter table people add column document text not null default 'id_card';
alter table people add column title_series text;
alter table people add column title_level text;
alter table people add column takes_part boolean not null default true;
alter table people add constraint person_document_is_known
    check (document in ('id_card', 'passport', 'hk_macao_permit', 'taiwan_permit', 'officer', 'other'));
alter table people add constraint person_title_is_known check (
    title_series in ('physician', 'nurse', 'pharmacist', 'technician', 'laboratory', 'research', 'engineering', 'teaching',
        'tcm_physician', 'tcm_nurse', 'tcm_pharmacist', 'tcm_technician', 'integrated_physician', 'other')
    and title_level in ('senior', 'associate_senior', 'intermediate', 'junior', 'assistant', 'none')
);

create table registrations (
    id bigint generated always as identity primary key,
    -- Proved by an SMS code; as in people. Nulls once it is a person's row that holds it.
    phone_sealed bytea,
    phone_index bytea not null,
    -- Which master key sealed and indexed this row.
    key_id bytea not null,
    -- Name, document and its number as JSON, sealed; null until they are entered, and again once they are a person's.
    applicant_sealed bytea,
    -- The number's blind index, as in people.
    number_index bytea,
    unit_id bigint references units (id),
    department_id bigint references units (id),
    title_series text,
    title_level text,
    specialty text,
    takes_part boolean,
    -- The version of the privacy notice that was agreed to.
    consent_version text,
    consented_at timestamptz,
    -- How many numbers were entered on this day: who guesses whether a number is registered has a few tries.
    numbers_tried smallint not null default 0,
    tried_on date,
    -- Who they are, once approved.
    person_id bigint references people (id),
    -- Of which version its applicant was told the verdict by a message.
    told_version bigint,
    -- When the applicant last wrote; drafts that nobody goes on with are taken away.
    touched_at timestamptz not null,
    version bigint not null default 1,
    changed_by bigint references accounts (id),
    changed_at timestamptz,
    constraint registration_index_is_a_mac
        check (octet_length(phone_index) = 32 and coalesce(octet_length(number_index), 32) = 32),
    constraint registration_key_id_is_four_bytes check (octet_length(key_id) = 4),
    constraint registration_title_is_known check (
        title_series in ('physician', 'nurse', 'pharmacist', 'technician', 'laboratory', 'research', 'engineering', 'teaching',
            'tcm_physician', 'tcm_nurse', 'tcm_pharmacist', 'tcm_technician', 'integrated_physician', 'other')
        and title_level in ('senior', 'associate_senior', 'intermediate', 'junior', 'assistant', 'none')
    ),
    constraint registration_specialty_is_short check (char_length(specialty) between 1 and 50),
    constraint registration_consent_version_is_a_day check (consent_version ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
    constraint registration_numbers_are_a_person_s_once_approved
        check ((person_id is null) = (phone_sealed is not null) and (person_id is null or applicant_sealed is null)),
    constraint registration_version_is_counted_up check (version >= 1)
);

-- Whoever registers twice at once finds the same row.
create unique index registration_is_the_only_open_one_of_its_phone on registrations (phone_index) where person_id is null;
create index registrations_by_number on registrations (number_index) where person_id is null;
create index registrations_by_unit on registrations (unit_id);
create index registrations_by_touch on registrations (touched_at) where person_id is null;
create index registrations_by_person on registrations (person_id) where person_id is not null;

-- When somebody wrote last is no change of what is registered; nor is a number that was refused, nor that its applicant was told.
create trigger registration_version_is_counted before update on registrations for each row
when ((to_jsonb(old) - array['touched_at', 'numbers_tried', 'tried_on', 'told_version'])
    is distinct from (to_jsonb(new) - array['touched_at', 'numbers_tried', 'tried_on', 'told_version']))
execute function count_version ();

-- A step that its applicant took, who has no account.
alter table review_steps alter column account_id drop not null;
alter table review_steps add constraint review_step_that_judges_is_an_account_s
    check (account_id is not null or step in ('submit', 'withdraw'));
