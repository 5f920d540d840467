-- People from files: their rows wait here, numbers sealed as in people, until one transaction writes them all by whole statements.
-- They are written a piece at a time before it, and go once it is done or after a day. Not logged: what a crash of Postgres empties
-- is staged again by the job, which counts what it has written.
create unlogged table staged_people (
    -- Which import it is of; those of the shell have no row.
    batch uuid not null,
    -- As the sheet numbers it.
    row integer not null,
    staged_at timestamptz not null,
    key_id bytea not null,
    -- Whom something is filled in of, as they were read; null of who is entered.
    person_id bigint,
    version bigint,
    name text,
    pinyin text,
    initials text,
    document text,
    id_number_sealed bytea,
    id_number_index bytea,
    -- Under the other master keys of the list, one behind the other.
    other_id_number_indexes bytea,
    phone_sealed bytea,
    phone_index bytea,
    other_phone_indexes bytea,
    unit_id bigint,
    department_id bigint,
    title text,
    title_series text,
    title_level text,
    specialty text,
    takes_part boolean,
    card_number text,
    constraint staged_person_is_staged_once primary key (batch, row)
);

-- By which act of the log somebody was entered from a file. Without a reference: the log is only ever added to, and people are
-- entered by the hundred thousand.
alter table people add column import_act_id bigint;
create index staged_people_by_person on staged_people (batch, person_id) where person_id is not null;

-- A hundred thousand people are entered by one statement, also where there were three before. What the statistics say of tables
-- knows nothing of such rows: a join that is planned for three would go over all of them for each of them. So each index is looked
-- for by itself, which no plan turns into a join, and never by reading a table. It refuses what it refused before.
create or replace function hold_numbers (of_kind text, owners bigint[], indexes bytea[]) returns void
language plpgsql set enable_seqscan = off as $$
begin
    -- In one order, so that two writers never wait for each other in a circle. Who comes second waits here for the first, and
    -- then finds it below.
    insert into number_indexes (index, kind, person_id)
    select held.index, of_kind, held.owner from unnest(indexes, owners) held (index, owner)
    order by held.index
    on conflict (index) do nothing;
    if exists (
        select from unnest(indexes, owners) held (index, owner)
        where (select person_id from number_indexes there where there.index = held.index) <> held.owner
    -- People of before this table stand in people alone, until they are sealed again.
    ) or of_kind = 'id_number' and exists (
        select from unnest(indexes, owners) held (index, owner)
        where (select id from people there where there.id_number_index = held.index) <> held.owner
    ) or of_kind = 'phone' and exists (
        select from unnest(indexes, owners) held (index, owner)
        where (select id from people there where there.phone_index = held.index) <> held.owner
    ) then
        raise exception 'a number is another person''s, perhaps under another master key'
            using errcode = 'unique_violation', constraint = 'person_' || of_kind || '_is_unique', table = 'people';
    end if;
end
$$;
