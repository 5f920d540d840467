-- How a scan came from the screen to the record. A pass can be sent on, and only evidence tells it: the row keeps the network and the
-- delay of the scan, and from now on those of the two moments after it. All null where exchange and check-in were one call, of what
-- staff have vouched for, and of rows that are older.
alter table check_ins
    -- An anonymous pass became its person's so long after the scan, over this network (as in `network`); null where the person
    -- who scanned was logged in. Equal to the next two where a pass was bound by presenting it.
    add column bound_after_ms integer,
    add column bound_network bytea,
    -- The pass was presented so long after the scan, over this network.
    add column presented_after_ms integer,
    add column presented_network bytea;
