//! Who supervises a unit: the authority of the county, city or province that it lies in, which need not be the nearest one. A
//! hospital of the city lies in a district and is the city's. It must not know what is done to the unit.

use jiff::Timestamp;
use serde::Deserialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{Error, NotFounded, regions, sql};
use crate::divisions::{self, Level};
use zaichang_core::ids::UnitId;
use zaichang_platform::auth::Account;

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
/// regions of whose admin acts, and is made where it is missing, with the log's entry.
pub(super) async fn region(
    transaction: &mut PgConnection,
    by: &Account,
    division: &str,
    supervisor: Option<Supervisor>,
    now: Timestamp,
) -> Result<UnitId, Error> {
    let way = divisions::with_those_above(transaction, division).await?;
    let own = way.last().ok_or(Error::DivisionUnknown)?;
    if !sql::division_lies_in(transaction, division, by.unit.id).await? {
        return Err(Error::DivisionUnknown);
    }
    let region = match supervisor.map(Supervisor::level) {
        None => own,
        Some(level) => way.iter().find(|part| part.level == level).ok_or(Error::SupervisorUnknown)?,
    };
    region_of(transaction, by, &region.code, now).await
}

/// The region of this division, if it lies below the authority of who acts; made where it is missing, with the log's entry.
pub(super) async fn region_of(
    transaction: &mut PgConnection,
    by: &Account,
    code: &str,
    now: Timestamp,
) -> Result<UnitId, Error> {
    let found = regions::found(transaction, code).await.map_err(|error| match error {
        NotFounded::DivisionUnknown | NotFounded::NameTaken(_) => Error::SupervisorUnknown,
        NotFounded::Database(error) => error.into(),
    })?;
    let region = found.region.id;
    if !sql::lies_below(transaction, region, by.unit.id).await? {
        return Err(Error::SupervisorUnknown);
    }
    found.record(transaction, by, now).await?;
    Ok(region)
}
