//! Who there is: people, and which WeChat account is whose.

pub mod people;
pub mod wechat_account;

use zaichang_platform::module::Module;

/// The modules of this crate, in the order in which they are opened.
pub const MODULES: &[Module] = &[people::MODULE, wechat_account::MODULE];
