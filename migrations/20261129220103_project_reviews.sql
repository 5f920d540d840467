-- A project's way to its approval: it has versions, may be returned, and a change of its plan is reviewed again while the plan
-- in force stays. Projects that are approved today stay so without a review.

-- What is granted for a holding, and the version of the project. A table of its own, as a node of the release before names the
-- columns of a course and its project without saying whose they are.
create table project_plans (
    -- The project's.
    id bigint primary key references projects (id),
    -- Null: what the catalogue says.
    credits numeric(5, 1),
    hours numeric(5, 1),
    version bigint not null default 1,
    -- Who changed the project last, and when. Null of a change that no account made, and where nothing has been changed.
    changed_by bigint references accounts (id),
    changed_at timestamptz,
    constraint project_credits_are_positive check (credits > 0 and hours > 0),
    constraint project_version_is_counted_up check (version >= 1)
);

-- Each write counts, as what is proposed instead of an approved plan stands in another table.
create trigger project_version_is_counted before update on project_plans for each row execute function count_version ();

insert into project_plans (id) select id from projects;

-- Every project has one, whoever makes it; and whoever changes the project's own row makes a new version of it.
create function plan_project () returns trigger
language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into project_plans (id) values (new.id);
    else
        update project_plans set id = id where id = new.id;
    end if;
    return null;
end
$$;

create trigger project_has_a_plan after insert on projects for each row execute function plan_project ();
create trigger project_is_a_new_version after update on projects for each row
when (old.* is distinct from new.*) execute function plan_project ();

-- Returned: its unit may change it and submit it again. A node of the release before cannot read the word, and leaves such a
-- project out: it is not held, so nobody misses it.
alter table projects drop constraint project_state_is_known;
alter table projects add constraint project_state_is_known
    check (state in ('draft', 'submitted', 'returned', 'approved', 'rejected', 'held', 'closed'));
alter table projects add constraint project_returned_has_a_reason check (state <> 'returned' or state_reason is not null);

-- What waits today goes on waiting: by whom it was submitted is not known.
insert into reviews (noun, noun_id, state, level, reason, after)
select 'project', projects.id, state, case when state <> 'draft' then 1 end,
    case when state = 'rejected' then state_reason end,
    jsonb_build_object(
        'period', (
            select coalesce(jsonb_agg(jsonb_build_object('from', first_day, 'to', last_day) order by first_day), '[]')
            from periods where periods.project_id = projects.id
        ),
        'credits', catalogue_entries.credits::text,
        'hours', catalogue_entries.hours::text
    )
from projects
join catalogue_entries on catalogue_entries.id = catalogue_entry_id
where state in ('draft', 'submitted', 'rejected')
order by projects.id;
