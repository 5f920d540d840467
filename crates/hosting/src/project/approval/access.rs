//! Authority over a project as a type: the only way for a handler to get one is through the admin above it.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::request::Parts;
use serde::Deserialize;
use sqlx::PgPool;

use super::{Application, Error, application};
use crate::project::{refusals, sql};
use zaichang_platform::auth::{Admin, Guard, Role};
use zaichang_platform::http::{Problem, Reject};

/// An admin, and the project of the address, which lies under their unit. Any other is not found.
pub(super) struct Seen {
    pub admin: Admin,
    pub project: Application,
}

/// The same, of an admin who applies for it: a unit's own.
pub(super) struct Applied(pub Seen);

/// The same, of an admin who judges it: an authority's.
pub(super) struct Judged(pub Seen);

/// An authority's admin.
pub(super) struct Judge(pub Admin);

#[derive(Deserialize)]
struct ProjectPath {
    id: i64,
}

/// Refuses an admin of another role.
fn demand(admin: &Admin, role: Role) -> Result<(), Problem> {
    if admin.account.role == role { Ok(()) } else { Err(refusals::FORBIDDEN.into()) }
}

impl<S> FromRequestParts<S> for Seen
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
    PgPool: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let admin = Admin::from_request_parts(parts, state).await?;
        let Reject(Path(path)) = Reject::<Path<ProjectPath>>::from_request_parts(parts, state).await?;
        let pool = PgPool::from_ref(state);
        let mut connection = pool.acquire().await.map_err(Error::from)?;
        let project = application::read(&mut connection, &[path.id]).await.map_err(Error::from)?.pop();
        drop(connection);
        let project = project.ok_or(Error::NotFound)?;
        if sql::is_below(&pool, project.unit, admin.account.unit.id).await.map_err(Error::from)? {
            Ok(Self { admin, project })
        } else {
            Err(Error::NotFound.into())
        }
    }
}

impl<S> FromRequestParts<S> for Applied
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
    PgPool: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let seen = Seen::from_request_parts(parts, state).await?;
        demand(&seen.admin, Role::UnitAdmin).map(|()| Self(seen))
    }
}

impl<S> FromRequestParts<S> for Judged
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
    PgPool: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let seen = Seen::from_request_parts(parts, state).await?;
        demand(&seen.admin, Role::AuthorityAdmin).map(|()| Self(seen))
    }
}

impl<S> FromRequestParts<S> for Judge
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let admin = Admin::from_request_parts(parts, state).await?;
        demand(&admin, Role::AuthorityAdmin).map(|()| Self(admin))
    }
}
