-- Check-ins are only ever added to, like the audit log: what was acknowledged to a person is neither changed nor deleted.
-- What staff think of a record is a verdict beside it.

-- For each row, as a statement may name a partition: Postgres gives every partition this trigger, also those to come, and takes
-- it away again from one that is detached to be archived.
create trigger check_ins_are_only_added_to before update or delete on check_ins
for each row execute function refuse_change ();

-- Truncation knows no rows: the table and each partition have a trigger of their own.
create trigger check_ins_are_never_emptied before truncate on check_ins
for each statement execute function refuse_change ();

create or replace function ensure_check_in_month (holds date) returns void
language plpgsql as $$
declare
    first_day date := date_trunc('month', holds)::date;
    next_month date := (date_trunc('month', holds) + interval '1 month')::date;
    month text := 'check_ins_' || to_char(first_day, 'YYYY_MM');
begin
    if to_regclass(month) is not null then
        return;
    end if;
    execute format('create table if not exists %I partition of check_ins for values from (%L) to (%L)',
        month, first_day, next_month);
    execute format('create or replace trigger check_ins_are_never_emptied before truncate on %I
        for each statement execute function refuse_change ()', month);
end
$$;

do $$
declare
    month regclass;
begin
    for month in select inhrelid::regclass from pg_inherits where inhparent = 'check_ins'::regclass loop
        execute format('create trigger check_ins_are_never_emptied before truncate on %s
            for each statement execute function refuse_change ()', month);
    end loop;
end
$$;
