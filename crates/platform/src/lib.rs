//! What every module of zaichang stands on: Postgres, Redis, HTTP, who is asking, the audit log. It knows none of them.

pub mod audit;
pub mod auth;
pub mod authority;
pub mod cache;
pub mod change;
pub mod changes;
pub mod checklist;
pub mod db;
pub mod files;
pub mod health;
pub mod http;
pub mod jobs;
pub mod limits;
pub mod list;
pub mod messages;
pub mod module;
pub mod notices;
pub mod pages;
pub mod redis;
pub mod review;
pub mod search;
pub mod settings;
pub mod sheets;
pub mod supervise;
pub mod timekeeper;

/// The modules of this crate, in the order in which they are opened.
pub const MODULES: &[module::Module] = &[
    auth::MODULE,
    audit::MODULE,
    checklist::MODULE,
    review::MODULE,
    health::MODULE,
    jobs::MODULE,
    notices::MODULE,
    files::MODULE,
    sheets::MODULE,
];
