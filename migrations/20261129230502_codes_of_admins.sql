-- Codes of admins have messages of their own: who knows an admin's number alone does not use them up.

alter table sms_messages drop constraint sms_messages_asked_by_is_known;
alter table sms_messages
    add constraint sms_messages_asked_by_is_known check (asked_by in ('known_device', 'scan', 'stranger', 'admin'));
