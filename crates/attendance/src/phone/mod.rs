//! What an attendee's phone opens: the pages, the code's own address, login, and a receipt's public page.

mod app_session;
mod assertion;
mod claim;
mod handed;
mod kept_scans;
mod login;
mod module;
mod number_claim;
mod own_password;
mod own_phone;
mod own_proof;
mod own_sessions;
mod pages;
mod privacy;
pub mod refusals;
mod registering;
mod scans_of_applicant;
mod settings;
mod sms_codes;
mod sms_limits;
mod visit;
mod wechat;

pub use app_session::sweep;
pub use assertion::{AppKeys, Assertions};
pub use module::MODULE;
pub use pages::{IN_APP, PAGE};
pub use settings::Settings;
pub use sms_limits::SmsLimits;
pub use wechat::WechatState;

use std::sync::Arc;

use sqlx::PgPool;

use crate::checkin::{Pipeline, Roster};
use zaichang_core::clock::Clock;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::Guard;
use zaichang_platform::http::budget::Budget;
use zaichang_platform::messages::Sender;
use zaichang_platform::pages::Pages;

/// Everything the phone's routes reach.
#[derive(Clone)]
pub struct Phones {
    pub pool: PgPool,
    pub clock: Clock,
    pub keys: Arc<Keys>,
    pub pipeline: Arc<Pipeline>,
    pub roster: Roster,
    pub guard: Arc<Guard>,
    pub sealer: Sealer,
    pub messages: Arc<dyn Sender>,
    pub sms_limits: Arc<SmsLimits>,
    /// How many passwords each person may set.
    pub own_passwords: Arc<Budget>,
    pub assertions: Assertions,
    pub pages: Pages,
}

/// What the fuzz targets reach: bodies, read as the routes read them.
#[cfg(feature = "fuzzing")]
pub mod fuzzing {
    pub use super::login::fuzzing::login;
    pub use super::sms_codes::fuzzing::sms_code;
}
