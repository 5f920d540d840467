-- What an authority does to a person stands in the log of that person's unit as well, as what it does to the unit and its accounts:
-- a verdict on a change of state is read where it was asked for.
create or replace function name_concerned_unit () returns trigger
language plpgsql as $$
begin
    new.concerned_unit_id := case new.noun
        when 'unit' then new.noun_id
        when 'person' then (select unit_id from people where id = new.noun_id)
        else (select unit_id from accounts where id = new.noun_id)
    end;
    if new.concerned_unit_id = new.unit_id then
        new.concerned_unit_id := null;
    end if;
    return new;
end
$$;

create or replace trigger audit_log_names_the_concerned_unit before insert on audit_log for each row
when (new.noun in ('unit', 'account', 'person')) execute function name_concerned_unit ();
