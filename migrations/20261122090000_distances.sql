-- Where a deployment collects it: how far from the hall a phone said that it was.

-- Where the course is held, in millionths of a degree, GCJ-02 as maps in China give it. None: nobody is asked.
alter table courses add column latitude integer;
alter table courses add column longitude integer;
alter table courses add constraint course_location_is_whole check ((latitude is null) = (longitude is null));
alter table courses add constraint course_location_is_on_earth
check (latitude between -90000000 and 90000000 and longitude between -180000000 and 180000000);

-- The distance alone: the position that it was reckoned from is kept nowhere.
create table distances (
    person_id bigint not null,
    course_id bigint not null,
    day date not null,
    slot bigint not null,
    -- At least so far: what the phone did not know of its own position is in its favour.
    metres integer not null,
    told_at timestamptz not null,
    constraint distance_is_told_once primary key (course_id, day, person_id, slot),
    constraint distance_is_on_earth check (metres between 0 and 20100000)
);

create trigger distances_are_only_added_to before update or delete or truncate on distances
for each statement execute function refuse_change ();
