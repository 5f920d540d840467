-- Unbinding: a person may end the bindings of their own.

alter table wechat_bindings
    drop constraint wechat_binding_end_is_known,
    -- rebound: the person bound another WeChat account. taken: another person bound this one. unbound: the person asked for it.
    add constraint wechat_binding_end_is_known check (ended_by in ('rebound', 'taken', 'unbound'));
