-- What admins change of each other's accounts, called by what it is: a version of the whole account as its colleagues keep it (rights,
-- whether it is disabled, a given password), who made it and when; besides who disabled an account and why, and who gave a password.
-- No release has had the earlier names. They name the account once more: nodes that run join this table to others that have a version.

alter table accounts rename column rights_version to account_version;
alter table accounts rename column rights_changed_by to account_changed_by;
alter table accounts rename column rights_changed_at to account_changed_at;
alter table accounts rename constraint account_rights_version_is_counted_up to account_version_is_counted_up;

alter table accounts
    -- Who disabled it; null of one that may log in, and of one that no admin has disabled.
    add column disabled_by bigint references accounts (id),
    -- Why; null of one that was locked together with its unit.
    add column disabled_for text,
    -- Who gave the password that the holder has not replaced yet.
    add column password_given_by bigint references accounts (id);
alter table accounts
    add constraint account_disablement_has_a_short_reason check (char_length(disabled_for) between 2 and 200),
    add constraint account_password_giver_has_given_one check (password_given_by is null or password_given_at is not null);

-- Wrong tries of a link's holder: passwords of the account whose second factor it sets, or names that others have.
alter table admin_links rename column wrong_passwords to wrong_tries;
alter table admin_links rename constraint admin_link_wrong_passwords_are_few to admin_link_wrong_tries_are_few;
