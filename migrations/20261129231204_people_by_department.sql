-- no-transaction
-- A department's people are counted. Every person has a row: nodes go on writing while it is built.
create index concurrently people_by_department on people (department_id) where department_id is not null;
