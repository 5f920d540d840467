-- What people and admins are told: each notice is written in the transaction of the act that it tells of, stands in its reader's inbox,
-- and may be sent besides. Who reads it is a person, an account, or somebody who registers and is no person yet.

create table notices (
    id bigint generated always as identity primary key,
    -- A word that a module declares: it says how the notice reads in both languages.
    kind text not null,
    person_id bigint references people (id),
    account_id bigint references accounts (id),
    -- Goes with the registration, when that is swept.
    registration_id bigint references registrations (id) on delete cascade,
    -- The reader's unit at that moment; who sees whether it was sent is told by the unit of today, and by this one of who has none.
    unit_id bigint references units (id),
    -- The thing that it is about.
    noun text not null,
    noun_id bigint not null,
    -- What stands in its sentences: plain words and days, never an ID number or a phone number.
    parameters jsonb not null,
    at timestamptz not null,
    read_at timestamptz,
    constraint notice_has_one_reader check (num_nonnulls(person_id, account_id, registration_id) = 1),
    constraint notice_parameters_are_few check (jsonb_typeof(parameters) = 'object' and octet_length(parameters::text) <= 4000)
);

create index notices_of_person on notices (person_id, id) where person_id is not null;
create index notices_of_account on notices (account_id, id) where account_id is not null;
create index notices_of_registration on notices (registration_id) where registration_id is not null;
create index notices_unread_of_person on notices (person_id) where person_id is not null and read_at is null;
create index notices_unread_of_account on notices (account_id) where account_id is not null and read_at is null;
create index notices_about on notices (noun, noun_id);
create index notices_by_time on notices (at);

-- What is sent of a notice beside the inbox. A row is `unknown` from before the provider is called until its answer is written down:
-- where a node dies in between it stays so, and nobody sends it again but an admin who has seen it.
create table notice_deliveries (
    id bigint generated always as identity primary key,
    notice_id bigint not null references notices (id) on delete cascade,
    channel text not null,
    -- By which setting: what is newer about the same thing by the same one takes the place of what waits.
    template text not null,
    state text not null,
    -- Not sent before: hours of rest.
    due_at timestamptz not null,
    -- How often the provider was called, and when last. No call is made twice: each has its number.
    calls integer not null default 0,
    begun_at timestamptz,
    ended_at timestamptz,
    -- The provider's code, or why it was not called.
    answer text,
    -- Of a warning that goes to the phone that its reader had: as it lay in their row, taken away a day later. Every other number is
    -- read when it is sent.
    to_former boolean not null default false,
    former_phone_sealed bytea,
    former_key_id bytea,
    constraint notice_is_delivered_once_by_each_channel unique (notice_id, channel),
    constraint notice_channel_is_known check (channel in ('sms')),
    constraint notice_delivery_state_is_known check (state in ('waiting', 'sent', 'failed', 'unknown')),
    constraint notice_delivery_calls_are_counted check (calls >= 0 and (calls = 0) = (begun_at is null)),
    constraint notice_answer_is_short check (octet_length(answer) <= 100),
    constraint former_phone_is_of_a_warning_to_it check (
        num_nonnulls(former_phone_sealed, former_key_id) in (0, 2) and (to_former or former_phone_sealed is null)
    )
);

create index notice_deliveries_that_wait on notice_deliveries (due_at) where state = 'waiting';
create index notice_deliveries_that_want_somebody on notice_deliveries (id) where state in ('failed', 'unknown');
create index notice_deliveries_with_former_phone on notice_deliveries (notice_id) where former_phone_sealed is not null;

-- By what a person wants to be told, and when not. Who has no row has never chosen.
create table notice_preferences (
    person_id bigint primary key references people (id),
    version bigint not null default 1,
    sms boolean not null,
    -- Hours of rest in minutes after midnight; none where the two are the same.
    quiet_from smallint not null,
    quiet_until smallint not null,
    changed_at timestamptz not null,
    constraint quiet_hours_are_of_a_day check (quiet_from between 0 and 1439 and quiet_until between 0 and 1439)
);

-- Counted apart from warnings: however many of these there are, those are sent.
alter table sms_messages drop constraint sms_messages_asked_by_is_known;
alter table sms_messages add constraint sms_messages_asked_by_is_known
    check (asked_by in ('known_device', 'scan', 'stranger', 'admin', 'check', 'link', 'notice', 'inbox'));

-- Adds a job that is not due before so long.
create function enqueue_job_after (job text, payload jsonb, job_key text, tries integer, only_on text, turn smallint, wait interval) returns bigint
language plpgsql as $$
declare
    queued bigint := enqueue_job(job, payload, job_key, tries, only_on, turn);
begin
    update graphile_worker._private_jobs as jobs set run_at = now() + wait
    where jobs.id = queued and jobs.locked_at is null and jobs.attempts = 0;
    return queued;
end
$$;
