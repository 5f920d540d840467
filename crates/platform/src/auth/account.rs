//! Accounts: the named people who act for a unit or an authority.

use serde::Serialize;
use strum::{EnumString, IntoStaticStr, VariantArray};
use utoipa::ToSchema;

use zaichang_core::ids::{AccountId, UnitId};

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// Hosts projects and takes attendance for its unit and what lies below.
    UnitAdmin,
    /// Reviews projects and credits of its region.
    AuthorityAdmin,
}

impl Role {
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The word in SQL, in a column with the constraint `account_role_is_known`, and in JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The unit an account acts for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccountUnit {
    pub id: UnitId,
    pub name: String,
}

/// An admin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    /// What is typed at login.
    pub account: String,
    pub name: String,
    pub role: Role,
    pub unit: AccountUnit,
}
