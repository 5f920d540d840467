-- Courses: a lecture inside a project. Attendance is taken per course, and the cap is decided under this row's lock.

create table courses (
    id bigint generated always as identity primary key,
    project_id bigint not null references projects (id),
    title text not null,
    lecturer text,
    hours numeric(5, 1) not null,
    place text not null,
    -- 考勤人数上限; null means no cap.
    cap integer,
    -- 是否应用人脸识别
    face boolean not null default false,
    -- How long a code lives: strict 3 s, standard 5 s, relaxed 5 s with one more step of grace.
    profile text not null default 'strict',
    -- Minutes after midnight in Asia/Shanghai; 1440 is the end of the day, which the type time cannot say.
    opens_minute smallint not null default 420,
    closes_minute smallint not null default 1080,
    created_at timestamptz not null default now(),
    constraint course_title_is_short check (char_length(title) between 1 and 200),
    constraint course_hours_are_positive check (hours > 0),
    constraint course_cap_is_positive check (cap between 1 and 100000),
    constraint course_profile_is_known check (profile in ('strict', 'standard', 'relaxed')),
    constraint course_opens_before_it_closes
        check (opens_minute between 0 and 1439 and closes_minute between 1 and 1440 and opens_minute < closes_minute)
);

create index courses_by_project on courses (project_id);

create trigger courses_are_never_deleted before delete or truncate on courses
for each statement execute function refuse_deletion ();
