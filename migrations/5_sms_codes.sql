-- SMS codes: one living code per phone. A row exists for unknown phones too, so that time and answer are the same for both.

create table sms_codes (
    -- The same blind index as people.phone_index: no phone number is stored here.
    phone_index bytea primary key,
    -- HMAC-SHA256 of phone and code under a key of its own: six digits alone would be guessed from a plain hash.
    code_mac bytea not null,
    sent_at timestamptz not null,
    expires_at timestamptz not null,
    tries smallint not null default 0,
    used_at timestamptz,
    constraint sms_code_index_is_a_mac check (octet_length(phone_index) = 32 and octet_length(code_mac) = 32),
    constraint sms_code_tries_are_few check (tries between 0 and 5)
);
