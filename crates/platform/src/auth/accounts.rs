//! Accounts as they are written: a new one with what it proves itself by. Phone and authenticator's secret lie sealed.
//! It must not know who may make one, nor why.

use sqlx::{PgConnection, PgPool};

use jiff::{SignedDuration, Timestamp};

use super::account::{AccountName, SecondFactor};
use super::guesses::{By, Logins};
use super::password::{self, Password};
use super::{Account, Error, Role, sql};
use crate::authority::Right;
use crate::db::Constraint as _;
use zaichang_core::Phone;
use zaichang_core::ids::{AccountId, UnitId};
use zaichang_core::seal::{Error as SealError, Kind, Sealed, Sealer};
use zaichang_core::totp::Secret;

/// How long a password that another admin has given opens anything.
pub(super) const GIVEN_LASTS: SignedDuration = SignedDuration::from_hours(72);

/// An account about to be written.
pub struct NewAccount<'a> {
    pub unit: UnitId,
    pub account: &'a AccountName,
    /// The admin's own.
    pub name: &'a str,
    pub role: Role,
    /// None of a full admin.
    pub rights: Option<Vec<Right>>,
    pub password_hash: &'a str,
    pub phone: &'a Phone,
    pub second_factor: NewFactor<'a>,
}

/// What a new account has proved besides its password.
#[derive(Clone, Copy)]
pub enum NewFactor<'a> {
    /// The authenticator's secret, and the step whose code has shown that the app has it.
    Totp {
        secret: &'a Secret,
        step: i64,
    },
    Sms,
}

impl NewFactor<'_> {
    /// Its kind.
    pub const fn word(&self) -> SecondFactor {
        match self {
            Self::Totp { .. } => SecondFactor::Totp,
            Self::Sms => SecondFactor::Sms,
        }
    }
}

/// What lies in the row of a new account, besides what is given as it is.
pub(super) struct SealedFactor {
    pub phone: Sealed,
    pub totp: Option<Vec<u8>>,
    pub key_id: Vec<u8>,
    pub second_factor: SecondFactor,
    pub totp_step: Option<i64>,
}

/// Writes a new account, in the caller's transaction. Refuses a name that another account has.
pub async fn insert(
    connection: &mut PgConnection,
    sealer: &Sealer,
    new: &NewAccount<'_>,
) -> Result<AccountId, Error> {
    let sealed = sealed(sealer, new.phone, new.second_factor)?;
    let inserted = sql::insert_account(connection, new, &sealed).await;
    inserted
        .map_err(|error| if error.breaks("account_is_unique") { Error::AccountTaken } else { error.into() })
}

fn sealed(sealer: &Sealer, phone: &Phone, factor: NewFactor<'_>) -> Result<SealedFactor, SealError> {
    let phone = sealer.seal(Kind::Phone, phone.expose())?;
    let (second_factor, totp, totp_step) = match factor {
        NewFactor::Totp { secret, step } => {
            let sealed = sealer.seal(Kind::Totp, &secret.expose())?;
            (SecondFactor::Totp, Some(sealed.bytes), Some(step))
        }
        NewFactor::Sms => (SecondFactor::Sms, None, None),
    };
    Ok(SealedFactor { phone, totp, key_id: sealer.key_id().to_vec(), second_factor, totp_step })
}

/// Phone and second factor of an account, in the place of what it had. Codes of the earlier one work no more. False if another
/// password stands meanwhile, or the account is disabled.
pub async fn set_factor(
    connection: &mut PgConnection,
    sealer: &Sealer,
    id: AccountId,
    stood: &str,
    phone: &Phone,
    factor: NewFactor<'_>,
) -> Result<bool, Error> {
    Ok(sql::set_factor(connection, id, stood, &sealed(sealer, phone, factor)?).await?)
}

/// What the account's password is kept as, if it is this one. Guesses are admitted before.
pub async fn password_is(
    pool: &PgPool,
    id: AccountId,
    password: Password,
    by: By,
) -> Result<Option<String>, Error> {
    let stands = sql::password_hash(pool, id).await?;
    let right = password::verify(password, stands.clone(), Logins::Admins, by).await?;
    Ok(stands.filter(|_| right))
}

/// Whether the account's password is one that another admin gave it too long ago.
pub async fn given_password_is_over(pool: &PgPool, id: AccountId, now: Timestamp) -> Result<bool, Error> {
    let given_at = sql::password_given_at(pool, id).await?;
    Ok(given_at.is_some_and(|given_at| given_at + GIVEN_LASTS <= now))
}

