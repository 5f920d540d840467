-- Whoever changes a row is told by the transaction (`zaichang.changed_by`, `zaichang.changed_at`, set for it alone), so that a
-- statement that changes a row writes what it changes and nothing else. What says nothing of it is nobody's, as before; so is
-- what a node of the release before writes, which counts the version up itself.
create or replace function count_version () returns trigger
language plpgsql as $$
begin
    if new.version = old.version then
        new.version := old.version + 1;
        new.changed_by := nullif(current_setting('zaichang.changed_by', true), '')::bigint;
        new.changed_at := coalesce(nullif(current_setting('zaichang.changed_at', true), '')::timestamptz, now());
    elsif new.version <> old.version + 1 then
        raise exception 'a version of % is followed by the next one', tg_table_name using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
