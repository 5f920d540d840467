-- Registrations: when a phone was left, and which verdict was told.

-- Sessions that began until then open the registration no longer: somebody has left a phone that others use, too.
alter table registrations add column left_at timestamptz;

-- The step of the review that was told by a message, or is being told: part of its job's key. A version did not say which verdict
-- it was: an older one told what a newer one had found, and the newer one told it again.
alter table registrations add column told_step bigint;

drop trigger registration_version_is_counted on registrations;
create trigger registration_version_is_counted before update on registrations for each row
when ((to_jsonb(old) - array['touched_at', 'numbers_tried', 'tried_on', 'told_step', 'told_version', 'left_at', 'number_indexes'])
    is distinct from (to_jsonb(new) - array['touched_at', 'numbers_tried', 'tried_on', 'told_step', 'told_version', 'left_at', 'number_indexes']))
execute function count_version ();

alter table registrations drop column told_version;
