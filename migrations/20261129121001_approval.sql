-- When a person's unit approved the registration, so that a scan made before that, and presented after it, can be told. Null of people
-- who were approved before this was kept: they have been all along.
alter table people add column approved_at timestamptz;

-- Kept here and not by whoever approves, so that an approval by a node of the release before is kept as well.
create function keep_approval () returns trigger
language plpgsql as $$
begin
    if new.registration = 'approved' and old.registration <> 'approved'
        and new.approved_at is not distinct from old.approved_at then
        new.approved_at := now();
    end if;
    return new;
end
$$;

create trigger person_approval_is_kept before update of registration on people for each row
execute function keep_approval ();

-- The person was approved only after the scan: within the 24 hours of the pass it counts from the scan on, and is marked.
alter table check_ins add column approved_afterwards boolean not null default false;
