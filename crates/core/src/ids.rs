//! The ids of the product's nouns: newtypes, so that a course is never taken for a person.
//! They are positive 63-bit numbers on the wire and in Postgres; a screen is a u32. It knows no module.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Makes the id of a noun: a positive 63-bit number. Here stand those that several crates use; a module declares its own.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema, sqlx::Type,
        )]
        #[serde(transparent)]
        #[sqlx(transparent)]
        #[schema(value_type = i64, minimum = 1)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<i64> for $name {
            fn from(id: i64) -> Self {
                Self(id)
            }
        }
    };
}

id!(
    /// A unit of any kind, from province to department.
    UnitId
);
id!(
    /// A named person who acts for a unit or an authority.
    AccountId
);
id!(
    /// A health professional (学员).
    PersonId
);
id!(
    /// A registration that its unit has not approved yet (注册申请), from its first draft on.
    RegistrationId
);
id!(
    /// A unit that is missing, as those who register propose it, until its authority decides (申报的单位).
    UnitProposalId
);
id!(
    /// One holding of an approved activity (项目).
    ProjectId
);
id!(
    /// A lecture inside a project (课程).
    CourseId
);
id!(
    /// A second scan that the organiser asks for (抽查).
    SpotCheckId
);

/// One opened projection of a course's code on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = u32)]
pub struct ScreenNumber(pub u32);

impl ScreenNumber {
    /// As it stands in a row; 0, which no screen has, if it cannot be one.
    pub fn of_row(id: i64) -> Self {
        Self(u32::try_from(id).unwrap_or(0))
    }
}

impl ScreenNumber {
    /// As Postgres keeps it.
    pub fn stored(self) -> i64 {
        i64::from(self.0)
    }

    /// From a column with the constraint `screen_is_a_u32`.
    pub fn from_stored(screen: i64) -> Self {
        Self(u32::try_from(screen).expect("screen_is_a_u32 holds"))
    }
}

impl std::fmt::Display for ScreenNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
