//! Who there is: divisions, units, their admins, people, who registers to become one, and which WeChat account is whose.

pub mod document;
mod entered;
mod named;
pub mod title;

pub mod admin_links;

pub mod admins;
pub mod deployment;
pub mod divisions;
pub mod people;
pub mod proposals;
pub mod registration;
pub mod resealing;
pub mod start;
pub mod units;
pub mod wechat_account;

use zaichang_platform::module::Module;

/// The modules of this crate, in the order in which they are opened: each uses those before it alone, and those without a `MODULE`.
pub const MODULES: &[Module] = &[
    divisions::MODULE,
    deployment::MODULE,
    units::MODULE,
    start::MODULE,
    admins::MODULE,
    wechat_account::MODULE,
    people::MODULE,
    registration::MODULE,
    proposals::MODULE,
    resealing::MODULE,
];
