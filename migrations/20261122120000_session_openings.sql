-- How it was proved whose a session is: whoever logged in by an SMS code a moment ago has proved their phone. None: opened before this
-- was kept.
alter table sessions add column opened_by text;
alter table sessions add constraint session_opening_is_known
check (opened_by in ('sms_code', 'password', 'wechat', 'assertion'));
