-- Presence: what speaks for it and against it. Evidence refuses nobody; it is scored, shown to staff and decided by them.

-- First 8 bytes of a keyed hash over the network (/24, /48) that the scan came from: tells who shared one, never which it was.
alter table check_ins add column network bytea;
-- Never written: what a record is suspected of stands in assessments.
alter table check_ins drop column flags;

-- Spot checks (抽查): a second scan that the organiser asks of everybody within some minutes. Its answers are check-ins
-- of a slot of their own, whose number is the spot check's id below zero.
create table spot_checks (
    id bigint generated always as identity (maxvalue 549755813887) primary key,
    course_id bigint not null references courses (id),
    day date not null,
    -- asked for at once, or at a moment that the server has drawn and tells nobody.
    mode text not null,
    opens_at timestamptz not null,
    closes_at timestamptz not null,
    -- What the moment was drawn from.
    range_from timestamptz,
    range_until timestamptz,
    ordered_by bigint not null references accounts (id),
    ordered_at timestamptz not null,
    cancelled_by bigint references accounts (id),
    cancelled_at timestamptz,
    constraint spot_check_mode_is_known check (mode in ('now', 'random')),
    constraint spot_check_ends_after_start check (closes_at > opens_at),
    constraint spot_check_opens_after_its_order check (opens_at > ordered_at),
    constraint spot_check_random_has_its_range check ((mode = 'random') = (num_nonnulls(range_from, range_until) = 2)),
    constraint spot_check_cancelling_is_whole check ((cancelled_by is null) = (cancelled_at is null)),
    constraint spot_checks_of_a_course_do_not_overlap
        exclude using gist (course_id with =, tstzrange(opens_at, closes_at, '[)') with &&) where (cancelled_at is null)
);

create index spot_checks_by_course on spot_checks (course_id, day);

create trigger spot_checks_are_never_deleted before delete or truncate on spot_checks
for each statement execute function refuse_deletion ();

create trigger spot_check_changed after insert or update on spot_checks for each row
execute function tell_change ('course', 'course_id');

-- Head counts (清点人数): the heads that somebody counted in the hall. All are kept, the newest is shown.
create table head_counts (
    id bigint generated always as identity primary key,
    course_id bigint not null references courses (id),
    day date not null,
    heads integer not null,
    counted_by bigint not null references accounts (id),
    counted_at timestamptz not null,
    -- How many distinct people the check-ins told of at that moment.
    attendees integer not null,
    constraint head_count_is_a_count check (heads between 0 and 100000)
);

create index head_counts_by_course on head_counts (course_id, day, id);

create trigger head_counts_are_only_added_to before update or delete or truncate on head_counts
for each statement execute function refuse_change ();

-- Which devices a person has come with, and when first: a new one, or one that others use, is evidence.
create table known_devices (
    device_hash bytea not null,
    person_id bigint not null,
    first_day date not null,
    last_day date not null,
    constraint known_device_is_known_once primary key (device_hash, person_id)
);

create index known_devices_by_person on known_devices (person_id);

-- A course's day as the rules have last judged it.
create table assessed_days (
    course_id bigint not null references courses (id),
    day date not null,
    -- Not again before this: a hall that is filling is looked at now and then, not at every scan, and by one node.
    due_at timestamptz not null,
    assessed_at timestamptz,
    -- How many records there were, and by which rules they were judged.
    check_ins integer not null default 0,
    rules text,
    -- Its devices are known from then on.
    devices_kept boolean not null default false,
    constraint assessed_day_is_one primary key (course_id, day)
);

create index assessed_days_with_new_devices on assessed_days (day) where not devices_kept;

-- What speaks against a check-in, by which rules, how heavily. No row: nothing does.
create table assessments (
    person_id bigint not null,
    course_id bigint not null,
    day date not null,
    slot bigint not null,
    rules text not null,
    score integer not null,
    suspicious boolean not null,
    -- [{"rule": "code_age", "points": 28, …facts}], the heaviest first.
    reasons jsonb not null,
    constraint assessment_is_one_per_check_in primary key (course_id, day, person_id, slot),
    constraint assessment_has_a_score check (score > 0)
);

create index assessments_by_score on assessments (course_id, day, score desc, person_id, slot);

-- What staff have decided about a check-in: it stays, or it is struck out (去除有效). The newest counts, all are kept.
create table verdicts (
    id bigint generated always as identity primary key,
    person_id bigint not null,
    course_id bigint not null references courses (id),
    day date not null,
    slot bigint not null,
    verdict text not null,
    reason text not null,
    given_by bigint not null references accounts (id),
    given_at timestamptz not null,
    constraint verdict_is_known check (verdict in ('kept', 'struck')),
    constraint verdict_has_a_reason check (char_length(reason) between 2 and 200)
);

create index verdicts_by_check_in on verdicts (course_id, day, person_id, slot, id);

create trigger verdicts_are_only_added_to before update or delete or truncate on verdicts
for each statement execute function refuse_change ();

-- The assessor asks for the days around today.
create index tallies_by_day on tallies (day);
