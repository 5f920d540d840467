//! Merges on the wire: who is merged into whom, with which phone and why; and those that were.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

use zaichang_core::ids::PersonId;
use zaichang_platform::http::{Problem, Text, Version};
use zaichang_platform::review::Reason;

/// Which phone the person who stays has from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = MergedPhone)]
pub(super) enum Phone {
    /// Their own. That of the merged row no longer opens a login.
    Kept,
    /// That of the merged row, which has theirs instead: they log in with it from then on.
    TakenOver,
}

impl Phone {
    /// The word in SQL, in a column with the constraint `person_merge_phone_is_known`.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Into whom a person is merged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PersonMerge)]
pub(super) struct NewMerge {
    /// Who stays.
    into: PersonId,
    /// Their version, as it was seen.
    #[schema(value_type = String, max_length = 22, example = "\"7\"")]
    into_version: Version,
    phone: Phone,
    /// What was looked at and why, 2 to 200 characters without numbers.
    #[schema(value_type = String, max_length = 800, example = "同一人以护照和身份证重复注册，已核对证件原件")]
    reason: Text<800>,
}

/// The same, checked.
pub(super) struct ValidMerge {
    pub into: PersonId,
    pub into_version: Version,
    pub phone: Phone,
    pub reason: Reason,
}

impl NewMerge {
    pub fn read(self) -> Result<ValidMerge, Problem> {
        let Self { into, into_version, phone, reason } = self;
        Ok(ValidMerge { into, into_version, phone, reason: Reason::read(&reason)? })
    }
}

/// Why a merge is undone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PersonMergeUndoing)]
pub(super) struct Undoing {
    /// 2 to 200 characters without numbers.
    #[schema(value_type = String, max_length = 800, example = "核对后确认为两人")]
    pub reason: Text<800>,
}

/// For whom the other row is looked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DuplicateSearch)]
pub(super) struct NewSearch {
    /// A whole name in characters or pinyin, document number, phone or card number, 2 to 50 characters; null for people of
    /// the person's own name.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub q: Option<Text<200>>,
}

/// One of the two of a merge.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonOfMerge)]
pub(super) struct Side {
    pub id: PersonId,
    pub name: String,
    /// Masked.
    #[schema(example = "430***********1234")]
    pub number: String,
    pub unit: String,
}

/// A merge that was done, undone or not.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonMerged)]
pub(super) struct MergeBody {
    pub id: i64,
    /// Who was merged.
    pub from: Side,
    /// Who stays.
    pub into: Side,
    pub phone: Phone,
    pub reason: String,
    /// By name, with the unit that they act for.
    pub merged_by: String,
    pub merged_by_unit: String,
    pub merged_at: Timestamp,
    pub undone_by: Option<String>,
    pub undone_at: Option<Timestamp>,
    pub undone_reason: Option<String>,
    /// Whether it stands, and the person who stays is as the merge has left them. Check-ins since are looked at when it is undone.
    pub may_be_undone: bool,
}
