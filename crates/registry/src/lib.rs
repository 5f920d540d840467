//! Who there is: divisions, units, their admins, people, who registers to become one, and which WeChat account is whose.

pub mod admins;
pub mod divisions;
pub mod document;
mod entered;
mod named;
pub mod people;
pub mod proposals;
pub mod registration;
pub mod resealing;
pub mod start;
pub mod title;
pub mod units;
pub mod wechat_account;

use zaichang_platform::module::Module;

/// The modules of this crate, in the order in which they are opened.
pub const MODULES: &[Module] = &[
    divisions::MODULE,
    start::MODULE,
    units::MODULE,
    admins::MODULE,
    people::MODULE,
    registration::MODULE,
    proposals::MODULE,
    resealing::MODULE,
    wechat_account::MODULE,
];
