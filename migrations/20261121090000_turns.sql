-- Turns: whoever writes check-ins of a course takes its next turn, in the same transaction. The row is the course's lock, and its
-- number tells a node whether anybody else has written since it last looked: if not, what it remembers of the course is the truth.

create table turns (
    course_id bigint primary key references courses (id),
    turn bigint not null default 0,
    constraint turn_is_counted_up check (turn >= 0)
) with (fillfactor = 50);

insert into turns (course_id) select id from courses;

create function open_turns () returns trigger
language plpgsql as $$
begin
    insert into turns (course_id) values (new.id);
    return null;
end
$$;

create trigger course_opens_its_turns after insert on courses for each row execute function open_turns ();

-- A cap that changes takes a turn as well: no node decides by the old one.
create function take_turn () returns trigger
language plpgsql as $$
begin
    update turns set turn = turn + 1 where course_id = new.id;
    return null;
end
$$;

create trigger course_cap_takes_a_turn after update of cap on courses for each row
when (old.cap is distinct from new.cap) execute function take_turn ();

-- The primary key of check_ins begins with person and course: it tells the same without a second table to write.
drop table attendees;
