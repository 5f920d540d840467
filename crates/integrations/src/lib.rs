//! Clients of other companies' services, stores of files, and the program that prints. They know no table, and of a person only what such a service
//! is sent.

pub mod clamav;
pub mod files;
pub mod print;
pub mod sms;
pub mod wechat;

use zaichang_platform::settings::{Declaration, declared};

/// What may be set about its services.
pub const SETTINGS: &[Declaration] = &[
    declared::<clamav::Settings>(),
    declared::<print::Settings>(),
    declared::<sms::Settings>(),
    declared::<wechat::Settings>(),
];

/// What its services may cause, by service.
pub const REFUSALS: &[&[zaichang_platform::http::Refusal]] = &[wechat::refusals::ALL];

/// What is measured of its services, by service.
pub const METRICS: &[&[zaichang_platform::metric::Metric]] = &[sms::METRICS, wechat::METRICS];
