-- Versions: whoever changes a row says which version of it they have seen, so that nobody writes over what they have not.
-- A table whose rows are changed so has these three columns and the trigger.

alter table courses add column version bigint not null default 1;
-- Who changed it last, and when. Null of a change that no account made, and where nothing has been changed.
alter table courses add column changed_by bigint references accounts (id);
alter table courses add column changed_at timestamptz;
alter table courses add constraint course_version_is_counted_up check (version >= 1);

-- Kept here and not by whoever writes, so that what a node of the release before writes, or a hand, is a new version as well.
create function count_version () returns trigger
language plpgsql as $$
begin
    if new.version = old.version then
        new.version := old.version + 1;
        new.changed_by := null;
        new.changed_at := now();
    elsif new.version <> old.version + 1 then
        raise exception 'a version of % is followed by the next one', tg_table_name using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;

create trigger course_version_is_counted before update on courses for each row
when (old.* is distinct from new.*) execute function count_version ();
