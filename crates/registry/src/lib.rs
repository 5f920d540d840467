//! Who there is: divisions, units, their admins, people, who registers to become one, and which WeChat account is whose.

pub mod document;
mod entered;
mod named;
pub mod title;

pub mod admin_links;

zaichang_platform::modules! {
    divisions,
    deployment,
    units,
    start,
    admins,
    wechat_account,
    people,
    registration,
    proposals,
    announcements,
    resealing,
}
