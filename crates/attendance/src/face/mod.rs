//! Face checks: a provider compares the face before a phone with the person's own, and answers this server, not the phone.
//! The check-in pipeline reads what was decided. It must not know how a check-in is made, and never holds a photo.

mod check;
mod module;
pub mod refusals;
mod routes;
mod settings;
mod sql;

pub use check::Faces;
pub use module::MODULE;
pub use settings::Settings;

use serde::Deserialize;

use zaichang_core::seal;
use zaichang_integrations::wechat;
use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::{Problem, Refusal};

/// Who compares faces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// No provider: no course can ask for a face check.
    #[default]
    None,
    /// 微信人脸核身, in the mini-program.
    Wechat,
}

impl Provider {
    /// Whether a course may ask for face checks.
    pub fn is_available(self) -> bool {
        self != Self::None
    }
}

/// What can go wrong with a face check.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("refused: {}", .0.word())]
    Refused(Refusal),
    #[error(transparent)]
    Wechat(#[from] wechat::Error),
    #[error("an ID number could not be opened: {0}")]
    Seal(#[from] seal::Error),
    #[error("the system gives no random bytes")]
    NoRandomness(#[from] getrandom::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Wechat(error) => error.into(),
            Error::Database(error) if is_away(&error) => away(&error),
            error @ (Error::Seal(_) | Error::NoRandomness(_) | Error::Database(_)) => {
                tracing::error!(%error, "a face check could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
