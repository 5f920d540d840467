//! The answer to a user who has proved a phone that no person is registered with: how to register. It must not know what a
//! registration holds.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// How a person without a registration goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Registering {
    /// For `wechat` and `app`: opens this phone's registration and nothing else. A browser has it in an HttpOnly cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// When that session ends: the phone is proved anew then, and what was saved is there still.
    pub expires_at: Timestamp,
    /// How far the registration is: `draft`, `submitted`, `returned` or `rejected`.
    #[schema(value_type = crate::review::Word)]
    pub state: &'static str,
    /// The page on which a browser registers.
    #[schema(example = "/registration")]
    pub page: &'static str,
}
