//! How admins come in, and the first hour of a deployment: single-use links, of the deployment's authority and of units; the founding
//! of that authority; and the checks of what it stands on. It owns `admin_links`, `deployment` and `deployment_checks`.

mod accepting;
mod authenticator;
mod body;
mod checks;
mod fingerprint;
mod link;
mod module;
pub mod of_units;
mod qr;
pub mod refusals;
mod routes;
mod sql;

pub use body::name;
pub use fingerprint::fingerprint;
pub use link::{LIFE, Link, MadeBy, Offer, Runner, make, offer};
pub use module::MODULE;

use sqlx::PgPool;

use zaichang_platform::db::is_away;
use zaichang_platform::http::Problem;

/// Whether the data are the demo's.
pub async fn is_demo(pool: &PgPool) -> Result<bool, Error> {
    Ok(sql::is_demo(pool).await?)
}

/// What can go wrong with a link or a check.
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
    #[error("another master key signs now")]
    FingerprintOther,
    #[error("the link has had all its messages")]
    MessagesUsedUp,
    #[error("the account has no phone")]
    NoPhone,
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
            Error::FingerprintOther => refusals::FINGERPRINT_OTHER.into(),
            Error::MessagesUsedUp => refusals::ADMIN_LINK_MESSAGES_USED_UP.into(),
            Error::NoPhone => refusals::ACCOUNT_WITHOUT_PHONE.into(),
            Error::Auth(error) => error.into(),
            Error::Database(error) if is_away(&error) => {
                Self::from(refusals::STORAGE_UNAVAILABLE).retry_after_ms(1000)
            }
            Error::Database(error) => {
                tracing::error!(%error, "a link or a check could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
