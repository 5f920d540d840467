-- Changes: every node keeps small caches of who may check in where. A change to any of these rows tells all nodes at commit,
-- whoever made it, so that a closed screen or a cancelled person is known everywhere within a second.

create function tell_change () returns trigger
language plpgsql as $$
declare
    changed jsonb := to_jsonb(coalesce(new, old));
begin
    perform pg_notify('zaichang_changes', tg_argv[0] || ':' || (changed ->> tg_argv[1]));
    return null;
end
$$;

create trigger person_changed after update on people for each row
when ((old.registration, old.state, old.name, old.unit_id, old.department_id, old.title)
    is distinct from (new.registration, new.state, new.name, new.unit_id, new.department_id, new.title))
execute function tell_change ('person', 'id');

create trigger session_revoked after update of revoked_at on sessions for each row
when (old.revoked_at is null and new.revoked_at is not null)
execute function tell_change ('session', 'token_hash');

create trigger account_changed after update on accounts for each row execute function tell_change ('account', 'id');
create trigger project_changed after update on projects for each row execute function tell_change ('project', 'id');
create trigger course_changed after update on courses for each row execute function tell_change ('course', 'id');
create trigger screen_changed after update on screens for each row execute function tell_change ('screen', 'screen');
create trigger period_changed after insert or update or delete on periods for each row
execute function tell_change ('project', 'project_id');
