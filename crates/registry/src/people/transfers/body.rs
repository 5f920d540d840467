//! Transfers on the wire: where each stands, as both units see it, and who was found to be taken in.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

use crate::named::Named;
use zaichang_core::ids::PersonId;

/// Where a transfer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = TransferState)]
pub(super) enum TransferState {
    /// 待调入: let go, and not taken in yet.
    Waits,
    /// 已调入
    TakenIn,
    /// 已取消
    Cancelled,
    /// 已过期: no unit has taken them in by the last day.
    Expired,
}

impl TransferState {
    /// The word in JSON and in the list's query.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Somebody's transfer, as the units on both sides see it.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonTransfer)]
pub(super) struct TransferBody {
    pub id: i64,
    pub person_id: PersonId,
    pub name: String,
    /// As it stands in lists; null for those whose person it is not, nor of a unit below theirs.
    #[schema(example = "主治医师")]
    pub title: Option<String>,
    pub state: TransferState,
    /// Whether the person is of the admin's unit now, or of one below it.
    pub is_own: bool,
    pub from_unit: Named,
    /// The unit that alone may take them in; null where any may.
    pub wanted_unit: Option<Named>,
    /// Null of a person who is not taken in yet.
    pub into_unit: Option<Named>,
    /// The first day on which they may be taken in.
    #[schema(value_type = String, format = Date)]
    pub first_day: Date,
    /// The last one; null where a unit was named.
    #[schema(value_type = Option<String>, format = Date)]
    pub last_day: Option<Date>,
    /// Null for those whose unit has not let them go, nor one below it.
    pub reason: Option<String>,
    /// By name.
    pub let_go_by: String,
    pub let_go_at: Timestamp,
    /// Who has taken them in, or has kept them after all: by name.
    pub ended_by: Option<String>,
    pub ended_at: Option<Timestamp>,
}

/// Somebody who was let go and may be taken in.
#[derive(Serialize, ToSchema)]
#[schema(as = FoundTransfer)]
pub(super) struct FoundBody {
    /// The transfer's: for taking them in.
    pub id: i64,
    pub name: String,
    /// Masked.
    #[schema(example = "430***********1234")]
    pub number: String,
    #[schema(example = "主治医师")]
    pub title: String,
    pub specialty: String,
    /// What their unit is called.
    pub unit: String,
    /// The first day on which they may be taken in.
    #[schema(value_type = String, format = Date)]
    pub first_day: Date,
}
