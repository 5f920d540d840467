-- Registrations: a number is looked for under every master key of the list, as people's are. `number_index` is under the key that
-- sealed the row; that two indexes under two keys are of one number only the program can tell, which holds them all here.

alter table registrations add column number_indexes bytea[];

-- The column says nothing new about a registration: filling it in is no change of it.
drop trigger registration_version_is_counted on registrations;
create trigger registration_version_is_counted before update on registrations for each row
when ((to_jsonb(old) - array['touched_at', 'numbers_tried', 'tried_on', 'told_version', 'number_indexes'])
    is distinct from (to_jsonb(new) - array['touched_at', 'numbers_tried', 'tried_on', 'told_version', 'number_indexes']))
execute function count_version ();

update registrations set number_indexes = array[number_index] where number_index is not null;

-- A statement that writes another index and not all of them leaves none of another number behind.
create function hold_number_index () returns trigger
language plpgsql as $$
begin
    if new.number_index is null then
        new.number_indexes := null;
    elsif new.number_indexes is null or new.number_index <> all (new.number_indexes) then
        new.number_indexes := array[new.number_index];
    end if;
    return new;
end
$$;

create trigger registration_holds_its_number_index before insert or update of number_index, number_indexes on registrations
for each row execute function hold_number_index ();

alter table registrations add constraint registration_number_is_held_under_its_own_key
    check ((number_index is null) = (number_indexes is null) and (number_index is null or number_index = any (number_indexes)));

create index registrations_by_numbers on registrations using gin (number_indexes) where person_id is null;
drop index registrations_by_number;
