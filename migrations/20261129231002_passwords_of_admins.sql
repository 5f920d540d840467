-- Passwords that another admin has given, second factors that are set anew by a link, and where an admin's sessions were opened.

-- When another admin gave the account a password; whoever logs in by it first chooses one of their own.
alter table accounts add column password_given_at timestamptz;

-- The account that gets a new second factor by the link; null of a link that makes a new account.
alter table admin_links add column resets_id bigint references accounts (id);
alter table admin_links
    add constraint admin_link_resets_an_admin_of_its_unit check (resets_id is null or unit_id is not null);
create index admin_links_by_reset on admin_links (resets_id) where ended_at is null and resets_id is not null;

-- The browser and the system that an admin's session was opened with, by their names alone, and the network as a keyed hash: which
-- sessions share one, never which it was.
alter table sessions
    add column device text,
    add column network bytea;
alter table sessions
    add constraint session_device_is_short check (char_length(device) <= 40),
    add constraint session_network_is_a_hash check (octet_length(network) = 8);
