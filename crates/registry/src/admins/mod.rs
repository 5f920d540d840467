//! The admins of a unit as other admins keep them: who there is, links for further ones, and accounts that are disabled. An admin of
//! the unit may, or one of a unit above it. Accounts are written by `auth`, links by `admin_links`.

mod accounts;
mod acting;
mod body;
mod letter;
mod links;
mod module;
pub mod refusals;
mod resets;
mod rights;
mod routes;
mod unit;

pub use module::MODULE;

use zaichang_platform::auth;
use zaichang_platform::db::is_away;
use zaichang_platform::http::Problem;

/// Who can help with the other half of a reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Helper {
    /// Another full admin of the account's unit.
    Colleague,
    /// A full admin of an authority above it.
    Authority,
    /// Who runs the server.
    Operator,
}

/// What can go wrong with the admins of a unit.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is nothing of this kind")]
    NotFound,
    #[error("the unit takes no admins")]
    TakesNoAdmins,
    #[error("too many links wait")]
    TooManyLinks,
    #[error("an admin acts on their own account")]
    OwnAccount,
    #[error("the account is disabled")]
    AccountDisabled,
    #[error("one admin would give an account both a password and a second factor")]
    BothByOne(Helper),
    #[error("who acts has been disabled meanwhile")]
    NoLongerAdmin,
    #[error(transparent)]
    Link(#[from] crate::admin_links::Error),
    #[error(transparent)]
    Auth(#[from] auth::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => refusals::NOT_FOUND.into(),
            Error::TakesNoAdmins => refusals::UNIT_TAKES_NO_ADMINS.into(),
            Error::TooManyLinks => refusals::TOO_MANY_ADMIN_LINKS.into(),
            Error::OwnAccount => refusals::OWN_ACCOUNT.into(),
            Error::AccountDisabled => refusals::ACCOUNT_DISABLED.into(),
            Error::BothByOne(Helper::Colleague) => refusals::COLLEAGUE_NEEDED.into(),
            Error::BothByOne(Helper::Authority) => refusals::AUTHORITY_NEEDED.into(),
            Error::BothByOne(Helper::Operator) => refusals::OPERATOR_NEEDED.into(),
            Error::NoLongerAdmin => auth::refusals::LOGIN_REQUIRED.into(),
            Error::Link(error) => error.into(),
            Error::Auth(error) => error.into(),
            Error::Database(error) if is_away(&error) => {
                Self::from(refusals::STORAGE_UNAVAILABLE).retry_after_ms(1000)
            }
            Error::Database(error) => {
                tracing::error!(%error, "the admins of a unit could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
