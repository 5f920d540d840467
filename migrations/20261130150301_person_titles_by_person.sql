-- no-transaction
-- How often a person's titles were entered lately is counted over all that were, also those that stand no longer.
create index concurrently person_titles_by_person on person_titles (person_id);
