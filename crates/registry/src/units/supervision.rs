//! Who supervises a unit: the authority of the county, city or province that it lies in, which need not be the nearest one. A
//! hospital of the city lies in a district and is the city's. It must not know what is done to the unit.

use serde::Deserialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{Error, NotFounded, regions, sql};
use crate::divisions::{self, Level};
use zaichang_core::ids::UnitId;

/// Whose a unit is to be: the authority of its division at this level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Supervisor {
    Province,
    City,
    County,
}

impl Supervisor {
    pub(super) const fn level(self) -> Level {
        match self {
            Self::Province => Level::Province,
            Self::City => Level::City,
            Self::County => Level::County,
        }
    }
}

/// The region whose authority supervises what lies in this division: that of the division itself unless said. It is one of the
/// regions of `authority`, and is made where it is missing.
pub(super) async fn region(
    transaction: &mut PgConnection,
    authority: UnitId,
    division: &str,
    supervisor: Option<Supervisor>,
) -> Result<UnitId, Error> {
    let way = divisions::with_those_above(transaction, division).await?;
    let own = way.last().ok_or(Error::DivisionUnknown)?;
    if !sql::division_lies_in(transaction, division, authority).await? {
        return Err(Error::DivisionUnknown);
    }
    let region = match supervisor.map(Supervisor::level) {
        None => own,
        Some(level) => way.iter().find(|part| part.level == level).ok_or(Error::SupervisorUnknown)?,
    };
    region_of(transaction, authority, &region.code).await
}

/// The region of this division, if it lies below the authority.
pub(super) async fn region_of(
    transaction: &mut PgConnection,
    authority: UnitId,
    code: &str,
) -> Result<UnitId, Error> {
    let region = regions::found(transaction, code).await.map_err(|error| match error {
        NotFounded::DivisionUnknown | NotFounded::NameTaken(_) => Error::SupervisorUnknown,
        NotFounded::Database(error) => error.into(),
    })?;
    if sql::lies_below(transaction, region.id, authority).await? {
        Ok(region.id)
    } else {
        Err(Error::SupervisorUnknown)
    }
}
