-- Face checks: that a provider compared the face before a phone with the person's own, for a course on a day. What it saw is never here.

create table face_checks (
    -- Also the number under which the provider knows it.
    id uuid primary key,
    person_id bigint not null references people (id),
    course_id bigint not null references courses (id),
    -- Of the scan, in Asia/Shanghai.
    day date not null,
    provider text not null,
    -- The provider's own name for it.
    reference text not null,
    -- Who must look into the camera, as the provider knows them.
    openid text not null,
    state text not null default 'pending',
    -- The provider's number for why it failed.
    failure bigint,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    decided_at timestamptz,
    constraint face_check_provider_is_known check (provider in ('wechat')),
    constraint face_check_state_is_known check (state in ('pending', 'passed', 'failed')),
    constraint face_check_reference_is_short check (char_length(reference) between 1 and 256),
    constraint face_check_decision_is_whole check ((state = 'pending') = (decided_at is null)),
    constraint face_check_failure_is_of_a_failed_one check (failure is null or state = 'failed'),
    constraint face_check_ends_after_start check (expires_at > asked_at)
);

create index face_checks_by_person on face_checks (person_id, course_id, day);

create trigger face_checks_are_never_deleted before delete or truncate on face_checks
for each statement execute function refuse_deletion ();
