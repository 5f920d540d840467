-- Who registers with a number is looked for while nobody submits a registration: in what waits to be entered into an index, or past it
-- where that is much, would take longer the more submit.
alter index registrations_by_numbers set (fastupdate = off);
