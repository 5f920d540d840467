-- The audit log: every act of an admin, in the transaction of the act. Only ever added to.

create table audit_log (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    account_id bigint not null references accounts (id),
    unit_id bigint not null references units (id),
    action text not null,
    noun text not null,
    noun_id bigint not null,
    -- Before and after, or what else explains the act. Never an ID number or a phone number.
    detail jsonb not null
);

create index audit_log_by_noun on audit_log (noun, noun_id, id);
create index audit_log_by_unit on audit_log (unit_id, id);

create function refuse_change () returns trigger
language plpgsql as $$
begin
    raise exception '% is only ever added to', tg_table_name using errcode = 'restrict_violation';
end
$$;

create trigger audit_log_is_only_added_to before update or delete or truncate on audit_log
for each statement execute function refuse_change ();
