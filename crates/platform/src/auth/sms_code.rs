//! SMS codes: 6 digits, 5 minutes, 5 tries, of the device that asked; one a minute for a device, five a day for a number and each
//! kind of asker. All is the same whether or not the phone is known. It must not know what an address or a scan may ask for.

use jiff::{SignedDuration, Timestamp};
use sqlx::{PgConnection, PgPool};
use strum::IntoStaticStr;

use super::{Error, sms_code_sql as sql};
use zaichang_core::clock::day_of;
use zaichang_core::keys::{self, Keys};

pub const LIFE: SignedDuration = SignedDuration::from_mins(5);
pub const PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// Messages that a number is sent a day for each kind of asker; the constraint `sms_messages_are_few` says the same.
pub const A_DAY: i16 = 5;
/// How long a device that has proved a phone is known to it.
const KNOWN: SignedDuration = SignedDuration::from_hours(180 * 24);
const PURPOSE: &[u8] = b"zaichang/sms-code/v2";
/// Of the release before this one, whose codes were of no device.
const PURPOSE_OF_ANY_DEVICE: &[u8] = b"zaichang/sms-code/v1";

/// Who asks: each has five messages a number and day, so that strangers cannot use up the owner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum AskedBy {
    /// A device that has proved this phone, or whose person has checked in from it.
    KnownDevice,
    /// A device that has just scanned a screen.
    Scan,
    Stranger,
    /// Who has typed an admin's right password: not what strangers ask of the same number.
    Admin,
    /// Who holds an admin's link, and may name any number: not what its own admin has.
    Link,
    /// An admin who checks whether messages are sent: no code is made.
    Check,
    /// Not asked for: a phone is warned of what was done to its holder's account, without a code.
    Notice,
    /// Not asked for: an ordinary notice. However many of these a number has had, it is warned.
    Inbox,
}

impl AskedBy {
    /// The word in SQL, in a column with the constraint `sms_messages_asked_by_is_known`, and in metrics.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A phone, by its blind index, and the device that asks about it.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    pub phone_index: &'a [u8],
    pub device: &'a [u8; 16],
}

/// Whether the device is known to the phone. `phone_indexes` are those under every master key.
pub async fn is_known(
    connection: &mut PgConnection,
    owner: Owner<'_>,
    phone_indexes: &[Vec<u8>],
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(sql::is_known(connection, phone_indexes, owner.device, now - KNOWN).await?)
}

/// Makes and keeps a new code, and counts its message, in the caller's transaction: an error must undo it. The caller sends it.
pub async fn make(
    transaction: &mut PgConnection,
    keys: &Keys,
    owner: Owner<'_>,
    by: AskedBy,
    now: Timestamp,
) -> Result<String, Error> {
    count(transaction, owner.phone_index, by, now).await?;
    let code = six_digits()?;
    let mac = mac(keys, owner, &code);
    match sql::keep(transaction, owner, &mac, now..now + LIFE, now - PAUSE).await? {
        None => Ok(code),
        Some(sent_at) => {
            let wait = (sent_at + PAUSE).duration_since(now).as_millis();
            Err(Error::TooSoon { retry_after_ms: u64::try_from(wait).unwrap_or(0).max(1) })
        }
    }
}

/// Counts a message to this number; refused where it has had all that it may be sent today for this kind of asker.
pub async fn count(
    connection: &mut PgConnection,
    phone_index: &[u8],
    by: AskedBy,
    now: Timestamp,
) -> Result<(), Error> {
    let counted = sql::count_message(connection, phone_index, day_of(now), by.word(), A_DAY).await?;
    counted.then_some(()).ok_or(Error::NumberUsedUp)
}

/// Whether there is a code that may be tried on this device.
pub async fn awaits(connection: &mut PgConnection, owner: Owner<'_>, now: Timestamp) -> Result<bool, Error> {
    Ok(sql::awaits(connection, owner, now).await?)
}

/// Uses up the device's code: right once, within its life and tries. Each call counts as a try.
pub async fn accept(
    connection: &mut PgConnection,
    keys: &Keys,
    owner: Owner<'_>,
    code: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(tried) = sql::count_try(connection, owner, now).await? else {
        return accept_of_any_device(connection, keys, owner.phone_index, code, now).await;
    };
    if !keys::verify(keys, PURPOSE, &message(owner, code), &tried) {
        return Err(Error::SmsCodeWrong);
    }
    let used = sql::mark_used(connection, owner, &tried, now).await?;
    used.then_some(()).ok_or(Error::SmsCodeWrong)
}

/// A code that a node of the release before this one has sent, while nodes are restarted one by one.
async fn accept_of_any_device(
    connection: &mut PgConnection,
    keys: &Keys,
    phone_index: &[u8],
    code: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let tried = sql::count_try_of_any_device(connection, phone_index, now).await?;
    let tried = tried.ok_or(Error::NoSmsCode)?;
    if !keys::verify(keys, PURPOSE_OF_ANY_DEVICE, &[phone_index, code.as_bytes()].concat(), &tried) {
        return Err(Error::SmsCodeWrong);
    }
    let used = sql::mark_used_of_any_device(connection, phone_index, &tried, now).await?;
    used.then_some(()).ok_or(Error::SmsCodeWrong)
}

/// Takes away codes that expired before this, and the counts of earlier days.
pub(super) async fn sweep(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    sql::sweep(pool, before, day_of(before), before - KNOWN).await
}

fn message(owner: Owner<'_>, code: &str) -> Vec<u8> {
    [owner.phone_index, owner.device, code.as_bytes()].concat()
}

fn mac(keys: &Keys, owner: Owner<'_>, code: &str) -> [u8; 32] {
    keys::sign(keys, PURPOSE, &message(owner, code))
}

/// Every six digits equally likely.
fn six_digits() -> Result<String, getrandom::Error> {
    const LIMIT: u32 = u32::MAX - u32::MAX % 1_000_000;
    loop {
        let number = getrandom::u32()?;
        if number < LIMIT {
            return Ok(format!("{:06}", number % 1_000_000));
        }
    }
}
