//! SMS codes: 6 digits, 5 minutes, 5 tries, one a minute per phone; the same answer whether or not the phone is known.

use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::{Error, sql};
use crate::keys::{self, Keys};

pub const LIFE: SignedDuration = SignedDuration::from_mins(5);
pub const PAUSE: SignedDuration = SignedDuration::from_mins(1);
const PURPOSE: &[u8] = b"zaichang/sms-code/v1";

/// Makes and keeps a new code for a phone, given by its blind index. The caller sends it, if the phone is anyone's.
pub async fn make(
    connection: &mut PgConnection,
    keys: &Keys,
    phone_index: &[u8],
    now: Timestamp,
) -> Result<String, Error> {
    let code = six_digits()?;
    let mac = mac(keys, phone_index, &code);
    match sql::keep_sms_code(connection, phone_index, &mac, now, now + LIFE, now - PAUSE).await? {
        None => Ok(code),
        Some(sent_at) => {
            let wait = (sent_at + PAUSE).duration_since(now).as_millis();
            Err(Error::TooSoon { retry_after_ms: u64::try_from(wait).unwrap_or(0).max(1) })
        }
    }
}

/// Whether there is a code that may be tried.
pub async fn awaits(
    connection: &mut PgConnection,
    phone_index: &[u8],
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(sql::sms_code_awaits(connection, phone_index, now).await?)
}

/// Uses up the code: right once, within its life and tries. Each call counts as a try.
pub async fn accept(
    connection: &mut PgConnection,
    keys: &Keys,
    phone_index: &[u8],
    code: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let tried = sql::try_sms_code(connection, phone_index, now).await?.ok_or(Error::SmsCodeWrong)?;
    if !keys::verify(keys, PURPOSE, &[phone_index, code.as_bytes()].concat(), &tried) {
        return Err(Error::SmsCodeWrong);
    }
    if sql::use_sms_code(connection, phone_index, &tried, now).await? {
        Ok(())
    } else {
        Err(Error::SmsCodeWrong)
    }
}

fn mac(keys: &Keys, phone_index: &[u8], code: &str) -> [u8; 32] {
    keys::sign(keys, PURPOSE, &[phone_index, code.as_bytes()].concat())
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
