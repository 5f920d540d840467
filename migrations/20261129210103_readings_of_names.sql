-- How a person's name is read: pinyin and initials, worked out by the program (a surname has a reading of its own). Null until
-- that is done: of a row that a node of the release before, or a hand, has written or given another name.
alter table people add column pinyin text;
alter table people add column initials text;
alter table people add constraint person_reading_is_whole check ((pinyin is null) = (initials is null));
alter table people add constraint person_reading_is_letters check (pinyin ~ '^[a-z0-9]*$' and initials ~ '^[a-z0-9]*$');

create index people_by_pinyin on people (pinyin, id);
create index people_without_reading on people (id) where pinyin is null;

-- Another name is read otherwise.
create function forget_reading () returns trigger
language plpgsql as $$
begin
    if new.pinyin is not distinct from old.pinyin then
        new.pinyin := null;
        new.initials := null;
    end if;
    return new;
end
$$;

create trigger person_reading_is_of_the_name before update of name on people for each row
when (old.name is distinct from new.name) execute function forget_reading ();
