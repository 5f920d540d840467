//! People: health professionals, who they are and whether they may take part. Numbers lie sealed and leave masked.

pub mod import;
mod invitations;
pub mod merging;
mod module;
mod of_unit;
pub mod passwords;
pub mod phones;
mod readings;
pub mod refusals;
mod reseal;
mod sql;
mod standing;
mod states;
mod titles;
mod transfers;

pub use module::MODULE;
pub use readings::{read_names, read_unit_names};
pub use reseal::{Left, ResealedPeople, left_behind, reseal};
pub use sql::{
    NewPerson, Whose, by_account, by_id_number, by_identity, by_phone, candidates, has_phone,
    hold_other_indexes, identity, insert, logs_in_by, masked_card_number, masked_id_number, masked_phone,
    passports, standings,
};
pub(crate) use sql::{
    Taken, insert_all, is_phone_registered, is_registered, of_document, submits, taken, voided_by,
};
pub use standing::{Held, Merged, NOT_ADMITTED, Registration, Standing, State, States};
pub use titles::{Title, titles_on};

use serde::Serialize;
use utoipa::ToSchema;

use zaichang_core::ids::PersonId;
use zaichang_core::seal;
use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::Problem;

/// The privacy notice that holds now, by the day from which it does. The pages show the same one.
pub const PRIVACY_NOTICE: &str = "2026-11-29";

/// A person as they see themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Me)]
pub struct Passport {
    pub id: PersonId,
    pub name: String,
    pub unit: String,
    pub department: Option<String>,
    pub title: String,
}

impl Passport {
    /// A person of whom only the id is known now; nothing else can be read.
    pub fn nameless(id: PersonId) -> Self {
        Self { id, name: String::new(), unit: String::new(), department: None, title: String::new() }
    }
}

/// A person as staff see them: numbers masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MaskedPerson)]
pub struct Masked {
    pub id: PersonId,
    pub name: String,
    /// First three and last four.
    #[schema(example = "430***********1234")]
    pub id_number: String,
    #[schema(example = "138****1234")]
    pub phone: String,
    pub card_number: Option<String>,
    pub title: String,
    pub specialty: String,
    pub unit: String,
    pub department: Option<String>,
}

/// What can go wrong with a person's row.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("this ID number is used already")]
    IdNumberUsed,
    #[error("this phone is used already")]
    PhoneUsed,
    #[error("the person has another document than an ID card")]
    NoIdCard,
    #[error(transparent)]
    Seal(#[from] seal::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::IdNumberUsed => Self::field("id_number", "此证件号码已被使用，请重新输入"),
            Error::PhoneUsed => Self::field("phone", "此手机号码已被使用，请重新输入"),
            Error::NoIdCard => refusals::NO_ID_CARD.into(),
            Error::Database(error) if is_away(&error) => away(&error),
            error @ (Error::Seal(_) | Error::Database(_)) => {
                tracing::error!(%error, "a person could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
