-- What a unit's link may do holds whatever node uses it: one of the release before takes every link for the server's, by which an admin
-- of the deployment's authority is made. And what its holder may spend: messages, and guesses at a password.

alter table admin_links
    -- Messages that were sent by it.
    add column messages smallint not null default 0,
    -- Wrong passwords that were tried with it.
    add column wrong_passwords smallint not null default 0;
alter table admin_links
    add constraint admin_link_messages_are_few check (messages between 0 and 5),
    add constraint admin_link_wrong_passwords_are_few check (wrong_passwords between 0 and 10);
create index admin_links_by_maker_and_time on admin_links (maker_id, made_at) where messages > 0;

create function check_use_of_admin_link () returns trigger
language plpgsql as $$
begin
    -- A node of the release before ends all links when one is made on the server: a unit's ends by its use, or by somebody's hand.
    if tg_op = 'UPDATE' and new.unit_id is not null and old.ended_at is null
        and new.account_id is null and new.revoked_by is null then
        new.ended_at := null;
    end if;
    if new.unit_id is not null and new.account_id is not null and not exists (
        select from units, accounts made, accounts makers
        where units.id = new.unit_id and made.id = new.account_id and makers.id = new.maker_id
          and units.closed_at is null and made.unit_id = units.id and made.disabled_at is null
          and (made.id = new.resets_id or (
              new.resets_id is null and made.rights is not distinct from new.rights
              and replace(made.role, 'limited_', '') = case
                  when units.kind in ('province', 'city', 'county') then 'authority_admin' else 'unit_admin'
              end
          ))
          and makers.disabled_at is null and makers.rights is null and makers.password_given_at is null
          and makers.unit_id in (select unit_and_above(units.id))
    ) then
        raise exception 'the link of a unit is used for something else'
            using errcode = 'check_violation', constraint = 'admin_link_makes_the_admin_it_is_for';
    end if;
    return new;
end
$$;

create trigger admin_link_is_used_for_what_it_is before insert or update of ended_at, account_id on admin_links for each row
execute function check_use_of_admin_link ();

-- Codes that a link's holder asks for are counted apart: they do not use up those of the number's own admin.
alter table sms_messages drop constraint sms_messages_asked_by_is_known;
alter table sms_messages add constraint sms_messages_asked_by_is_known
    check (asked_by in ('known_device', 'scan', 'stranger', 'admin', 'check', 'link'));
