-- A code belongs to the device that asked for it: strangers' tries do not use it up. How many messages a number may be sent a day is
-- counted here, because it must hold on every node. Rows exist for unknown phones as for known ones.

create table device_sms_codes (
    -- The same blind index as people.phone_index: no phone number is stored here.
    phone_index bytea not null,
    -- As check_ins.device_hash.
    device_hash bytea not null,
    -- HMAC-SHA256 of phone, device and code under a key of its own: six digits alone would be guessed from a plain hash.
    code_mac bytea not null,
    sent_at timestamptz not null,
    expires_at timestamptz not null,
    tries smallint not null default 0,
    used_at timestamptz,
    -- When this device last proved this phone: it then has messages of its own, which strangers cannot use up.
    proved_at timestamptz,
    constraint device_sms_code_is_one primary key (phone_index, device_hash),
    constraint device_sms_code_index_is_a_mac check (octet_length(phone_index) = 32 and octet_length(code_mac) = 32),
    constraint device_sms_code_device_is_a_hash check (octet_length(device_hash) = 16),
    constraint device_sms_code_tries_are_few check (tries between 0 and 5)
);

create index device_sms_codes_by_end on device_sms_codes (expires_at) where proved_at is null;

create index device_sms_codes_by_proof on device_sms_codes (proved_at);

-- The messages that a number has been sent on a day in Asia/Shanghai, by who asked.
create table sms_messages (
    phone_index bytea not null,
    day date not null,
    asked_by text not null,
    messages smallint not null default 1,
    constraint sms_messages_are_counted_once primary key (phone_index, day, asked_by),
    constraint sms_messages_index_is_a_mac check (octet_length(phone_index) = 32),
    constraint sms_messages_asked_by_is_known check (asked_by in ('known_device', 'scan', 'stranger')),
    constraint sms_messages_are_few check (messages between 1 and 5)
);

create index sms_messages_by_day on sms_messages (day);
