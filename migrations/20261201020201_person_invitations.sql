-- Whom their unit has invited to log in by a text message, and when last: it is not sent again within a week, whoever presses the button.
-- Without a reference: people are never deleted.
create table person_invitations (
    person_id bigint not null,
    -- When the last one was written.
    at timestamptz not null,
    -- How often they were invited in all.
    times integer not null,
    constraint person_is_invited_by_one_row primary key (person_id),
    constraint invitations_are_counted check (times >= 1)
);
