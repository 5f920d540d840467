-- Face turns: who is being asked for at the provider right now, so that each check is paid for once. Empty but for these seconds.

create table face_turns (
    person_id bigint primary key references people (id),
    -- A node that died in its turn keeps nobody out for longer.
    ends_at timestamptz not null
);
