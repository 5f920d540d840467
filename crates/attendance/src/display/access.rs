//! Authority over a screen as a type: an admin who manages its course, or a page that holds its credential.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::header;
use axum::http::request::Parts;
use jiff::civil::Date;
use serde::Deserialize;

use super::{Displays, Error, credential, sql};
use crate::display::refusals;
use zaichang_core::ids::ScreenNumber;
use zaichang_hosting::project::managed;
use zaichang_platform::auth::{Admin, Guard, Role};
use zaichang_platform::http::{Problem, Reject};

/// A unit's admin, and the screen of the address, which is of a course they manage.
pub(super) struct ManagedScreen {
    pub admin: Admin,
    pub screen: ScreenNumber,
    pub day: Date,
    pub closed: bool,
}

#[derive(Deserialize)]
struct ScreenPath {
    screen: u32,
}

impl<S> FromRequestParts<S> for ManagedScreen
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
    Arc<Displays>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let admin = Admin::from_request_parts(parts, state).await?;
        if admin.account.role != Role::UnitAdmin {
            return Err(refusals::FORBIDDEN.into());
        }
        let Reject(Path(path)) = Reject::<Path<ScreenPath>>::from_request_parts(parts, state).await?;
        let screen = ScreenNumber(path.screen);
        let displays = Arc::<Displays>::from_ref(state);
        let (course, day, closed) =
            sql::course_of(&displays.pool, screen).await.map_err(Error::from)?.ok_or(Error::NotFound)?;
        managed(&displays.pool, &admin, course).await?;
        Ok(Self { admin, screen, day, closed })
    }
}

/// A caller who may see the screen's code: a page with its credential as bearer token, or an admin who manages it.
pub(super) struct Viewer {
    pub screen: ScreenNumber,
}

impl<S> FromRequestParts<S> for Viewer
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
    Arc<Displays>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Reject(Path(path)) = Reject::<Path<ScreenPath>>::from_request_parts(parts, state).await?;
        let screen = ScreenNumber(path.screen);
        let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let presented =
            bearer.and_then(|value| value.split_once(' ')).map_or("", |(_, credential)| credential.trim());
        if credential::opens(&Arc::<Displays>::from_ref(state).keys, screen, presented) {
            return Ok(Self { screen });
        }
        match ManagedScreen::from_request_parts(parts, state).await {
            Ok(managed) => Ok(Self { screen: managed.screen }),
            // An attendee's login never shows a code.
            Err(problem) if problem.refusal == refusals::NOT_FOUND => Err(refusals::FORBIDDEN.into()),
            Err(problem) => Err(problem),
        }
    }
}
