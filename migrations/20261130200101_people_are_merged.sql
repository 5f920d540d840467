-- People who are registered twice, or under a wrong number: an authority merges the one row into the other. What was recorded keeps its
-- person, as check-ins are never changed; every read leads from the merged row to the one that stays. A merged row is never deleted and
-- keeps its document number: it cannot be registered anew (附件6).

-- The row that stays; null of everybody else. It is never merged itself: who was merged into one that is merged later is led on.
alter table people add column merged_into bigint references people (id);
alter table people add constraint person_is_not_merged_into_themselves check (merged_into <> id) not valid;

create table person_merges (
    id bigint generated always as identity primary key,
    from_id bigint not null references people (id),
    -- The one that was chosen. Where that is merged later, `people.merged_into` leads on, and this stays what it was.
    into_id bigint not null references people (id),
    -- Which phone the one that stays has from then on: its own, or that of the merged row, which then has the other.
    phone text not null,
    reason text not null,
    -- The versions of both as they were seen, and of the one that stays as the merge has left it: undone only while nothing was changed
    -- since. A later merge that is undone makes the earlier one undoable again.
    from_seen bigint not null,
    into_seen bigint not null,
    into_version bigint not null,
    -- Without a reference, so that accounts are not locked with people while the table is made: none is ever deleted.
    merged_by bigint not null,
    merged_at timestamptz not null,
    undone_by bigint,
    undone_at timestamptz,
    undone_reason text,
    constraint person_merge_is_of_two check (from_id <> into_id),
    constraint person_merge_phone_is_known check (phone in ('kept', 'taken_over')),
    constraint person_merge_is_undone_whole check (num_nulls(undone_by, undone_at, undone_reason) in (0, 3))
);

create unique index person_is_merged_once_at_a_time on person_merges (from_id) where undone_at is null;
create index person_merges_by_from on person_merges (from_id, id);
create index person_merges_by_into on person_merges (into_id, id);
create index person_merges_by_time on person_merges (merged_at);

create trigger person_merges_are_never_deleted before delete or truncate on person_merges
for each statement execute function refuse_deletion ();

-- One step leads to whoever stays, whoever writes: neither into a merged row nor of one into which others are merged.
create function refuse_chained_merge () returns trigger
language plpgsql as $$
begin
    if exists (select from people where id = new.merged_into and merged_into is not null)
        or exists (select from people where merged_into = new.id) then
        raise exception 'people % would be merged into a row that is merged', new.id
            using errcode = 'check_violation', constraint = 'person_is_merged_in_one_step', table = 'people';
    end if;
    return null;
end
$$;

create trigger person_is_merged_in_one_step after update of merged_into on people for each row
when (new.merged_into is not null) execute function refuse_chained_merge ();

-- Nodes hear of both: the one may not check in any more, and the other answers for its records.
create function tell_merge () returns trigger
language plpgsql as $$
begin
    perform pg_notify('zaichang_changes', 'person:' || changed.id)
    from unnest(array[new.id, old.merged_into, new.merged_into]) changed (id) where changed.id is not null;
    return null;
end
$$;

create trigger person_merged after update of merged_into on people for each row
when (old.merged_into is distinct from new.merged_into) execute function tell_merge ();
