//! What is sent about a unit's admins, and what is answered. A link's address is answered once, where it is made.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::admin_links::of_units::Waiting;
use zaichang_core::ids::AccountId;
use zaichang_platform::auth::of_unit::{Disabled, OfAccount};
use zaichang_platform::auth::{AccountUnit, Role, SecondFactor};
use zaichang_platform::authority::Right;
use zaichang_platform::http::{Text, Version};

/// The admins of a unit, and the links that wait for further ones.
#[derive(Serialize, ToSchema)]
pub(super) struct UnitAdmins {
    pub unit: AccountUnit,
    /// What its admins are.
    pub role: Role,
    /// Whether links can be made for it: not for a department, nor for a closed unit.
    pub takes_admins: bool,
    /// Those that may log in first, the oldest first; 500 at most.
    pub admins: Vec<UnitAdmin>,
    /// The newest first.
    pub links: Vec<WaitingAdminLink>,
}

/// An account as other admins see it.
#[derive(Serialize, ToSchema)]
pub(super) struct UnitAdmin {
    pub id: AccountId,
    /// What is typed at login.
    pub account: String,
    pub name: String,
    pub role: Role,
    /// What a sub-account may do of what its role may; null of a full admin.
    pub rights: Option<Vec<Right>>,
    /// As its `ETag`, for `If-Match`.
    #[schema(value_type = String, example = "\"7\"")]
    pub version: Version,
    /// Null of one that logs in by its password alone.
    pub second_factor: Option<SecondFactor>,
    pub made_at: Timestamp,
    /// Null of one that has never logged in.
    pub logged_in_at: Option<Timestamp>,
    /// Null of one that may log in.
    pub disabled_at: Option<Timestamp>,
    /// The name of who disabled it; null of one that may log in, and of one that no admin has disabled.
    pub disabled_by: Option<String>,
    /// Why; null of one that was locked together with its unit.
    pub disabled_for: Option<String>,
}

impl From<OfAccount> for UnitAdmin {
    fn from(account: OfAccount) -> Self {
        let OfAccount {
            id,
            account,
            name,
            role,
            rights,
            version,
            second_factor,
            made_at,
            logged_in_at,
            disabled,
            ..
        } = account;
        let (disabled_at, disabled_by, disabled_for) = match disabled {
            Some(Disabled { at, by, reason }) => (Some(at), by, reason),
            None => (None, None, None),
        };
        Self {
            id,
            account,
            name,
            role,
            rights,
            version,
            second_factor,
            made_at,
            logged_in_at,
            disabled_at,
            disabled_by,
            disabled_for,
        }
    }
}

/// A link that waits for its holder; its address is not known any more.
#[derive(Serialize, ToSchema)]
pub(super) struct WaitingAdminLink {
    #[schema(minimum = 1)]
    pub id: i64,
    pub meant_for: String,
    /// The account that sets its second factor anew by it; null of a link that makes a new account.
    pub resets: Option<AccountId>,
    /// The rights of the account that it makes; null of a full admin's.
    pub rights: Option<Vec<Right>>,
    /// The name of the admin who made it.
    pub made_by: String,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
}

impl From<Waiting> for WaitingAdminLink {
    fn from(link: Waiting) -> Self {
        let Waiting { id, meant_for, resets, rights, maker, made_at, expires_at, .. } = link;
        Self { id, meant_for, resets, rights, made_by: maker, made_at, expires_at }
    }
}

/// A link that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AdminLinkWanted {
    /// The name of whom it will be handed to.
    #[schema(value_type = String, min_length = 2, max_length = 50, example = "何建国")]
    pub meant_for: Text<50>,
    /// Of a sub-account, one at least; absent or null: a full admin. A unit's accounts have `hosting`, `people`, `desk`, `credits`,
    /// `reading`, an authority's `people`, `judging`, `credits`, `reading`.
    #[schema(min_items = 1, max_items = 6)]
    pub rights: Option<Vec<Right>>,
}

/// What an account may do from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RightsWanted {
    /// Of a sub-account, one at least, as for a link; null: a full admin.
    #[serde(deserialize_with = "said")]
    #[schema(min_items = 1, max_items = 6)]
    pub rights: Option<Vec<Right>>,
}

/// A link that was made.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeAdminLink {
    /// Told this once: to be handed to the person it is meant for, and to no other.
    #[schema(example = "https://cme.example.cn/console/start#…")]
    pub url: String,
    pub link: WaitingAdminLink,
}

/// A password that was given to an account.
#[derive(Serialize, ToSchema)]
pub(super) struct GivenPassword {
    /// Told this once: to be handed to the account's holder, who has to choose their own at the next login.
    #[schema(example = "Xk7m-Rt4w-9Bhq")]
    pub password: String,
}

/// Why an account is disabled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Disablement {
    #[schema(value_type = String, min_length = 2, max_length = 200, example = "岗位调整")]
    pub reason: Text<200>,
}

/// It has to be there, null or not.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<Right>>, D::Error> {
    Option::deserialize(from)
}
