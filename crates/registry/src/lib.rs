//! Who there is: people, and which WeChat account is whose.

pub mod people;
pub mod wechat_account;
