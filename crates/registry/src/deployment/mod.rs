//! The deployment: whose it is, and the checks of what it stands on. It owns `deployment` and `deployment_checks`.

mod checks;
mod fingerprint;
mod module;
pub mod refusals;
mod routes;
mod sql;

pub use fingerprint::fingerprint;
pub use module::MODULE;
pub(crate) use sql::{authority, becomes};

use sqlx::PgPool;

use zaichang_platform::auth;
use zaichang_platform::db::is_away;
use zaichang_platform::http::Problem;

/// Whether the data are the demo's.
pub async fn is_demo(pool: &PgPool) -> sqlx::Result<bool> {
    sql::is_demo(pool).await
}

/// What can go wrong with a check.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("another master key signs now")]
    FingerprintOther,
    #[error("the account has no phone")]
    NoPhone,
    #[error(transparent)]
    Auth(#[from] auth::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::FingerprintOther => refusals::FINGERPRINT_OTHER.into(),
            Error::NoPhone => refusals::ACCOUNT_WITHOUT_PHONE.into(),
            Error::Auth(error) => error.into(),
            Error::Database(error) if is_away(&error) => {
                Self::from(refusals::STORAGE_UNAVAILABLE).retry_after_ms(1000)
            }
            Error::Database(error) => {
                tracing::error!(%error, "the deployment or a check of it could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
