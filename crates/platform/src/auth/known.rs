//! Devices with an earlier login: a browser keeps a signed mark for each phone, account or admin that it has been proved for.
//! A mark opens nothing: its holder's tries are counted apart, so that strangers' do not cost them their login.
//! It does not reveal whose it is.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::Cookie;
use jiff::{SignedDuration, Timestamp};

use crate::http::cookies;
use zaichang_core::keys::{self, Keys};

const PURPOSE: &[u8] = b"zaichang/known-device/v1";
/// Browsers keep a cookie for 400 days at most.
const LIFE: SignedDuration = SignedDuration::from_hours(400 * 24);
/// Marks that a browser keeps: an office's computer has several admins.
const MOST: usize = 8;
const RANDOM: usize = 8;
const HEAD: usize = RANDOM + 8;
const TAG: usize = 16;

/// Whom a device is known to.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    /// By a phone's blind index.
    Phone(&'a [u8]),
    /// By a person's account.
    Account(&'a str),
    /// By an admin's account.
    Admin(&'a str),
}

/// What a browser keeps for one holder: random bytes, the second it was given at, and a tag over these and the holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark([u8; HEAD + TAG]);

/// The marks that a request brings; none of them is believed yet.
#[derive(Clone, Debug, Default)]
pub struct KnownDevice(Vec<Mark>);

impl Holder<'_> {
    /// What the tag is over: no two holders of different kinds are one.
    fn message(self, head: &[u8]) -> Vec<u8> {
        let (kind, name): (u8, &[u8]) = match self {
            Self::Phone(index) => (1, index),
            Self::Account(account) => (2, account.as_bytes()),
            Self::Admin(account) => (3, account.as_bytes()),
        };
        [head, &[kind], name].concat()
    }
}

impl Mark {
    fn new(keys: &Keys, holder: Holder<'_>, now: Timestamp) -> Result<Self, getrandom::Error> {
        let mut mark = [0; HEAD + TAG];
        getrandom::fill(&mut mark[..RANDOM])?;
        mark[RANDOM..HEAD].copy_from_slice(&now.as_second().to_be_bytes());
        let tag: [u8; TAG] = keys::sign(keys, PURPOSE, &holder.message(&mark[..HEAD]));
        mark[HEAD..].copy_from_slice(&tag);
        Ok(Self(mark))
    }

    fn is_of(&self, keys: &Keys, holder: Holder<'_>, now: Timestamp) -> bool {
        let (head, tag) = self.0.split_at(HEAD);
        let given_at = i64::from_be_bytes(head[RANDOM..].try_into().expect("eight bytes"));
        let old = now.as_second().saturating_sub(given_at) > LIFE.as_secs();
        !old && keys::verify(keys, PURPOSE, &holder.message(head), tag)
    }

    fn read(text: &str) -> Option<Self> {
        let mut mark = [0; HEAD + TAG];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut mark).ok()?;
        (length == mark.len()).then_some(Self(mark))
    }

    #[cfg(test)]
    pub fn of_test(byte: u8) -> Self {
        Self([byte; HEAD + TAG])
    }
}

impl KnownDevice {
    fn read(cookie: &str) -> Self {
        Self(cookie.split('.').take(MOST).filter_map(Mark::read).collect())
    }

    /// The mark by which this device is known to one of these; they are one holder under several keys.
    pub fn mark_of(&self, keys: &Keys, holders: &[Holder<'_>], now: Timestamp) -> Option<Mark> {
        let of_any = |mark: &&Mark| holders.iter().any(|holder| mark.is_of(keys, *holder, now));
        self.0.iter().find(of_any).copied()
    }

    /// The cookie of a device on which these have just logged in, newest first; what it was known to before stays.
    pub fn renewed(
        self,
        keys: &Keys,
        holders: &[Holder<'_>],
        now: Timestamp,
        secure: bool,
    ) -> Result<Cookie<'static>, getrandom::Error> {
        let marks = holders.iter().map(|holder| Mark::new(keys, *holder, now));
        let mut marks = marks.collect::<Result<Vec<_>, _>>()?;
        let others = |mark: &Mark| !holders.iter().any(|holder| mark.is_of(keys, *holder, now));
        marks.extend(self.0.into_iter().filter(others));
        marks.truncate(MOST);
        let texts: Vec<_> = marks.iter().map(|mark| URL_SAFE_NO_PAD.encode(mark.0)).collect();
        Ok(cookies::set(cookies::KNOWN, texts.join("."), LIFE.as_secs(), secure, true))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for KnownDevice {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(cookies::sent(&parts.headers, cookies::KNOWN).map(Self::read).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_764_378_133 + seconds).unwrap()
    }

    fn keys() -> Keys {
        Keys::new(&[[5; 32]]).unwrap()
    }

    /// The device after a login.
    fn logged_in(device: KnownDevice, holders: &[Holder<'_>]) -> KnownDevice {
        let cookie = device.renewed(&keys(), holders, at(0), true).unwrap();
        assert!(cookie.http_only() == Some(true) && cookie.secure() == Some(true));
        assert!(!cookie.value().contains("yuelu") && cookie.value().len() < 512, "{cookie}");
        KnownDevice::read(cookie.value())
    }

    #[test]
    fn a_device_is_known_to_whom_it_was_proved_for_and_to_nobody_else() {
        let device = logged_in(KnownDevice::default(), &[Holder::Admin("yuelu-jjb")]);
        let device = logged_in(device, &[Holder::Phone(&[7; 32]), Holder::Account("wangwei")]);
        let knows = |holder: Holder<'_>| device.mark_of(&keys(), &[holder], at(60)).is_some();
        assert!(knows(Holder::Admin("yuelu-jjb")) && knows(Holder::Account("wangwei")));
        assert!(knows(Holder::Phone(&[7; 32])));
        assert!(!knows(Holder::Account("yuelu-jjb")) && !knows(Holder::Admin("wangwei")));
        assert!(!knows(Holder::Phone(&[8; 32])));
        let mark = device.mark_of(&keys(), &[Holder::Admin("another"), Holder::Admin("yuelu-jjb")], at(60));
        assert!(mark.is_some());
        assert_eq!(device.mark_of(&keys(), &[Holder::Admin("yuelu-jjb")], at(401 * 24 * 3600)), None);
        let others = Keys::new(&[[6; 32]]).unwrap();
        assert_eq!(device.mark_of(&others, &[Holder::Admin("yuelu-jjb")], at(60)), None);
    }

    #[test]
    fn a_browser_keeps_few_marks_one_for_each_holder_and_what_is_none_is_not_read() {
        let mut device = KnownDevice::default();
        for _ in 0..20 {
            device = logged_in(device, &[Holder::Admin("yuelu-jjb")]);
        }
        assert_eq!(device.0.len(), 1);
        for admin in 0..20 {
            device = logged_in(device, &[Holder::Admin(&format!("admin-{admin}"))]);
        }
        assert_eq!(device.0.len(), MOST);
        assert!(device.mark_of(&keys(), &[Holder::Admin("admin-19")], at(0)).is_some());
        assert_eq!(device.mark_of(&keys(), &[Holder::Admin("yuelu-jjb")], at(0)), None);
        for wrong in ["", ".", "x", "䶮", &"A".repeat(15_000), &"AAAA.".repeat(3000)] {
            assert!(KnownDevice::read(wrong).0.is_empty(), "{wrong}");
        }
    }
}
