-- What an account's own phone is told of: that somebody else has given it a password or a link for its second factor, and that the
-- factor was set anew. The phone is the one that the account had at that moment, however soon another takes its place.

create table account_notices (
    id bigint generated always as identity primary key,
    account_id bigint not null references accounts (id),
    what text not null,
    -- As it lay in the account's row, with the master key that had sealed it.
    phone_sealed bytea not null,
    key_id bytea not null,
    at timestamptz not null,
    -- Written down before it is sent: a message is sent once at most.
    told_at timestamptz,
    constraint account_notice_is_known check (what in ('password_given', 'factor_link_made', 'factor_set')),
    constraint account_notice_key_id_is_four_bytes check (octet_length(key_id) = 4)
);

create index account_notices_by_time on account_notices (at);

-- They are counted apart from the codes that the account's holder asks for.
alter table sms_messages drop constraint sms_messages_asked_by_is_known;
alter table sms_messages add constraint sms_messages_asked_by_is_known
    check (asked_by in ('known_device', 'scan', 'stranger', 'admin', 'check', 'link', 'notice'));
