//! Registration: a person who proves a phone enters who they are, step by step, and their unit reviews it. Only what the unit
//! has approved becomes a row of people. It must not know of scans: another module keeps what waits for the approval.

mod applicant;
mod claims;
mod closing;
mod correcting;
mod entry;
mod following;
mod judging;
mod module;
mod moving;
mod notice;
mod of_applicant;
mod of_unit;
mod opening;
mod proposed;
mod proposing;
pub mod refusals;
mod reseal;
mod returning;
mod session;
mod shown;
mod sql;
mod unit_proposal;
mod units;

pub use claims::{ByPhone, Error as ClaimError, claim_by_phone, may_claim};
pub(crate) use following::decided;
pub use module::{MODULE, RecordKeptScans};
pub use opening::{Opened, open, sweep};
pub use reseal::{left_behind, reseal};
pub use session::Session;
pub use unit_proposal::sweep_proposals;
pub(crate) use unit_proposal::{
    HandedUp, UnitProposal, hand_up, read as read_proposals, read_each as read_each_proposal,
};

use jiff::SignedDuration;
use sqlx::PgPool;

use zaichang_core::ids::UnitProposalId;
use zaichang_core::seal;
use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::{Problem, Refusal};
use zaichang_platform::review::{self as kit, NotNow};

use crate::people;

/// Refuses a session that opens its registration no longer: the phone was left, or the registration was taken away.
pub async fn prove(pool: &PgPool, session: Session) -> Result<(), Problem> {
    applicant::find(pool, session).await.map(drop).map_err(of_applicant::ended)
}

/// Why a registration is not changed, or does not take a step.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no such registration, or not this admin's")]
    NotFound,
    #[error("not now: {0:?}")]
    NotNow(NotNow),
    #[error("this number is a registered person's")]
    NumberTaken,
    #[error("this number was made void")]
    NumberVoided { by: String },
    #[error("this phone is a registered person's")]
    PhoneTaken,
    #[error("the applicant's phone has become a registered person's")]
    PhoneGiven,
    #[error("too many numbers were tried today")]
    TooManyNumbers,
    #[error("sent back too often")]
    SentBackTooOften,
    #[error("it lacks {0}")]
    Incomplete(&'static str),
    #[error("what {0} names is not there")]
    NoSuch(&'static str),
    #[error("no division has this code")]
    DivisionUnknown,
    #[error("no authority of that division is here")]
    NoAuthorityThere,
    #[error("the unit that it proposes can be chosen")]
    UnitListed,
    #[error("a claim of a number that is taken waits")]
    ClaimWaits,
    #[error("it has proposed too many units today")]
    ProposedTooOften { again_in: SignedDuration },
    #[error("its unit has no such department any more")]
    UnitChanged,
    #[error("it has changed since it was seen")]
    ChangedMeanwhile,
    #[error("another registration that waits has its number")]
    NumberStandsTwice,
    #[error("its row cannot be read: {0}")]
    Unreadable(#[source] sqlx::Error),
    #[error(transparent)]
    Seal(#[from] seal::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<kit::Error> for Error {
    fn from(error: kit::Error) -> Self {
        match error {
            kit::Error::NotNow(why) => Self::NotNow(why),
            kit::Error::Database(error) => Self::Database(error),
        }
    }
}

impl From<people::Error> for Error {
    fn from(error: people::Error) -> Self {
        match error {
            people::Error::IdNumberUsed => Self::NumberTaken,
            people::Error::PhoneUsed => Self::PhoneTaken,
            people::Error::Seal(error) => Self::Seal(error),
            people::Error::Database(error) => Self::Database(error),
            // No face is checked here.
            people::Error::NoIdCard => Self::NotFound,
        }
    }
}

impl Error {
    /// The refusal of what is refused; an error of storage has none of its own.
    fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::NotFound => Some(refusals::NOT_FOUND),
            Self::NotNow(why) => Some(refusals::of(*why)),
            Self::NumberTaken => Some(refusals::NUMBER_TAKEN),
            Self::NumberVoided { .. } => Some(refusals::NUMBER_VOIDED),
            Self::PhoneTaken | Self::PhoneGiven => Some(refusals::PHONE_TAKEN),
            Self::TooManyNumbers => Some(refusals::NUMBERS_TRIED),
            Self::SentBackTooOften => Some(refusals::SENT_BACK_TOO_OFTEN),
            Self::Incomplete(_) => Some(refusals::REGISTRATION_INCOMPLETE),
            Self::NoSuch(_) | Self::DivisionUnknown => Some(refusals::BAD_REQUEST),
            Self::NoAuthorityThere => Some(refusals::NO_AUTHORITY_THERE),
            Self::UnitListed => Some(refusals::UNIT_LISTED),
            Self::ClaimWaits => Some(refusals::CLAIM_WAITS),
            Self::ProposedTooOften { .. } => Some(refusals::UNITS_PROPOSED),
            Self::UnitChanged => Some(refusals::REGISTRATION_UNIT_CHANGED),
            Self::ChangedMeanwhile => Some(refusals::CHANGED_MEANWHILE),
            Self::NumberStandsTwice => Some(refusals::NUMBER_STANDS_TWICE),
            Self::Seal(_) | Self::Unreadable(_) => Some(refusals::REGISTRATION_UNREADABLE),
            Self::Database(_) => None,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match (error.refusal(), error) {
            (_, Error::NoSuch(field)) => {
                Self::field(field, "it is one of the list of units, and a department is its unit's")
            }
            (_, Error::DivisionUnknown) => {
                Self::field("proposed_unit.division", "no division has this code now")
            }
            (Some(refusal), Error::PhoneTaken) => Self::from(refusal).saying(
                "请在课程的“协助签到”中输入该手机号，查明由谁使用：同一人的，不必再注册；前任机主的，由其单位更换后再通过。".into(),
                "In a course's Assisted check-in the number finds who is registered with it: the same person need not register again; who had it before has it replaced by their unit first.".into(),
            ),
            (Some(refusal), Error::NumberVoided { by }) => Self::from(refusal).saying(
                format!("请核对证件号码；无误的，请持证件原件到{by}办理。"),
                format!("Please check the number; if it is right, show the document to {by}."),
            ),
            (Some(refusal), Error::PhoneGiven) => Self::from(refusal).saying(
                "该手机号已由其他人员使用，不能用于注册。请持证件到您的单位，由其查明；已填写的内容会保留。".into(),
                "Somebody else is registered with it. Please show your document to your unit, which finds out why; what you have entered is kept.".into(),
            ),
            (Some(refusal), Error::NoAuthorityThere) => Self::from(refusal).at("proposed_unit.division"),
            (Some(refusal), Error::UnitListed) => Self::from(refusal).at("proposed_unit.name"),
            (Some(refusal), Error::ProposedTooOften { again_in }) => {
                let again_in = u64::try_from(again_in.as_millis()).unwrap_or_default();
                Self::from(refusal).retry_after_ms(again_in)
            }
            (Some(refusal), Error::Incomplete(field)) => {
                Self { field: Some(field.to_owned()), ..refusal.into() }
            }
            (Some(refusal), error @ (Error::Seal(_) | Error::Unreadable(_))) => {
                tracing::error!(%error, "a registration cannot be opened");
                refusal.into()
            }
            (Some(refusal), _) => refusal.into(),
            (None, Error::Database(error)) if is_away(&error) => away(&error),
            (None, error) => {
                tracing::error!(%error, "a registration could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
