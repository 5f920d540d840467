-- An account that may do less than its role has a role word of its own: a node of a release that knows no rights and no given passwords
-- cannot read it, and lets nobody in by it.

alter table accounts
    -- Of a password that another admin has given. `password_hash` is then none that anybody's password has.
    add column given_password_hash text;

alter table accounts drop constraint account_role_is_known;
alter table accounts add constraint account_role_is_known
    check (role in ('unit_admin', 'authority_admin', 'limited_unit_admin', 'limited_authority_admin'));

create function limit_account () returns trigger
language plpgsql as $$
begin
    new.role := replace(new.role, 'limited_', '');
    if new.rights is not null or new.password_given_at is not null then
        new.role := 'limited_' || new.role;
    end if;
    return new;
end
$$;

create trigger account_is_limited before insert or update on accounts for each row execute function limit_account ();

update accounts set given_password_hash = password_hash, password_hash = '!' where password_given_at is not null;
update accounts set role = role where rights is not null;

alter table accounts
    add constraint account_is_limited_by_rights_or_a_given_password
        check ((role like 'limited\_%') = (rights is not null or password_given_at is not null)),
    add constraint account_has_one_password
        check ((given_password_hash is null) = (password_given_at is null)
            and (given_password_hash is null or password_hash = '!'));
