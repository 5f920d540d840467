-- Consents to the privacy notice (个人信息保护法): which version a person has agreed to, and when first. A new version of the
-- notice is asked for anew; what was agreed to before stays, as proof.
create table privacy_consents (
    person_id bigint not null references people (id),
    -- The day from which the notice holds, as the pages name it.
    version text not null,
    client_kind text not null,
    given_at timestamptz not null,
    constraint privacy_consent_is_one_per_version primary key (person_id, version),
    constraint privacy_consent_version_is_a_day check (version ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
    constraint privacy_consent_client_is_known check (client_kind in ('h5', 'wechat', 'app'))
);

create trigger privacy_consents_are_only_added_to before update or delete or truncate on privacy_consents
for each statement execute function refuse_change ();
