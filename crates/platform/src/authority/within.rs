//! A row proved to lie under the admin's unit, by walking up from the row's unit: a few steps, however many units lie below.
//! What is not found and what is another's answer alike.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use sqlx::{PgPool, query_scalar};

use super::Permitted;
use crate::auth::{Admin, Error, Guard, refusals};
use crate::http::{Problem, Reject};
use zaichang_core::ids::UnitId;

/// A row that belongs to a unit.
pub trait OfUnit {
    /// The unit that holds it.
    fn unit(&self) -> UnitId;
}

/// A row that an address names.
pub trait Addressed: OfUnit + Sized + Send {
    /// The parts of the address that name it.
    type Path: DeserializeOwned + Send;

    /// The row of this address, of any unit.
    fn find(pool: &PgPool, path: Self::Path) -> impl Future<Output = Result<Option<Self>, Problem>> + Send;
}

/// An admin who may do the route's act, and the row that it may be done to: one of their unit's, or of a unit below it.
pub struct Within<T> {
    pub admin: Admin,
    pub row: T,
    /// Made by `prove` alone.
    _proved: Proved,
}

/// That the tree was asked.
struct Proved;

impl<T: OfUnit> Within<T> {
    /// Proves that the row is this admin's; refuses with `not_found` if it is not, or if there is none.
    pub async fn prove(
        pool: &PgPool,
        Permitted { admin, .. }: Permitted,
        found: Option<T>,
    ) -> Result<Self, Problem> {
        let row = found.ok_or(refusals::NOT_FOUND)?;
        let (unit, above) = (row.unit(), admin.account.unit.id);
        if unit == above || is_below(pool, unit, above).await.map_err(Error::from)? {
            Ok(Self { admin, row, _proved: Proved })
        } else {
            Err(refusals::NOT_FOUND.into())
        }
    }
}

/// Whether a unit lies below `above`.
async fn is_below(pool: &PgPool, unit: UnitId, above: UnitId) -> sqlx::Result<bool> {
    let found = query_scalar!(r#"select $2 in (select unit_and_above($1)) as "found!""#, unit.0, above.0);
    found.fetch_one(pool).await
}

impl<T, S> FromRequestParts<S> for Within<T>
where
    T: Addressed,
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
    PgPool: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let permitted = Permitted::from_request_parts(parts, state).await?;
        let Reject(Path(path)) = Reject::<Path<T::Path>>::from_request_parts(parts, state).await?;
        let pool = PgPool::from_ref(state);
        let found = T::find(&pool, path).await?;
        Self::prove(&pool, permitted, found).await
    }
}
