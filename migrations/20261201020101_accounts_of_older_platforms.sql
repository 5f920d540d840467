-- The account by which a person logged in on the platform before, while their row of a file waits: people.account has its place since
-- the first release.
alter table staged_people add column account text;
