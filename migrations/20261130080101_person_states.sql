-- States of people by their days: 产假, 不计达标, 非工作岗位, 注销, each as it was approved. On a day that none covers a person is 正常.
-- How a change of state is reviewed stands in `reviews`, by the noun `person_state` and the person's id.

create table person_states (
    id bigint generated always as identity primary key,
    person_id bigint not null references people (id),
    state text not null,
    -- Both days are included. Null of what began before days were kept, and of what has no end yet.
    first_day date,
    last_day date,
    reason text,
    approved_by bigint references accounts (id),
    approved_at timestamptz,
    -- Whether it covers its days. Not so of 正常, which only ends another state, and of what was replaced as a whole.
    holds boolean not null,
    -- By which other change it was ended before its time, or replaced.
    ended_by bigint references person_states (id),
    constraint person_state_of_days_is_known check (state in ('normal', 'maternity', 'exempt', 'not_in_post', 'cancelled')),
    constraint person_state_days_are_in_order check (first_day <= last_day),
    constraint person_state_normal_covers_nothing check (state <> 'normal' or not holds),
    -- The person as a range of one: ranges alone are compared here without an extension.
    constraint person_states_do_not_overlap exclude using gist (
        int8range(person_id, person_id, '[]') with &&, daterange(first_day, last_day, '[]') with &&
    ) where (holds)
);

create index person_states_by_person on person_states (person_id, id);

create trigger person_states_are_never_deleted before delete or truncate on person_states
for each statement execute function refuse_deletion ();

-- Nodes keep the days with the person, so that a day that comes needs no change.
create trigger person_state_changed after insert or update on person_states for each row
execute function tell_change ('person', 'person_id');
