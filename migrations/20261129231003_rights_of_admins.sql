-- Sub-accounts: what an account may do of what its role may. Null: all of it.

alter table accounts
    add column rights text[],
    -- Which of them were seen by who changes them, and who changed them last: of the rights alone, and called so, as many queries join
    -- accounts to rows that have a version.
    add column rights_version bigint not null default 1,
    add column rights_changed_by bigint references accounts (id),
    add column rights_changed_at timestamptz;
alter table accounts
    add constraint account_rights_are_known check (rights <@ array['hosting', 'people', 'desk', 'credits', 'reading']),
    add constraint account_has_a_right check (cardinality(rights) > 0),
    add constraint account_rights_version_is_counted_up check (rights_version >= 1);

-- The rights of the account that a link makes. Null: all.
alter table admin_links add column rights text[];
alter table admin_links
    add constraint admin_link_rights_are_known check (rights <@ array['hosting', 'people', 'desk', 'credits', 'reading']),
    add constraint admin_link_has_a_right check (cardinality(rights) > 0),
    add constraint admin_link_with_rights_makes_an_account check (rights is null or (unit_id is not null and resets_id is null));
