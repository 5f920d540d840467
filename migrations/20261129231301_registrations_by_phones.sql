-- Registrations: an open one is found by its phone also on a node that has another newest master key, as during a rotation: the
-- phone's indexes under all keys of the node that opened it. `phone_index` is under the newest of them. Null of those that were
-- opened before, and by older nodes: they are found by `phone_index` alone.

alter table registrations add column phone_indexes bytea[];
