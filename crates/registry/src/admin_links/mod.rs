//! Links by which admins come in: of the deployment's authority, made on the server, and of units, made by an admin. Each works once;
//! its token is with its holder. It owns `admin_links`. It must not know who may make a link, nor what its use does.

mod link;
mod name;
pub(crate) mod of_units;
mod presented;
mod sql;

pub(crate) use link::is_of_a_link;
pub use link::{LIFE, Link, MadeBy, Offer, Runner, make, offer};
pub(crate) use name::name;
pub(crate) use presented::{
    LinkUse, Made, Presented, Reset, count_authenticator, count_message, count_opening, count_try, end,
    give_back_try, hold, presented,
};
pub(crate) use sql::lock;

use zaichang_platform::auth;
use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::{Problem, refusals};

/// Why no link is made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Auth(#[from] auth::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Auth(error) => error.into(),
            Error::Database(error) if is_away(&error) => away(&error),
            Error::Database(error) => {
                tracing::error!(%error, "a link could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
