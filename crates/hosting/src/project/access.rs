//! Authority over a course as a type: the only way for a handler to get one is through the admin whose unit holds it.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::request::Parts;
use serde::Deserialize;
use sqlx::PgPool;

use super::{Course, Error, sql};
use crate::project::refusals;
use zaichang_core::ids::CourseId;
use zaichang_platform::auth::{Admin, Guard};
use zaichang_platform::http::{Problem, Reject};

/// An admin, and the course of the address that they manage. A course of another unit is not found.
pub struct Managed {
    pub admin: Admin,
    pub course: Course,
}

#[derive(Deserialize)]
struct CoursePath {
    id: i64,
}

impl<S> FromRequestParts<S> for Managed
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
    PgPool: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let admin = Admin::from_request_parts(parts, state).await?;
        let Reject(Path(path)) = Reject::<Path<CoursePath>>::from_request_parts(parts, state).await?;
        let course = managed(&PgPool::from_ref(state), &admin, CourseId(path.id)).await?;
        Ok(Self { admin, course })
    }
}

/// The course, if this admin manages it.
pub async fn managed(pool: &PgPool, admin: &Admin, id: CourseId) -> Result<Course, Error> {
    let course = sql::course(pool, id).await?.ok_or(Error::NotFound)?;
    if sql::is_below(pool, course.project.unit, admin.account.unit.id).await? {
        Ok(course)
    } else {
        Err(Error::NotFound)
    }
}

/// An admin who may change things: a unit's own.
pub struct Manager(pub Managed);

impl<S> FromRequestParts<S> for Manager
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
    PgPool: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let managed = Managed::from_request_parts(parts, state).await?;
        if managed.admin.account.role == zaichang_platform::auth::Role::UnitAdmin {
            Ok(Self(managed))
        } else {
            Err(refusals::FORBIDDEN.into())
        }
    }
}
