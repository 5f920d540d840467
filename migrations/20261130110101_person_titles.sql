-- Titles of people, each with the day from which it holds (聘任, 取得) and who entered it: earlier ones are kept. The columns of `people`
-- say the title in force, which is the one of the newest day; none lies in the future.

create table person_titles (
    id bigint generated always as identity primary key,
    person_id bigint not null references people (id),
    title text not null,
    -- Null of what was entered before the two were known apart.
    title_series text,
    title_level text,
    -- Null where nobody has said since when: it holds before all others.
    first_day date,
    -- Null of what was there before titles were kept. Without references: accounts are never deleted, and people are entered by the
    -- hundred thousand.
    entered_by bigint,
    entered_at timestamptz,
    -- The wrong entry in whose place this one stands.
    corrects bigint references person_titles (id),
    -- A wrong entry, put right by another or taken out.
    removed_by bigint,
    removed_at timestamptz,
    constraint person_title_of_day_is_known check (
        title_series in ('physician', 'nurse', 'pharmacist', 'technician', 'laboratory', 'research', 'engineering', 'teaching',
            'tcm_physician', 'tcm_nurse', 'tcm_pharmacist', 'tcm_technician', 'integrated_physician', 'other')
        and title_level in ('senior', 'associate_senior', 'intermediate', 'junior', 'assistant', 'none')
    ),
    constraint person_title_is_removed_at_an_instant check (removed_by is null or removed_at is not null)
);

create unique index person_title_is_the_only_one_of_its_day on person_titles (person_id, coalesce(first_day, '-infinity'))
where removed_at is null;

create trigger person_titles_are_never_deleted before delete or truncate on person_titles
for each statement execute function refuse_deletion ();

-- Who is entered has a first title, whoever enters them: by a registration, from a file, or on a node of the release before. One
-- statement for all of a file.
create function keep_first_titles () returns trigger
language plpgsql as $$
begin
    insert into person_titles (person_id, title, title_series, title_level, entered_by, entered_at)
    select id, title, title_series, title_level,
        coalesce(nullif(current_setting('zaichang.changed_by', true), '')::bigint,
            (select account_id from audit_log where audit_log.id = entered.import_act_id)),
        coalesce(nullif(current_setting('zaichang.changed_at', true), '')::timestamptz, approved_at, now())
    from entered where title <> '';
    return null;
end
$$;

create trigger person_has_a_first_title after insert on people
referencing new table as entered
for each statement execute function keep_first_titles ();

-- Puts the title in force right: the wrong entry stays beside the one in its place. Whoever calls it holds the person.
create function correct_title_in_force (
    of_person bigint, to_title text, to_series text, to_level text, to_day date, corrected_by bigint, corrected_at timestamptz
) returns void
language plpgsql as $$
declare
    wrong bigint := (
        select id from person_titles where person_id = of_person and removed_at is null
        order by coalesce(first_day, '-infinity') desc limit 1
    );
begin
    update person_titles set removed_by = corrected_by, removed_at = corrected_at where id = wrong;
    insert into person_titles (person_id, title, title_series, title_level, first_day, entered_by, entered_at, corrects)
    values (of_person, to_title, to_series, to_level, to_day, corrected_by, corrected_at, wrong);
end
$$;

-- Who writes another title into `people` and says nothing of a day puts the one in force right: a file that fills in what was not
-- known, and a node of the release before. Who has written it here already changes nothing.
create function keep_corrected_title () returns trigger
language plpgsql as $$
declare
    in_force person_titles;
begin
    select * into in_force from person_titles
    where person_id = new.id and removed_at is null order by coalesce(first_day, '-infinity') desc limit 1;
    if in_force.id is null and old.title <> '' then
        insert into person_titles (person_id, title, title_series, title_level)
        values (old.id, old.title, old.title_series, old.title_level);
    end if;
    if in_force.id is null
        or (in_force.title, in_force.title_series, in_force.title_level)
            is distinct from (new.title, new.title_series, new.title_level) then
        perform correct_title_in_force(
            new.id, new.title, new.title_series, new.title_level, in_force.first_day,
            nullif(current_setting('zaichang.changed_by', true), '')::bigint,
            coalesce(nullif(current_setting('zaichang.changed_at', true), '')::timestamptz, now())
        );
    end if;
    return null;
end
$$;

create trigger person_title_is_kept after update on people for each row
when ((old.title, old.title_series, old.title_level) is distinct from (new.title, new.title_series, new.title_level))
execute function keep_corrected_title ();

-- Which title each of these people had on a day: of those that stand the newest that had begun. Nobody is in it of whom none is known
-- by then. Of who has been here since before titles were kept, and has had no other, it is the one in `people`.
create function titles_on (of_people bigint[], day date)
returns table (person_id bigint, title text, title_series text, title_level text, first_day date)
language sql stable rows 50 as $$
    select people.id, coalesce(kept.title, people.title),
        case when kept.id is null then people.title_series else kept.title_series end,
        case when kept.id is null then people.title_level else kept.title_level end, kept.first_day
    from people
    left join lateral (
        select * from person_titles
        where person_titles.person_id = people.id and removed_at is null and coalesce(person_titles.first_day, '-infinity') <= day
        order by coalesce(person_titles.first_day, '-infinity') desc limit 1
    ) kept on true
    where people.id = any(of_people)
        and (kept.id is not null or people.title <> ''
            and not exists (select from person_titles where person_titles.person_id = people.id))
$$;
