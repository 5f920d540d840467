-- Check-ins: one recorded presence each. This table is the promise: what was acknowledged is a row here, on fsynced storage, exactly once.
--
-- No foreign keys: each would cost two index probes a row on the one path where thousands arrive in the same second. What the ids
-- point at is never deleted (see refuse_deletion), and the only writer has read both rows before it writes.

create table check_ins (
    person_id bigint not null,
    course_id bigint not null,
    -- Calendar day of `at` in Asia/Shanghai.
    day date not null,
    -- floor(unix seconds of `at` / repeat_s)
    slot bigint not null,
    id uuid not null,
    -- When the code was scanned, and when the row was committed: both by the server's clock.
    at timestamptz not null,
    recorded_at timestamptz not null,
    source text not null,
    screen bigint,
    step bigint,
    code_age_ms integer,
    -- First 16 bytes of SHA-256 over client kind and device id.
    device_hash bytea,
    client_kind text not null,
    -- WeChat's launch scene, as the client says it: evidence, never proof.
    scene integer,
    flags text[] not null default '{}',
    -- Staff-assisted only: who vouched, and why.
    assisted_by bigint,
    reason text,
    -- A second scan inside a slot is the same check-in. Starts with the person, so that it also serves "my records".
    constraint check_in_is_once_per_slot primary key (person_id, course_id, day, slot),
    constraint check_in_source_is_known check (source in ('scan', 'assisted', 'card')),
    constraint check_in_client_is_known check (client_kind in ('h5', 'wechat', 'app', 'console')),
    constraint check_in_scan_names_its_code
        check (source <> 'scan' or num_nonnulls(screen, step, code_age_ms, device_hash) = 4),
    constraint check_in_assistance_has_reason check (source <> 'assisted' or num_nonnulls(assisted_by, reason) = 2)
) partition by range (day);

-- Serves the rule "one device checks in one person per course and day", and the attendance records of a course.
create index check_ins_by_course_and_device on check_ins (course_id, day, device_hash);

-- Makes the partition of the month that holds the day. serve calls it for the months around today, every hour.
create function ensure_check_in_month (holds date) returns void
language plpgsql as $$
declare
    first_day date := date_trunc('month', holds)::date;
    next_month date := (date_trunc('month', holds) + interval '1 month')::date;
begin
    execute format('create table if not exists check_ins_%s partition of check_ins for values from (%L) to (%L)',
        to_char(first_day, 'YYYY_MM'), first_day, next_month);
end
$$;

-- Attendees: the distinct people of a course, by day. What the cap counts.
create table attendees (
    course_id bigint not null,
    person_id bigint not null,
    day date not null,
    constraint attendee_is_once_per_day primary key (course_id, person_id, day)
);

-- Tallies: the counts of a course's day, kept in the transaction of the rows they count, so that no screen ever has to count.
create table tallies (
    course_id bigint not null,
    day date not null,
    -- Distinct people this day; of these, those who had never come to this course before; all records.
    attendees integer not null,
    newcomers integer not null,
    check_ins integer not null,
    constraint tally_is_once_per_day primary key (course_id, day),
    constraint tally_adds_up check (newcomers between 0 and attendees and attendees <= check_ins)
);
