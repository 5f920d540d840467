-- Whether the rows of `person_states` say in which state a person is. While it is false, `state` says it, without days. Of who has days,
-- `state` is what a node of the release before goes by: what held on the day of the last approval. A file of its own: nobody reads
-- people while it is changed, and the table before it locks accounts.
alter table people add column states_dated boolean not null default false;
