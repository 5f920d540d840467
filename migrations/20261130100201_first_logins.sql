-- Who has ever logged in, and when first: a session goes half a year after it was opened, and what its phone has proved of a person who was
-- imported must not be forgotten with it. By a trigger, so that it is there whichever release opens the session.
-- Without a reference: people are never deleted.
create table first_logins (
    person_id bigint primary key,
    at timestamptz not null
);

create function note_first_login () returns trigger
language plpgsql as $$
begin
    insert into first_logins (person_id, at) values (new.person_id, new.created_at) on conflict (person_id) do nothing;
    return null;
end
$$;

create trigger sessions_tell_first_logins after insert on sessions for each row
when (new.person_id is not null) execute function note_first_login ();
