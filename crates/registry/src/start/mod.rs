//! How admins come in, and the first hour of a deployment: the use of a link, which makes an admin, and founds the deployment's
//! authority where there is none yet. Links are kept by `admin_links`, whose deployment it is by `deployment`.

mod accepting;
mod authenticator;
mod body;
mod module;
mod qr;
pub mod refusals;
mod routes;

pub use module::MODULE;
pub(crate) use qr::QrPicture;

use zaichang_platform::db::is_away;
use zaichang_platform::http::Problem;

/// What can go wrong with the use of a link.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no such link")]
    LinkWrong,
    #[error("the link has expired")]
    LinkExpired,
    #[error("the link was used or replaced")]
    LinkEnded,
    #[error("the unit of the link is closed")]
    UnitClosed,
    #[error("the link is for something else")]
    OtherPurpose,
    #[error("the ticket of the authenticator is of no use")]
    TicketWrong,
    #[error("the authority is there already")]
    AuthorityExists,
    #[error("the authority is missing")]
    AuthorityMissing,
    #[error("there is no such division")]
    DivisionUnknown,
    #[error("another unit is called like the region")]
    RegionNameTaken(String),
    #[error("the link has had all its messages")]
    MessagesUsedUp,
    #[error(transparent)]
    Auth(#[from] zaichang_platform::auth::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::LinkWrong => refusals::ADMIN_LINK_WRONG.into(),
            Error::LinkExpired => refusals::ADMIN_LINK_EXPIRED.into(),
            Error::LinkEnded => refusals::ADMIN_LINK_ENDED.into(),
            Error::UnitClosed => refusals::ADMIN_LINK_UNIT_CLOSED.into(),
            Error::OtherPurpose => Self::field(
                "token",
                "this link is for something else: the answer of POST /api/v1/admin-links/openings says for what",
            ),
            Error::TicketWrong => refusals::AUTHENTICATOR_TICKET_WRONG.into(),
            Error::AuthorityExists => refusals::AUTHORITY_EXISTS.into(),
            Error::AuthorityMissing => {
                Self::field("authority", "there is none yet: it is founded by this link")
            }
            Error::DivisionUnknown => Self::field("authority.division", "no division has this code now"),
            Error::RegionNameTaken(name) => {
                tracing::warn!(name, "no authority was founded: another unit is called like its region");
                Self::from(refusals::REGION_NAME_TAKEN).at("authority.division")
            }
            Error::MessagesUsedUp => refusals::ADMIN_LINK_MESSAGES_USED_UP.into(),
            Error::Auth(error) => error.into(),
            Error::Database(error) if is_away(&error) => {
                Self::from(refusals::STORAGE_UNAVAILABLE).retry_after_ms(1000)
            }
            Error::Database(error) => {
                tracing::error!(%error, "a link could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
