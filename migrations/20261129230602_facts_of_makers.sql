-- Who ran the command that made a link: the user that the kernel names is a fact, what the environment names is a claim of theirs.

alter table admin_links
    -- `os_user` is from now on what the system calls this user; links of the release before hold the environment's word there.
    add column os_uid bigint,
    add column claimed_user text;
alter table admin_links
    add constraint admin_link_uid_is_unsigned check (os_uid between 0 and 4294967295),
    add constraint admin_link_claim_is_short check (char_length(claimed_user) <= 64);

-- Test messages of the page of checks are counted apart from codes: neither uses up the other's.
alter table sms_messages drop constraint sms_messages_asked_by_is_known;
alter table sms_messages
    add constraint sms_messages_asked_by_is_known check (asked_by in ('known_device', 'scan', 'stranger', 'admin', 'check'));
