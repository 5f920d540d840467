-- Those that stand in small letters, few as they are. Two that differ in nothing else stay as they are: which of the two people has the card
-- their units know; docs/operating/upgrade.md says how they are found.
update people set card_number = upper(card_number)
where card_number <> upper(card_number) and not exists (
    select from people other where upper(other.card_number) = upper(people.card_number) and other.id <> people.id
);
