//! What every module of zaichang stands on: Postgres, Redis, HTTP, who is asking, the audit log. It knows none of them.

pub mod authority;
pub mod cache;
pub mod change;
pub mod changes;
pub mod db;
pub mod http;
pub mod limits;
pub mod list;
pub mod messages;
pub mod metric;
pub mod module;
pub mod pages;
pub mod redis;
pub mod sealed;
pub mod search;
pub mod settings;
pub mod supervise;
pub mod timekeeper;

crate::modules! {
    auth,
    audit,
    checklist,
    review,
    health,
    release,
    jobs,
    notices,
    scan,
    print,
    files,
    sheets,
}
