-- What is done to a unit, or to an account of it, by somebody who acts for another unit also stands in its own log: an authority that
-- lets somebody in, resets or disables is seen by whom it concerns.

-- The unit to which it was done, where that is another than the one for which it was done. Of what stood before nothing is known.
alter table audit_log add column concerned_unit_id bigint;
-- Not looked for among what stands: there it is null throughout.
alter table audit_log
    add constraint audit_log_concerns_a_unit foreign key (concerned_unit_id) references units (id) not valid;

-- By a trigger, so that it is there whoever writes: some acts are added by the statements that write their rows, and a node of the
-- release before knows no such column.
create function name_concerned_unit () returns trigger
language plpgsql as $$
begin
    new.concerned_unit_id := case new.noun
        when 'unit' then new.noun_id
        else (select unit_id from accounts where id = new.noun_id)
    end;
    if new.concerned_unit_id = new.unit_id then
        new.concerned_unit_id := null;
    end if;
    return new;
end
$$;

create trigger audit_log_names_the_concerned_unit before insert on audit_log for each row
when (new.noun in ('unit', 'account')) execute function name_concerned_unit ();