/// The account's own new password, in the place of the one that stood. False if another stands meanwhile.
pub async fn change_password(
    connection: &mut PgConnection,
    id: AccountId,
    stood: &str,
    hash: &str,
) -> Result<bool, Error> {
    Ok(sql::change_password(connection, id, stood, hash).await?)
}

/// A password that another admin gives the account: its holder logs in by it and chooses their own before anything else.
pub async fn give_password(
    connection: &mut PgConnection,
    id: AccountId,
    hash: &str,
    by: AccountId,
    now: Timestamp,
) -> Result<(), Error> {
    Ok(sql::give_password(connection, id, hash, by, now).await?)
}

/// Whether another account is called so already.
pub async fn is_taken(pool: &PgPool, account: &AccountName) -> Result<bool, Error> {
    Ok(sql::account_exists(pool, account.as_str()).await?)
}

/// The account's own phone; none of one that was made without.
pub async fn phone(pool: &PgPool, sealer: &Sealer, id: AccountId) -> Result<Option<Phone>, Error> {
    let Some((sealed, key_id)) = sql::account_phone(pool, id).await? else { return Ok(None) };
    let clear = sealer.open(Kind::Phone, &key_id, &sealed)?;
    Phone::parse(&clear).map(Some).map_err(|_| SealError::Altered.into())
}

/// The account with this id, if it may log in.
pub async fn living(pool: &PgPool, id: AccountId) -> sqlx::Result<Option<Account>> {
    let found = sql::accounts(pool, &[id]).await?.into_iter().next();
    found.map(|(_, account)| account).transpose()
}

/// The account with this id, also one that is disabled: in whose name what they began is finished.
pub async fn account_also_disabled(pool: &PgPool, id: AccountId) -> sqlx::Result<Option<Account>> {
    sql::account_also_disabled(pool, id).await
}

/// What a re-sealing came to.
#[derive(Debug, Default)]
pub struct ResealedAccounts {
    pub accounts: u64,
    /// Those that cannot be opened, each with why. They stay as they are.
    pub left: Vec<(AccountId, SealError)>,
}

/// After a rotation of master keys: phones and secrets that older keys have sealed are sealed again with the newest. Several nodes
/// may do it at once.
pub async fn reseal(pool: &PgPool, sealer: &Sealer) -> Result<ResealedAccounts, Error> {
    let mut resealed = ResealedAccounts::default();
    let others = sql::accounts_of_other_keys(&mut *pool.acquire().await?, &sealer.key_id()).await?;
    for old in others {
        match sealed_again(sealer, &old) {
            Ok(new) => {
                resealed.accounts += sql::reseal_account(pool, &old, &new, &sealer.key_id()).await?;
            }
            Err(error) => resealed.left.push((AccountId(old.id), error)),
        }
    }
    Ok(resealed)
}

/// How many accounts older keys sealed, and those of them that cannot be sealed again. It changes nothing.
pub async fn left_behind(
    connection: &mut PgConnection,
    sealer: &Sealer,
) -> Result<(i64, Vec<(AccountId, SealError)>), Error> {
    let others = sql::accounts_of_other_keys(connection, &sealer.key_id()).await?;
    let cannot = others
        .iter()
        .filter_map(|old| sealed_again(sealer, old).err().map(|error| (AccountId(old.id), error)));
    Ok((i64::try_from(others.len()).unwrap_or(i64::MAX), cannot.collect()))
}

/// What of an account lies under another key than the newest.
pub(super) struct OfOtherKey {
    pub id: i64,
    pub key_id: Vec<u8>,
    pub phone: Option<Vec<u8>>,
    pub totp: Option<Vec<u8>>,
}

/// The same under the newest: the phone with its index, and the secret.
pub(super) struct SealedAgain {
    pub phone: Option<Sealed>,
    pub totp: Option<Vec<u8>>,
}

fn sealed_again(sealer: &Sealer, old: &OfOtherKey) -> Result<SealedAgain, SealError> {
    let again = |kind, bytes: &Vec<u8>| sealer.seal(kind, &sealer.open(kind, &old.key_id, bytes)?);
    let phone = old.phone.as_ref().map(|bytes| again(Kind::Phone, bytes)).transpose()?;
    let totp = old.totp.as_ref().map(|bytes| again(Kind::Totp, bytes)).transpose()?;
    Ok(SealedAgain { phone, totp: totp.map(|sealed| sealed.bytes) })
}
