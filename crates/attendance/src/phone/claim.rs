//! Who a caller claims to be when logging in on a phone, and the proof: a phone and its SMS code, or an account and its
//! password. It must not know what follows a login.

use super::Phones;
use super::login::phone;
use crate::checkin::Device;
use crate::phone::refusals;
use zaichang_core::Phone;
use zaichang_core::ids::PersonId;
use zaichang_core::seal::Kind;
use zaichang_platform::auth::password::{self, Password};
use zaichang_platform::auth::proof_of_work::LONGEST;
use zaichang_platform::auth::sms_code::Owner;
use zaichang_platform::auth::{self, Admitted, Among, Holder, KnownDevice, Mark, Tried, sms_code};
use zaichang_platform::http::{Problem, Text};
use zaichang_registry::people::{self, Standing};

/// A number as people type it, with spaces and the country's code.
pub(super) type PhoneText = Text<32>;
/// Six digits, and what may stand around them.
pub(super) type CodeText = Text<16>;
pub(super) type AccountText = Text<64>;
/// 118 characters today.
pub(super) type PassText = Text<256>;
pub(super) type ProofText = Text<LONGEST>;

/// By what a claim was proved: looked at again where the session is opened.
pub(super) enum ProvedBy {
    /// By a code; the phone's blind indexes.
    Phone(Vec<Vec<u8>>),
    /// By the password of this hash.
    Password(String),
}

impl ProvedBy {
    pub fn phone(phones: &Phones, phone: &Phone) -> Self {
        Self::Phone(phones.sealer.indexes(Kind::Phone, phone.expose()).collect())
    }
}

/// Whose a proved claim is.
pub(super) enum Claimed {
    Person(PersonId, Standing, ProvedBy),
    /// The holder of this phone, with which no person is registered.
    Unregistered(Phone),
}

pub(super) enum Claim {
    SmsCode(Phone, CodeText),
    Password(AccountText, Password),
}

impl Claim {
    pub fn read(
        number: Option<PhoneText>,
        code: Option<CodeText>,
        account: Option<AccountText>,
        password: Option<Password>,
    ) -> Result<Self, Problem> {
        match (number, code, account, password) {
            (Some(number), Some(code), None, None) => Ok(Self::SmsCode(phone(&number)?, code)),
            (None, None, Some(account), Some(password)) => Ok(Self::Password(account, password)),
            (Some(_), None, None, None) => Err(Problem::field("sms_code", "it is required with phone")),
            (None, None, Some(_), None) => Err(Problem::field("password", "it is required with account")),
            _ => Err(Problem::field("phone", "either phone and sms_code, or account and password")),
        }
    }

    /// The mark of a device on which this person has logged in before.
    pub fn known(&self, phones: &Phones, device: &KnownDevice) -> Option<Mark> {
        match self {
            Self::SmsCode(phone, _) => {
                let indexes: Vec<_> = phones.sealer.indexes(Kind::Phone, phone.expose()).collect();
                let holders: Vec<_> = indexes.iter().map(|index| Holder::Phone(index)).collect();
                phones.guard.known(device, &holders)
            }
            Self::Password(account, _) => phones.guard.known(device, &[Holder::Account(account.trim())]),
        }
    }

    /// What work may be proved for.
    pub fn tried(&self, phones: &Phones, device: Device, proof: Option<&str>) -> Tried {
        match self {
            Self::SmsCode(phone, _) => {
                let index = phones.sealer.index(Kind::Phone, phone.expose());
                Tried::new("phone", &index, &device.0, proof)
            }
            Self::Password(account, _) => Tried::new("account", account.trim().as_bytes(), &device.0, proof),
        }
    }

    /// Whose phone or account it is, once that is proved. An SMS code is of the device that asked for it.
    pub async fn judge(
        self,
        phones: &Phones,
        device: Device,
        admitted: &mut Admitted<'_>,
    ) -> Result<Claimed, Problem> {
        let Phones { pool, sealer, .. } = phones;
        match self {
            Self::SmsCode(phone, code) => {
                prove_phone(phones, device, admitted, &phone, &code).await?;
                let known = people::by_phone(pool, sealer, &phone).await.map_err(auth::Error::from)?;
                Ok(match known {
                    Some((person, standing)) => {
                        Claimed::Person(person, standing, ProvedBy::phone(phones, &phone))
                    }
                    None => Claimed::Unregistered(phone),
                })
            }
            Self::Password(account, password) => {
                let account = account.trim();
                admitted.guesses_at("person", account.as_bytes())?;
                let known = people::by_account(pool, account).await.map_err(auth::Error::from)?;
                let hash = known.as_ref().and_then(|(_, _, hash)| hash.clone());
                let right = password::verify(password, hash, admitted.logins(), admitted.by()).await?;
                let (person, standing, hash) = known.filter(|_| right).ok_or(refusals::LOGIN_FAILED)?;
                let hash = hash.ok_or(refusals::LOGIN_FAILED)?;
                Ok(Claimed::Person(person, standing, ProvedBy::Password(hash)))
            }
        }
    }
}

/// Uses up the code of this phone that the device has asked for. Without a code to try, the phone's own budget is not spent.
pub(super) async fn prove_phone(
    phones: &Phones,
    device: Device,
    admitted: &mut Admitted<'_>,
    phone: &Phone,
    code: &str,
) -> Result<(), Problem> {
    let now = phones.clock.now();
    let index = phones.sealer.index(Kind::Phone, phone.expose());
    let owner = Owner { phone_index: &index, device: &device.0 };
    // Before anything is looked up: a screen's scans ask for no more codes than they may guess at.
    admitted.guesses_at_codes()?;
    let _turn = admitted.turn(Among::SmsCodes).await?;
    let mut connection = phones.pool.acquire().await.map_err(auth::Error::from)?;
    if !sms_code::awaits(&mut connection, owner, now).await? {
        return Err(refusals::SMS_CODE_WRONG.into());
    }
    admitted.tries_code_of(&index)?;
    let accepted = sms_code::accept(&mut connection, &phones.keys, owner, code.trim(), now).await;
    if matches!(accepted, Err(auth::Error::NoSmsCode)) {
        admitted.found_no_code();
    }
    Ok(accepted?)
}
