-- The first hour: links by which the admins of the deployment's authority come in, what an admin proves besides the password,
-- and what has been checked of the deployment.

-- The region's own unit acts as its authority; this is what the authority calls itself: 湖南省卫生健康委员会.
alter table units add column authority text;
alter table units add constraint unit_authority_is_of_a_region
    check (authority is null or kind in ('province', 'city', 'county'));
alter table units add constraint unit_authority_is_short check (char_length(authority) between 2 and 100);

-- The administrative division that the unit is (a region) or lies in (any other). Who supervises it is its parent: a
-- hospital of the city lies in a district and below the city.
alter table units add column division text references divisions (code);
-- Two regions of one level are never the same division.
create unique index unit_is_one_region_of_its_level on units (kind, division)
    where division is not null and kind in ('province', 'city', 'county');

-- An account's phone and the secret of its authenticator, sealed under the master key with this id. All null of an account
-- that has a password alone.
alter table accounts
    add column phone_sealed bytea,
    add column phone_index bytea,
    add column totp_sealed bytea,
    add column key_id bytea,
    add column second_factor text,
    -- The newest step of 30 seconds whose code was used: no code works twice.
    add column totp_step bigint;
alter table accounts
    add constraint account_phone_is_whole check ((phone_sealed is null) = (phone_index is null)),
    add constraint account_sealed_names_its_key check ((num_nonnulls(phone_sealed, totp_sealed) = 0) = (key_id is null)),
    add constraint account_second_factor_is_known check (second_factor in ('totp', 'sms')),
    add constraint account_second_factor_has_what_it_needs check (
        case second_factor when 'totp' then totp_sealed is not null when 'sms' then phone_sealed is not null else true end
    );

-- Links for admins of the deployment's authority, made by whoever has a shell on a node. The token itself is only ever in the
-- file that the link was written into; here lies its SHA-256. A link that was used or replaced stays, with when and by whom.
create table admin_links (
    token_hash bytea primary key,
    made_by text not null,
    -- The user of the operating system who ran the command.
    os_user text,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    -- When it was used, or replaced by a newer one.
    ended_at timestamptz,
    -- The account that was made by it.
    account_id bigint references accounts (id),
    constraint admin_link_hash_is_sha256 check (octet_length(token_hash) = 32),
    constraint admin_link_maker_is_known check (made_by in ('start', 'command')),
    constraint admin_link_ends_after_start check (expires_at > made_at),
    constraint admin_link_is_ended_by_its_use check (account_id is null or ended_at is not null)
);

-- At most one link lives at a time.
create unique index admin_link_is_one on admin_links ((true)) where ended_at is null;

-- The authority whose deployment this is: the first one; it checks the deployment and its link makes further admins of it.
alter table deployment add column authority_id bigint references units (id);

-- What was last checked of the deployment, and with what result.
create table deployment_checks (
    name text primary key,
    result text not null,
    -- Why it failed, in the other service's words; which master key was backed up.
    reason text,
    checked_at timestamptz not null,
    account_id bigint not null references accounts (id),
    constraint deployment_check_is_known check (name in ('master_key', 'sms', 'wechat')),
    constraint deployment_check_result_is_known check (result in ('passed', 'failed', 'not_configured'))
);
