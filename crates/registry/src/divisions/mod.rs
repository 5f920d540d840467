//! Administrative divisions (行政区划): provinces, cities and counties with the codes of GB/T 2260 and the days between which each
//! holds, so that a county that was redrawn still finds its old units. The rows come with the migrations.

mod module;
mod routes;
mod sql;

pub use module::MODULE;
pub use sql::with_those_above;

use serde::Serialize;
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

/// How large a division is; the kind of the unit that it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema, EnumString, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Level {
    Province,
    /// A city (市州), also where the province is one itself: 北京市 110100.
    City,
    /// A county, a district (区县), or a development zone.
    County,
}

impl Level {
    /// The word in SQL, in a column with the constraint `division_level_is_known`, and in JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A division as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Division {
    /// Six digits.
    #[schema(example = "430104")]
    pub code: String,
    #[schema(example = "岳麓区")]
    pub name: String,
    pub level: Level,
    /// A development zone: it has a code and hospitals, and no county's government.
    pub is_zone: bool,
}
