-- WeChat bindings: whose WeChat account a person logs in with. A row is only ever added or closed: the table is its own audit.
-- An openid means nothing outside its account and is no secret of the person's; it lies here in clear, as messages are sent to it.

create table wechat_bindings (
    id bigint generated always as identity primary key,
    person_id bigint not null references people (id),
    -- The mini-program's or the Official Account's: an openid is of one account alone.
    app_id text not null,
    openid text not null,
    -- The same for all accounts under one Open Platform account; it may become known later.
    unionid text,
    bound_at timestamptz not null,
    -- How it was proved whose it is.
    bound_by text not null,
    ended_at timestamptz,
    -- rebound: the person bound another WeChat account. taken: another person bound this one.
    ended_by text,
    constraint wechat_binding_ids_are_short
        check (char_length(app_id) between 1 and 64 and char_length(openid) between 1 and 64 and char_length(unionid) between 1 and 64),
    constraint wechat_binding_proof_is_known check (bound_by in ('phone_code', 'sms_code', 'unionid')),
    constraint wechat_binding_end_is_known check (ended_by in ('rebound', 'taken')),
    constraint wechat_binding_end_is_whole check ((ended_at is null) = (ended_by is null))
);

create unique index wechat_openid_binds_one_person on wechat_bindings (app_id, openid) where ended_at is null;
create unique index wechat_person_has_one_openid on wechat_bindings (app_id, person_id) where ended_at is null;
create index wechat_bindings_by_unionid on wechat_bindings (unionid) where ended_at is null and unionid is not null;
create index wechat_bindings_by_person on wechat_bindings (person_id);

create trigger wechat_bindings_are_never_deleted before delete or truncate on wechat_bindings
for each statement execute function refuse_deletion ();

-- What was bound stays as it was written; it may be closed once, and a unionid may become known once.
create function refuse_rewriting_wechat_binding () returns trigger
language plpgsql as $$
begin
    if (old.id, old.person_id, old.app_id, old.openid, old.bound_at, old.bound_by)
        is distinct from (new.id, new.person_id, new.app_id, new.openid, new.bound_at, new.bound_by)
        or (old.unionid is not null and new.unionid is distinct from old.unionid)
        or old.ended_at is not null
    then
        raise exception 'a binding is only ever added or closed'
            using errcode = 'restrict_violation', constraint = 'wechat_binding_is_only_closed';
    end if;
    return new;
end
$$;

create trigger wechat_binding_is_only_closed before update on wechat_bindings
for each row execute function refuse_rewriting_wechat_binding ();

-- Bind tickets that were brought back: each works once, within a few tries. The ticket itself is with the phone; here lies its SHA-256.
create table wechat_bind_tickets (
    ticket_hash bytea primary key,
    tries smallint not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint wechat_bind_ticket_hash_is_sha256 check (octet_length(ticket_hash) = 32),
    constraint wechat_bind_ticket_tries_are_few check (tries between 1 and 5)
);

create index wechat_bind_tickets_by_expiry on wechat_bind_tickets (expires_at);
