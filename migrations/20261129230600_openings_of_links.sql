-- How often a link for admins was opened and an authenticator set up with it: its holder learns of a second reader.

alter table admin_links
    add column openings integer not null default 0,
    add column first_opened_at timestamptz,
    add column last_opened_at timestamptz,
    add column authenticators integer not null default 0;
alter table admin_links
    add constraint admin_link_counts_forward check (openings >= 0 and authenticators >= 0),
    -- A node of the release before opens a link and counts nothing.
    add constraint admin_link_knows_when_it_was_opened check (
        (openings = 0) = (first_opened_at is null) and (first_opened_at is null) = (last_opened_at is null)
        and last_opened_at >= first_opened_at
    );
