//! Screens and what they show: opening and closing them, and one session per watched screen that keeps its code, count and
//! state up to date for every page on it.

mod access;
mod address;
mod credential;
mod figures;
mod frames;
mod hub;
mod line;
mod mask;
mod module;
mod pairing;
mod pairing_routes;
mod picture;
mod protocol;
mod qr;
mod reconnect_limiter;
pub mod refusals;
mod routes;
mod screens;
mod session;
mod settings;
mod shown;
mod socket;
mod sql;
mod watched;

pub use address::{CodeAddress, CodeUrl};
use figures::begin as begin_figures;
use hub::Hub;
pub use module::MODULE;
use pairing::Limits as PairingLimits;
use pairing_routes::pairing_page;
pub use qr::Qr;
pub use routes::Displays;
pub use screens::{Ticketed, open};
pub use settings::Settings;
use sql::sweep;
use watched::Changed;

/// What the venue's screen opens.
pub const PAGE: Page =
    Page { folder: "display", scripts: "", policy: "; require-trusted-types-for 'script'" };

/// What the fuzz targets reach: a page's frames and its credential.
#[cfg(feature = "fuzzing")]
pub mod fuzzing {
    use super::protocol::Inbound;
    use zaichang_core::ids::ScreenNumber;
    use zaichang_core::keys::Keys;

    /// The most bytes of a frame from a page.
    pub const LONGEST: usize = super::protocol::INBOUND;

    /// A frame of a page: the ticket and the credential of a hello, or a ping.
    #[derive(Debug, PartialEq, Eq)]
    pub enum Frame {
        Hello { ticket: Option<String>, resume: Option<String> },
        Ping,
    }

    /// Reads a frame as the socket does.
    pub fn frame(text: &str) -> Option<Frame> {
        match serde_json::from_str(text).ok()? {
            Inbound::Hello { ticket, resume } => Some(Frame::Hello { ticket, resume }),
            Inbound::Ping {} => Some(Frame::Ping),
        }
    }

    /// Whether this credential opens this screen.
    pub fn opens(keys: &Keys, screen: ScreenNumber, credential: &str) -> bool {
        super::credential::opens(keys, screen, credential)
    }

    /// A credential as `welcome` gives it.
    pub fn credential(keys: &Keys, screen: ScreenNumber) -> Option<String> {
        super::credential::make(keys, screen).ok()
    }
}

use zaichang_hosting::project;
use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::{Problem, Refusal};
use zaichang_platform::pages::Page;

/// What can go wrong with a screen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no such screen, or not this admin's")]
    NotFound,
    #[error("refused: {}", .0.word())]
    Refused(Refusal),
    #[error("too many screens are open for this course")]
    TooMany,
    #[error("the system gives no random bytes")]
    NoRandomness(#[from] getrandom::Error),
    #[error("the code does not fit a QR")]
    Unprintable,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<project::NotNow> for Error {
    fn from(not_now: project::NotNow) -> Self {
        Self::Refused(not_now.refusal)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => refusals::NOT_FOUND.into(),
            Error::Refused(refusal) => refusal.into(),
            Error::TooMany => Self::field("place", "50 screens are open for this course: close one first"),
            Error::Database(error) if is_away(&error) => away(&error),
            error @ (Error::NoRandomness(_) | Error::Unprintable | Error::Database(_)) => {
                tracing::error!(%error, "a screen could not be served");
                refusals::INTERNAL.into()
            }
        }
    }
}
