//! What lies under every module's routes: refusals, bodies, cookies, addresses, limits. It knows no module.

pub mod address;
mod bearer;
pub mod body;
pub mod budget;
pub mod cookies;
pub mod failures;
mod field;
mod json;
pub mod language;
pub mod origin;
pub mod problem;
pub mod query;
pub mod refusal;
pub mod refusals;
mod registering;
pub mod request_id;
mod text;
pub mod version;
mod wait;
mod who_may;
mod wrong;

pub use bearer::bearer;
pub use body::{Checked, Reject};
pub use problem::Problem;
pub use refusal::Refusal;
pub use registering::Registering;
pub use request_id::RequestId;
pub use text::Text;
pub use version::{IfMatch, Meanwhile, Seen, Version, Versioned};
pub use who_may::WhoMay;
