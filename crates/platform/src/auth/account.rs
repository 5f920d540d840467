//! Accounts: the named people who act for a unit or an authority.

use serde::Serialize;
use strum::{EnumString, IntoStaticStr, VariantArray};
use utoipa::ToSchema;

use super::Error;
use crate::authority::Right;
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

/// What an admin proves besides the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SecondFactor {
    /// The code of an authenticator app.
    Totp,
    /// A code sent to the admin's phone.
    Sms,
}

impl SecondFactor {
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The word in SQL, in a column with the constraint `account_second_factor_is_known`, and in JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The unit an account acts for. An authority is named as it calls itself, not by its region.
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
    /// What it may do of what its role may, in order; none of a full admin, who may do all of it.
    pub rights: Option<Vec<Right>>,
    /// None of one that logs in by its password alone.
    pub second_factor: Option<SecondFactor>,
    /// The password was given by another admin: its holder chooses one of their own before anything else.
    pub must_change_password: bool,
    /// Whether the deployment is its unit's to keep: that of an authority which has founded it, or, where none has, of any province.
    pub keeps_deployment: bool,
}

/// What is typed at login, as a new account may be called: 4 to 32 lower-case letters, digits, `-`, `_` and `.`, a letter first,
/// so that it is not taken for a phone or an ID number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountName(String);

impl AccountName {
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let fits = (4..=32).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte));
        if fits { Ok(Self(text.to_owned())) } else { Err(Error::AccountMalformed) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_called_by_letters_and_digits_and_like_no_number() {
        for fits in ["wjw1", "hunan-wjw", " kejiaoke ", "a.b_c-d", &"a".repeat(32)] {
            assert!(AccountName::parse(fits).is_ok(), "{fits}");
        }
        for wrong in
            ["", "abc", "13800001234", "Hunan", "卫健委管理员", "a b c", "-abc", &"a".repeat(33), "ab\0cd"]
        {
            assert!(matches!(AccountName::parse(wrong), Err(Error::AccountMalformed)), "{wrong}");
        }
    }
}
