//! Who is asking: session tokens, passwords, SMS codes, and the extractors that prove it.
//! It owns accounts, sessions and SMS codes; it knows no other module.

pub mod account;
pub mod accounts;
mod extract;
mod guard;
mod guesses;
mod hashing;
mod known;
pub mod locking;
mod log;
mod module;
pub mod notice;
pub mod of_unit;
mod opened_from;
mod own;
pub mod own_sessions;
pub mod password;
pub mod proof_of_work;
pub mod refusals;
mod routes;
mod second_factor;
mod sessions;
mod sessions_sql;
mod settings;
pub mod sms_code;
mod sms_code_sql;
mod sql;
mod token;

pub use account::{Account, AccountName, AccountUnit, Role, SecondFactor};
pub use extract::{Address, Admin, Attendee, MaybeAttendee, Presented};
pub use guard::{Guard, KnownCookie};
pub use guesses::{Admitted, Among, By, FreshScan, Guesser, Guesses, Logins, Tried};
pub use hashing::Lane;
pub use known::{Holder, KnownDevice, Mark};
pub use log::wrong_password;
pub use module::MODULE;
pub use opened_from::OpenedFrom;
pub use sessions::{ClientKind, OpenedBy, Sessions, Subject};
pub use settings::Settings;
pub use token::{Token, TokenHash};

use jiff::Timestamp;
use sqlx::PgPool;

use crate::db::is_away;
use crate::http::Problem;
use zaichang_core::seal;

/// What can go wrong when a caller proves who they are.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("account or password is wrong")]
    LoginFailed,
    #[error("SMS code is wrong or has expired")]
    SmsCodeWrong,
    #[error("there is no SMS code to be tried")]
    NoSmsCode,
    #[error("the code of the authenticator is wrong")]
    TotpCodeWrong,
    #[error("the account needs an authenticator")]
    TotpDemanded,
    #[error("the password was given too long ago")]
    GivenPasswordExpired,
    #[error("no account may be called so")]
    AccountMalformed,
    #[error("another account is called so")]
    AccountTaken,
    #[error("the password is too easy")]
    PasswordWeak,
    #[error("the password is another one")]
    PasswordWrong,
    #[error("the new password is the old one")]
    PasswordSame,
    #[error("asked again too soon")]
    TooSoon { retry_after_ms: u64 },
    #[error("too many passwords wait to be checked")]
    Busy,
    #[error("the number has had all the messages of today")]
    NumberUsedUp,
    #[error("the password check was cut short")]
    Interrupted,
    #[error("the system gives no random bytes")]
    NoRandomness(#[from] getrandom::Error),
    #[error(transparent)]
    Seal(#[from] seal::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::LoginFailed => refusals::LOGIN_FAILED.into(),
            Error::SmsCodeWrong | Error::NoSmsCode => refusals::SMS_CODE_WRONG.into(),
            Error::TotpCodeWrong => refusals::TOTP_CODE_WRONG.into(),
            Error::TotpDemanded => refusals::TOTP_DEMANDED.into(),
            Error::GivenPasswordExpired => refusals::GIVEN_PASSWORD_EXPIRED.into(),
            Error::AccountMalformed => Self::from(refusals::ACCOUNT_MALFORMED).at("account"),
            Error::AccountTaken => Self::from(refusals::ACCOUNT_TAKEN).at("account"),
            Error::PasswordWeak => Self::from(refusals::PASSWORD_WEAK).at("password"),
            Error::PasswordWrong => Self::from(refusals::PASSWORD_WRONG).at("current"),
            Error::PasswordSame => Self::from(refusals::PASSWORD_SAME).at("new"),
            Error::TooSoon { retry_after_ms } => {
                Self::from(refusals::TOO_MANY_REQUESTS).retry_after_ms(retry_after_ms)
            }
            Error::NumberUsedUp => refusals::SMS_LIMIT_REACHED.into(),
            Error::Busy | Error::Interrupted => Self::from(refusals::BUSY).retry_after_ms(1000),
            Error::Database(error) if is_away(&error) => {
                Self::from(refusals::STORAGE_UNAVAILABLE).retry_after_ms(1000)
            }
            error @ (Error::NoRandomness(_) | Error::Seal(_) | Error::Database(_)) => {
                tracing::error!(%error, "who is asking could not be told");
                refusals::INTERNAL.into()
            }
        }
    }
}

/// Takes away what expired before this: sessions, SMS codes, how many messages a number was sent, and what accounts were to be told.
pub async fn sweep(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    sessions_sql::sweep(pool, before).await?;
    notice::sweep(pool, before).await?;
    sms_code::sweep(pool, before).await
}
