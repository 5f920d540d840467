//! A person's phone replaced by another: by themselves, who have proved both, or by their unit. It is held under the person's lock, told
//! to the phone that they had, and written down without a number. Their password ends with it; the account's name stays. It must not know how a phone is proved, nor which sessions end.

pub(super) mod notice;
mod sql;

pub(super) use sql::sweep;
pub use sql::{Owned, hold, is_identity, try_identity};

use jiff::Timestamp;
use sqlx::PgConnection;
use strum::IntoStaticStr;

use super::{Error as PersonError, invitations, refusals, sql as of_people};
use zaichang_core::Phone;
use zaichang_core::clock::day_of;
use zaichang_core::ids::{AccountId, PersonId};
use zaichang_core::seal::{self, Kind, Sealer};
use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::Problem;
use zaichang_platform::notices::Former;

/// Changes that somebody makes of their own phone in a day.
const A_DAY: i64 = 3;

/// By what it was proved that a phone is to be another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum How {
    /// A code to the phone that the person had.
    OldPhone,
    /// Name and document number.
    Document,
    /// The unit has seen the document.
    Unit(AccountId),
}

impl How {
    /// The word in SQL, in a column with the constraint `phone_change_proof_is_known`.
    fn word(self) -> &'static str {
        self.into()
    }

    const fn account(self) -> Option<AccountId> {
        match self {
            Self::Unit(account) => Some(account),
            Self::OldPhone | Self::Document => None,
        }
    }
}

/// Why a phone is not replaced.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("this phone is another person's")]
    Taken,
    #[error("somebody waits for a verdict with this phone")]
    Registers,
    #[error("the person has changed it too often today")]
    TooOften,
    #[error(transparent)]
    Seal(#[from] seal::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Taken => refusals::PHONE_TAKEN.into(),
            Error::Registers => refusals::PHONE_REGISTERS.into(),
            Error::TooOften => refusals::PHONE_CHANGES_USED.into(),
            Error::Database(error) if is_away(&error) => away(&error),
            error @ (Error::Seal(_) | Error::Database(_)) => {
                tracing::error!(%error, "a person's phone could not be replaced");
                refusals::INTERNAL.into()
            }
        }
    }
}

/// Has this person another phone, in the transaction that has held them; false where it is the one that they have. The caller has had it
/// proved, and ends their sessions. It waits for who is submitting a registration: what the caller locks afterwards, no such one holds.
pub async fn replace(
    transaction: &mut PgConnection,
    sealer: &Sealer,
    owned: &Owned,
    phone: &Phone,
    how: How,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(indexes) = write(transaction, sealer, owned, phone, how, now).await? else { return Ok(false) };
    match of_people::registers(transaction, &[], &indexes).await? {
        Some(_) => Err(Error::Registers),
        None => Ok(true),
    }
}

/// The same, but for who waits for a verdict with this phone: the caller looks for them by these indexes, once all is written.
pub(crate) async fn write(
    transaction: &mut PgConnection,
    sealer: &Sealer,
    owned: &Owned,
    phone: &Phone,
    how: How,
    now: Timestamp,
) -> Result<Option<Vec<Vec<u8>>>, Error> {
    let indexes: Vec<_> = sealer.indexes(Kind::Phone, phone.expose()).collect();
    if indexes.contains(&owned.phone_index) {
        return Ok(None);
    }
    if how.account().is_none() && sql::own_changes_of(transaction, owned.id, day_of(now)).await? >= A_DAY {
        return Err(Error::TooOften);
    }
    // A row lies under one master key: with the phone its other number is sealed again.
    let number = sealer.open(Kind::IdNumber, &owned.key_id, &owned.id_number_sealed)?;
    let (number, sealed) = (sealer.seal(Kind::IdNumber, &number)?, sealer.seal(Kind::Phone, phone.expose())?);
    invitations::free(transaction, owned.id).await?;
    let change = sql::keep(transaction, owned, how, now).await?;
    let written = of_people::reseal(transaction, owned.id.0, &number, &sealed, &sealer.key_id()).await;
    written.map_err(not_written)?;
    sql::count_version(transaction, owned.id, how, now).await?;
    let former = Former { phone_sealed: owned.phone_sealed.clone(), key_id: owned.key_id.clone() };
    notice::write(transaction, (change, owned.id), how.account().is_some(), former, now).await?;
    Ok(Some(indexes))
}

/// Has two people whose rows are held exchange their phones: both are the same human being, and the second is who stays. The phone that
/// they had is told. The caller ends the sessions of both.
pub(super) async fn exchange(
    transaction: &mut PgConnection,
    sealer: &Sealer,
    (one, stays): (PersonId, PersonId),
    how: How,
    now: Timestamp,
) -> Result<(), Error> {
    let (one, stays) = (sql::hold(transaction, one).await?, sql::hold(transaction, stays).await?);
    let open = |owned: &Owned| -> Result<_, seal::Error> {
        let number = sealer.open(Kind::IdNumber, &owned.key_id, &owned.id_number_sealed)?;
        Ok((number, sealer.open(Kind::Phone, &owned.key_id, &owned.phone_sealed)?))
    };
    let ((one_number, one_phone), (number, phone)) = (open(&one)?, open(&stays)?);
    let change = sql::keep(transaction, &stays, how, now).await?;
    // A phone is one person's at any moment: the first row has none of the two in between, but words that no phone is.
    let between = format!("exchanged {}", one.id.0);
    for (person, number, phone) in
        [(one.id, &one_number, &between), (stays.id, &number, &one_phone), (one.id, &one_number, &phone)]
    {
        let (number, phone) = (sealer.seal(Kind::IdNumber, number)?, sealer.seal(Kind::Phone, phone)?);
        let written = of_people::reseal(transaction, person.0, &number, &phone, &sealer.key_id()).await;
        written.map_err(not_written)?;
    }
    sql::count_version(transaction, stays.id, how, now).await?;
    let former = Former { phone_sealed: stays.phone_sealed, key_id: stays.key_id };
    notice::write(transaction, (change, stays.id), how.account().is_some(), former, now).await?;
    Ok(())
}

fn not_written(error: PersonError) -> Error {
    match error {
        PersonError::PhoneUsed => Error::Taken,
        PersonError::Seal(error) => error.into(),
        PersonError::Database(error) => error.into(),
        // Its own number is its own, and asks for no ID card.
        PersonError::IdNumberUsed | PersonError::NoIdCard => sqlx::Error::RowNotFound.into(),
    }
}

/// Whether this phone, by its indexes under every master key, is still this person's; it stays so until the transaction ends. A login
/// that was judged by what stood before opens no session afterwards.
pub async fn keeps_phone(
    transaction: &mut PgConnection,
    person: PersonId,
    indexes: &[Vec<u8>],
) -> sqlx::Result<bool> {
    sql::keeps(transaction, person, indexes).await
}

/// Whether the password by whose hash somebody was let in is still the person's; it stays so until the transaction ends.
pub async fn keeps_password(
    transaction: &mut PgConnection,
    person: PersonId,
    hash: &str,
) -> sqlx::Result<bool> {
    sql::keeps_password(transaction, person, hash).await
}

/// Whether this row is still somebody's own; it stays so until the transaction ends.
pub async fn stays_unmerged(transaction: &mut PgConnection, person: PersonId) -> sqlx::Result<bool> {
    sql::stays_unmerged(transaction, person).await
}
