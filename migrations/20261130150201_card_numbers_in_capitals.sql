-- A card number stands in capitals, so that one card is one person's however it was typed: also where a node of the release before
-- writes it.
create function card_number_in_capitals () returns trigger
language plpgsql as $$
begin
    -- One of two that differ in nothing else stands until its unit puts it right: nobody is held up who changes something else.
    if tg_op = 'INSERT' or old.card_number is distinct from new.card_number then
        new.card_number := upper(new.card_number);
    end if;
    return new;
end
$$;

create trigger person_card_number_is_in_capitals before insert or update of card_number on people for each row
when (new.card_number <> upper(new.card_number)) execute function card_number_in_capitals ();
