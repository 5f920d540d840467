-- Names found by any part of them, by pinyin and by initials. Two characters of Chinese are a name already, so that the index holds
-- pairs of characters, where a trigram would find nothing. `platform::search` reads what people type; these are its queries.

-- The characters of a text and each two that stand side by side: what the index holds of it.
create function bigrams (value text) returns text[]
language plpgsql immutable strict parallel safe as $$
declare
    letters text[] := string_to_array(lower(value), null);
    grams text[] := letters;
begin
    for at in 2..coalesce(array_length(letters, 1), 0) loop
        grams := grams || (letters[at - 1] || letters[at]);
    end loop;
    return grams;
end
$$;

-- What a text has among its bigrams if it holds this one: pairs, which are fewer; of one character itself.
create function bigrams_to_find (searched text) returns text[]
language sql immutable strict parallel safe as $$
    select case when char_length(searched) < 2 then string_to_array(lower(searched), null)
        else array(select substr(lower(searched), at, 2) from generate_series(1, char_length(searched) - 1) at) end
$$;

-- Whether a text holds another, in whatever case. No sign in it means anything else than itself.
create function holds (value text, searched text) returns boolean
language sql immutable parallel safe as $$
    select strpos(lower(value), lower(searched)) > 0
$$;

-- Whether a text holds each of these words, wherever.
create function holds_all (value text, words text[]) returns boolean
language sql immutable parallel safe as $$
    select not exists (select from unnest(words) word where strpos(lower(value), lower(word)) = 0)
$$;

-- Units are read as people are: null until the program has worked it out, of whatever a node of the release before writes.
alter table units add column pinyin text;
alter table units add column initials text;
alter table units add constraint unit_reading_is_whole check ((pinyin is null) = (initials is null));
alter table units add constraint unit_reading_is_letters check (pinyin ~ '^[a-z0-9]*$' and initials ~ '^[a-z0-9]*$');
create index units_without_reading on units (id) where pinyin is null;
create trigger unit_reading_is_of_the_name before update of name on units for each row
when (old.name is distinct from new.name) execute function forget_reading ();

create index people_by_bigrams on people using gin (bigrams(name));
create index units_by_bigrams on units using gin (bigrams(name));
-- In the collation of bytes, so that a beginning is a range: from 'wang' up to 'wang{', as '{' comes next after 'z'.
create index people_by_beginning on people ((pinyin collate "C"), id);
create index people_by_initials on people (initials, id);

-- Whether a person is called so: part of the name, the beginning of its pinyin, or all its initials. For rows that are read anyway.
create function person_is_called (name text, pinyin text, initials text, searched text, letters text) returns boolean
language sql immutable parallel safe as $$
    select coalesce(strpos(lower(name), lower(searched)) > 0 or starts_with(pinyin, letters) or initials = letters, false)
$$;

-- All people who are called so, in the whole country: each way by its index.
create function people_called (searched text, letters text) returns setof bigint
language sql stable parallel safe rows 1000 as $$
    select id from people where bigrams(name) @> bigrams_to_find(searched) and strpos(lower(name), lower(searched)) > 0
    union
    select id from people where pinyin collate "C" >= letters and pinyin collate "C" < letters || '{'
    union
    select id from people where initials = letters
$$;

-- Whether a unit is called so: part of its name, of its pinyin or of its initials, as 协和 and xhyy are of 北京协和医院.
create function unit_is_called (name text, pinyin text, initials text, searched text, letters text) returns boolean
language sql immutable parallel safe as $$
    select coalesce(strpos(lower(name), lower(searched)) > 0 or strpos(pinyin, letters) > 0 or strpos(initials, letters) > 0, false)
$$;

-- All units that are called so. Their names by index; there are so few of them that their letters are read one by one.
create function units_called (searched text, letters text) returns setof bigint
language sql stable parallel safe rows 100 as $$
    select id from units where bigrams(name) @> bigrams_to_find(searched) and strpos(lower(name), lower(searched)) > 0
    union
    select id from units where letters is not null and (strpos(pinyin, letters) > 0 or strpos(initials, letters) > 0)
$$;
