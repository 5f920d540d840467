-- In which state a person is on a day: by the days that were approved, and by their row as long as nobody has said from when. Whoever counts
-- or chooses people by their state asks this, and not `people.state`, which a day to come or to go does not change.
create function person_state_on (person bigint, dated boolean, without_days text, on_day date) returns text
language sql stable parallel safe as $$
    select case when dated then coalesce((
        select state from person_states
        where person_id = person and holds
            and on_day >= coalesce(first_day, '-infinity') and on_day <= coalesce(last_day, 'infinity')
    ), 'normal') else without_days end
$$;
