-- no-transaction
-- Who was merged into somebody: asked of everybody who checks in and is not yet known to a node, and of whole halls at once.
create index concurrently people_by_merge on people (merged_into) include (id) where merged_into is not null;
