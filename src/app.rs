//! What requests may reach: one desk per room, put together once. It decides nothing.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRef;
use sqlx::PgPool;

use crate::health::Health;
use zaichang_attendance::checkin::Corridor;
use zaichang_attendance::display::Displays;
use zaichang_attendance::face::Faces;
use zaichang_attendance::phone::{Phones, WechatDesk};
use zaichang_attendance::records::Desk;
use zaichang_hosting::project::Offered;
use zaichang_platform::auth::Guard;
use zaichang_platform::pages::Pages;

/// The state of every route; each takes the desk it needs. Cloned for every request: it is one pointer.
#[derive(Clone)]
pub struct App(Arc<Desks>);

/// One desk per room.
pub struct Desks {
    /// Who is asking, from where, and how often it failed.
    pub guard: Arc<Guard>,
    /// The primary.
    pub pool: PgPool,
    /// The check-in corridor.
    pub corridor: Arc<Corridor>,
    /// The screens and their hub.
    pub displays: Arc<Displays>,
    /// Attendance records.
    pub desk: Arc<Desk>,
    /// The phone's pages and login.
    pub phones: Arc<Phones>,
    /// Logging in by WeChat, and what WeChat tells people.
    pub wechat: Arc<WechatDesk>,
    /// Face checks.
    pub faces: Arc<Faces>,
    /// Whether a course may ask for them.
    pub offered: Offered,
    /// The built pages.
    pub pages: Pages,
    /// Whether the process is alive and ready.
    pub health: Arc<Health>,
}

impl From<Desks> for App {
    fn from(desks: Desks) -> Self {
        Self(Arc::new(desks))
    }
}

impl Deref for App {
    type Target = Desks;

    fn deref(&self) -> &Desks {
        &self.0
    }
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
    guard: Arc<Guard>,
    pool: PgPool,
    corridor: Arc<Corridor>,
    displays: Arc<Displays>,
    desk: Arc<Desk>,
    phones: Arc<Phones>,
    wechat: Arc<WechatDesk>,
    faces: Arc<Faces>,
    offered: Offered,
    pages: Pages,
    health: Arc<Health>,
}
