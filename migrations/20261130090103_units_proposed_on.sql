-- On which day a registration has handed in the proposals that `units_proposed` counts.

alter table registrations add column units_proposed_on date;
