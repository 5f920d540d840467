//! Who may see a screen's code: an admin whose unit holds its course, or a page that holds its credential.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::request::Parts;
use jiff::civil::Date;
use serde::Deserialize;
use sqlx::PgPool;

use super::{Displays, Error, credential, sql};
use crate::display::refusals;
use zaichang_core::ids::{ScreenNumber, UnitId};
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::{Addressed, OfUnit, Within};
use zaichang_platform::http::{Problem, Reject, bearer};

/// A screen as the address names it: what `Within<Screen>` proves to lie under an admin's unit.
pub(super) struct Screen {
    pub number: ScreenNumber,
    /// The day for which it was opened.
    pub day: Date,
    pub closed: bool,
    /// That holds its course.
    pub unit: UnitId,
}

#[derive(Deserialize)]
pub(super) struct ScreenPath {
    screen: u32,
}

impl OfUnit for Screen {
    fn unit(&self) -> UnitId {
        self.unit
    }
}

impl Addressed for Screen {
    type Path = ScreenPath;

    async fn find(pool: &PgPool, path: ScreenPath) -> Result<Option<Self>, Problem> {
        Ok(sql::screen(pool, ScreenNumber(path.screen)).await.map_err(Error::from)?)
    }
}

/// A caller who may see the screen's code: a page with its credential as bearer token, or an admin of its course.
pub(super) struct Viewer {
    pub screen: ScreenNumber,
}

impl<S> FromRequestParts<S> for Viewer
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
    Arc<Displays>: FromRef<S>,
    PgPool: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Reject(Path(path)) = Reject::<Path<ScreenPath>>::from_request_parts(parts, state).await?;
        let screen = ScreenNumber(path.screen);
        let presented = bearer(&parts.headers).unwrap_or_default();
        if credential::opens(&Arc::<Displays>::from_ref(state).keys, screen, presented) {
            return Ok(Self { screen });
        }
        match Within::<Screen>::from_request_parts(parts, state).await {
            Ok(Within { row, .. }) => Ok(Self { screen: row.number }),
            // An attendee's login never shows a code.
            Err(problem) if problem.refusal == refusals::NOT_FOUND => Err(refusals::FORBIDDEN.into()),
            Err(problem) => Err(problem),
        }
    }
}
