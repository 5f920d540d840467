//! Clients of other companies' services. They know no table, and of a person only what such a service is sent.

pub mod sms;
pub mod wechat;

/// What its services may cause, by service.
pub const REFUSALS: &[&[zaichang_platform::http::Refusal]] = &[wechat::refusals::ALL];
