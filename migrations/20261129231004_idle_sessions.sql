-- When an admin's session was last used, to the minute: one that nobody uses ends. Null of a session that a node of the release before
-- has opened: it ends when its time is over.

alter table sessions add column seen_at timestamptz;
