//! What staff decide about a suspected check-in: it stays, or it is struck out (去除有效). Nothing is ever deleted.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

/// The decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = VerdictWord)]
pub enum Word {
    /// Looked at and found good; also what takes a strike back.
    Kept,
    /// Not to be counted as effective (有效).
    Struck,
}

impl Word {
    /// The word in SQL, in a column with the constraint `verdict_is_known`, and in JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}
