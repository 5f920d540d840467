-- Scans of people who have registered only since: kept until their unit has approved them, and recorded then as of the scan.
-- Each was handed in by whoever proved the registration's phone, within the 180 seconds of an anonymous pass.
create table kept_scans (
    registration_id bigint not null references registrations (id) on delete cascade,
    scanned_at timestamptz not null,
    -- The course, to be named to its person; no foreign key, as in check_ins.
    course_id bigint not null,
    -- The pass, signed: screen, time, device, networks and the phone's blind index; nothing in clear.
    pass text not null,
    -- What became of it: `recorded`, or the code of the refusal. Null until the registration is approved.
    outcome text,
    decided_at timestamptz,
    constraint kept_scan_is_kept_once primary key (registration_id, scanned_at),
    constraint kept_scan_has_an_outcome_once_decided check ((outcome is null) = (decided_at is null))
);
