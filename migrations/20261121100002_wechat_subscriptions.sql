-- WeChat subscriptions: how many messages of a kind a person has agreed to. Each agreement is good for one message.

create table wechat_subscriptions (
    person_id bigint not null references people (id),
    template text not null,
    acceptances integer not null,
    -- What the person last answered when they were asked, or WeChat in their place.
    result text not null,
    answered_at timestamptz not null,
    constraint wechat_subscription_is_once_per_template primary key (person_id, template),
    constraint wechat_subscription_template_is_known check (template in ('award')),
    constraint wechat_subscription_result_is_known check (result in ('accept', 'reject', 'ban', 'filter')),
    -- Nobody needs more, and a phone that repeats itself fills nothing.
    constraint wechat_subscription_acceptances_are_few check (acceptances between 0 and 50)
);
