-- Links for the admins of units: an admin of the unit, or of one above it, makes one on a page and hands it over.

-- A closed unit takes no admins.
alter table units add column if not exists closed_at timestamptz;

alter table admin_links
    add column id bigint generated always as identity,
    -- The unit whose admin it makes; null of a link for the deployment's authority, which is made on the server.
    add column unit_id bigint references units (id),
    -- Whom its maker will hand it to.
    add column meant_for text,
    add column maker_id bigint references accounts (id),
    -- The account that took it back.
    add column revoked_by bigint references accounts (id);
alter table admin_links drop constraint admin_link_maker_is_known;
alter table admin_links
    add constraint admin_link_id_is_unique unique (id),
    add constraint admin_link_maker_is_known check (made_by in ('start', 'command', 'admin')),
    add constraint admin_link_of_a_unit_is_an_admin_s check (
        num_nonnulls(unit_id, meant_for, maker_id) = case made_by when 'admin' then 3 else 0 end
    ),
    add constraint admin_link_meant_for_is_short check (char_length(meant_for) between 2 and 50),
    add constraint admin_link_is_ended_once_taken_back check (revoked_by is null or (ended_at is not null and account_id is null));

-- Of the links that are made on the server one lives at a time; a unit may await several admins.
drop index admin_link_is_one;
create unique index admin_link_is_one on admin_links ((true)) where ended_at is null and unit_id is null;
create index admin_links_by_unit on admin_links (unit_id) where ended_at is null and unit_id is not null;
create index admin_links_by_maker on admin_links (maker_id) where ended_at is null and maker_id is not null;
