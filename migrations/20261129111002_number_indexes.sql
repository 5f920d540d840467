-- A number is one person's across all master keys. A row of people has its numbers' indexes under one key, and that two indexes
-- under two keys are of one number only the program can tell. So whoever writes a person holds the number's indexes under
-- all keys of its list, and any two nodes meet here as long as they have one key in common.

create table number_indexes (
    -- As in people, under whatever master key; the kind of number is part of what it is made of.
    index bytea primary key,
    kind text not null,
    -- No foreign key: people are never deleted, and only hold_numbers writes here.
    person_id bigint not null,
    constraint number_index_is_a_mac check (octet_length(index) = 32),
    constraint number_index_kind_is_known check (kind in ('id_number', 'phone'))
);

-- A number that is changed gives its indexes back.
create index number_indexes_by_person on number_indexes (person_id, kind);

-- Holds each index for the person beside it; refuses if another has it.
create function hold_numbers (of_kind text, owners bigint[], indexes bytea[]) returns void
language plpgsql as $$
begin
    -- In one order, so that two writers never wait for each other in a circle. Who comes second waits here for the first, and
    -- then finds it below.
    insert into number_indexes (index, kind, person_id)
    select held.index, of_kind, held.owner from unnest(indexes, owners) held (index, owner)
    order by held.index
    on conflict (index) do nothing;
    if exists (
        select from unnest(indexes, owners) held (index, owner)
        join number_indexes there on there.index = held.index
        where there.person_id <> held.owner
    -- People of before this table stand in people alone, until they are sealed again.
    ) or of_kind = 'id_number' and exists (
        select from unnest(indexes, owners) held (index, owner)
        join people there on there.id_number_index = held.index
        where there.id <> held.owner
    ) or of_kind = 'phone' and exists (
        select from unnest(indexes, owners) held (index, owner)
        join people there on there.phone_index = held.index
        where there.id <> held.owner
    ) then
        raise exception 'a number is another person''s, perhaps under another master key'
            using errcode = 'unique_violation', constraint = 'person_' || of_kind || '_is_unique', table = 'people';
    end if;
end
$$;

-- The row's own indexes are held whoever writes it, and given back when they change.
create function hold_own_numbers () returns trigger
language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        perform hold_numbers('id_number', array_agg(id), array_agg(id_number_index)) from written;
        perform hold_numbers('phone', array_agg(id), array_agg(phone_index)) from written;
    else
        delete from number_indexes using before join written using (id)
        where person_id = before.id
          and (kind = 'id_number' and before.id_number_index <> written.id_number_index
               or kind = 'phone' and before.phone_index <> written.phone_index);
        perform hold_numbers('id_number', array_agg(id), array_agg(written.id_number_index))
        from before join written using (id) where before.id_number_index <> written.id_number_index having count(*) > 0;
        perform hold_numbers('phone', array_agg(id), array_agg(written.phone_index))
        from before join written using (id) where before.phone_index <> written.phone_index having count(*) > 0;
    end if;
    return null;
end
$$;

create trigger people_hold_their_numbers after insert on people
referencing new table as written for each statement execute function hold_own_numbers ();

create trigger people_hold_their_new_numbers after update on people
referencing old table as before new table as written for each statement execute function hold_own_numbers ();
