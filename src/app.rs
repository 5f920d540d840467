//! What requests may reach: one desk per room, put together once. It decides nothing.

use axum::extract::FromRef;
use sqlx::PgPool;

use crate::attendance::Desk;
use crate::auth::Guard;
use crate::checkin::Corridor;
use crate::display::Displays;
use crate::health::Health;
use crate::phone::Phones;

/// The state of every route; each takes the desk it needs.
#[derive(Clone)]
pub struct App {
    /// Who is asking, from where, and how often it failed.
    pub guard: Guard,
    /// The primary.
    pub pool: PgPool,
    /// The check-in corridor.
    pub corridor: Corridor,
    /// The screens and their hub.
    pub displays: Displays,
    /// Attendance records.
    pub desk: Desk,
    /// The phone's pages and login.
    pub phones: Phones,
    /// Whether the process is alive and ready.
    pub health: Health,
}

macro_rules! reach {
    ($($desk:ident: $kind:ty),* $(,)?) => {
        $(impl FromRef<App> for $kind {
            fn from_ref(app: &App) -> Self {
                app.$desk.clone()
            }
        })*
    };
}

reach! {
    guard: Guard,
    pool: PgPool,
    corridor: Corridor,
    displays: Displays,
    desk: Desk,
    phones: Phones,
    health: Health,
}
