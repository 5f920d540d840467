//! What an admin proves after the password: the code of an authenticator app, or one sent to their phone. It must not know how a
//! login is asked for, nor how often may be guessed.

use std::sync::Arc;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;

use super::account::SecondFactor;
use super::sms_code::{self, AskedBy, Owner};
use super::sql::{self, Credentials};
use super::{Error, Settings, refusals};
use crate::http::Refusal;
use crate::messages::{Message, Sender};
use zaichang_core::Phone;
use zaichang_core::ids::AccountId;
use zaichang_core::keys::Keys;
use zaichang_core::seal::{Error as SealError, Kind, Sealer};
use zaichang_core::totp::Secret;

/// What the second step of a login stands on.
#[derive(Clone)]
pub(super) struct SecondStep {
    pub pool: PgPool,
    pub keys: Arc<Keys>,
    pub sealer: Sealer,
    pub messages: Arc<dyn Sender>,
    /// Of whom an authenticator is demanded.
    pub settings: Settings,
}

impl SecondFactor {
    /// How a login with the right password is told that a code is missing.
    pub(super) const fn missing(self) -> Refusal {
        match self {
            Self::Totp => refusals::TOTP_CODE_REQUIRED,
            Self::Sms => refusals::ADMIN_SMS_CODE_REQUIRED,
        }
    }
}

impl SecondStep {
    /// Sends the code, where one has to be sent; one that was sent within the last minute and can still be tried is not sent
    /// again.
    pub async fn begin(
        &self,
        factor: SecondFactor,
        of: &Credentials,
        on_known_device: bool,
        now: Timestamp,
    ) -> Result<(), Error> {
        if factor == SecondFactor::Totp {
            return Ok(());
        }
        let (phone, index) = self.phone(of)?;
        let device = device_of(of.id, on_known_device);
        let owner = Owner { phone_index: &index, device: &device };
        let by = if on_known_device { AskedBy::KnownDevice } else { AskedBy::Admin };
        let mut transaction = self.pool.begin().await?;
        let code = match sms_code::make(&mut transaction, &self.keys, owner, by, now).await {
            Ok(code) => code,
            Err(too_soon @ (Error::TooSoon { .. } | Error::NumberUsedUp)) => {
                drop(transaction);
                let mut connection = self.pool.acquire().await?;
                let can_be_tried = sms_code::awaits(&mut connection, owner, now).await?;
                return can_be_tried.then_some(()).ok_or(too_soon);
            }
            Err(error) => return Err(error),
        };
        transaction.commit().await?;
        let sender = Arc::clone(&self.messages);
        tokio::spawn(async move {
            if let Err(error) = sender.send(&phone, Message::LoginCode(&code)).await {
                tracing::error!(%error, maybe = error.may_have_been_sent, "an admin's login code was not sent");
            }
        });
        Ok(())
    }

    /// Uses the code up: right once.
    pub async fn accept(
        &self,
        factor: SecondFactor,
        of: &Credentials,
        code: &str,
        on_known_device: bool,
        now: Timestamp,
    ) -> Result<(), Error> {
        match factor {
            SecondFactor::Totp => {
                let step = self.secret(of)?.step_of(code, now, of.totp_step).ok_or(Error::TotpCodeWrong)?;
                // Of two logins with one code at once the second finds it used.
                let first = sql::use_totp_step(&self.pool, of.id, step).await?;
                first.then_some(()).ok_or(Error::TotpCodeWrong)
            }
            SecondFactor::Sms => {
                let (_, index) = self.phone(of)?;
                let device = device_of(of.id, on_known_device);
                let owner = Owner { phone_index: &index, device: &device };
                let mut connection = self.pool.acquire().await?;
                sms_code::accept(&mut connection, &self.keys, owner, code, now).await
            }
        }
    }

    fn secret(&self, of: &Credentials) -> Result<Secret, Error> {
        let sealed = of.totp_sealed.as_ref().ok_or(SealError::Altered)?;
        let clear = self.sealer.open(Kind::Totp, of.key_id.as_deref().unwrap_or_default(), sealed)?;
        Ok(Secret::parse(&clear).ok_or(SealError::Altered)?)
    }

    /// The account's phone, with its index under the newest key: codes are found by it.
    fn phone(&self, of: &Credentials) -> Result<(Phone, Vec<u8>), Error> {
        let sealed = of.phone_sealed.as_ref().ok_or(SealError::Altered)?;
        let clear = self.sealer.open(Kind::Phone, of.key_id.as_deref().unwrap_or_default(), sealed)?;
        let phone = Phone::parse(&clear).map_err(|_| SealError::Altered)?;
        let index = self.sealer.index(Kind::Phone, phone.expose());
        Ok((phone, index))
    }
}

/// Codes belong to the device that asked; of an admin's login that is the account, as its password was right. Known devices
/// have one apart: who holds the password alone does not use up the code that its owner waits for there.
fn device_of(account: AccountId, on_known_device: bool) -> [u8; 16] {
    let whose = [&account.0.to_be_bytes()[..], &[u8::from(on_known_device)]].concat();
    let digest = Sha256::digest([b"zaichang/admin-code/v1".as_slice(), &whose].concat());
    digest[..16].try_into().expect("SHA-256 is longer")
}
