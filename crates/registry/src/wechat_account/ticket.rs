//! Bind tickets: who wants to be bound, sealed, on the phone that asked, for ten minutes. Pure but for the seal's randomness.
//! It must not know whom it will be bound to.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::wechat_account::refusals;
use zaichang_core::keys::Keys;
use zaichang_core::short_secret::{self, Purpose};
use zaichang_integrations::wechat::{App, Identity};
use zaichang_platform::http::Refusal;

/// How long the phone may take over name, ID number and SMS code.
pub const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// A device as passes know it.
type Device = [u8; 16];

/// A WeChat account that is not bound yet, on its phone.
#[derive(Debug, PartialEq, Eq)]
pub struct BindTicket {
    pub identity: Identity,
    pub expires_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Written {
    official: bool,
    openid: String,
    unionid: Option<String>,
    device: Device,
    expires_at_ms: i64,
}

impl BindTicket {
    /// A new one, and the text that the phone keeps.
    pub fn issue(
        keys: &Keys,
        identity: Identity,
        device: Device,
        now: Timestamp,
    ) -> Result<(String, Self), Refusal> {
        let expires_at = now + LIFE;
        let written = Written {
            official: identity.app == App::OfficialAccount,
            openid: identity.openid.clone(),
            unionid: identity.unionid.clone(),
            device,
            expires_at_ms: expires_at.as_millisecond(),
        };
        let clear = serde_json::to_vec(&written).map_err(|_| refusals::INTERNAL)?;
        let text = short_secret::seal(keys, Purpose::BindTicket, &clear).ok_or(refusals::INTERNAL)?;
        Ok((text, Self { identity, expires_at }))
    }

    /// Reads one of ours, presented by the device that it was given to, in time.
    pub fn presented(keys: &Keys, text: &str, device: Device, now: Timestamp) -> Result<Self, Refusal> {
        let clear =
            short_secret::open(keys, Purpose::BindTicket, text).ok_or(refusals::WECHAT_TICKET_INVALID)?;
        let written: Written = serde_json::from_slice(&clear).map_err(|_| refusals::WECHAT_TICKET_INVALID)?;
        let expires_at = Timestamp::from_millisecond(written.expires_at_ms);
        let expires_at = expires_at.map_err(|_| refusals::WECHAT_TICKET_INVALID)?;
        if written.device != device || now > expires_at {
            return Err(refusals::WECHAT_TICKET_INVALID);
        }
        let app = if written.official { App::OfficialAccount } else { App::MiniProgram };
        let identity = Identity { app, openid: written.openid, unionid: written.unionid };
        Ok(Self { identity, expires_at })
    }

    /// To the millisecond.
    pub fn issued_at(&self) -> Timestamp {
        self.expires_at - LIFE
    }

    /// What its row is found by.
    pub fn hash(text: &str) -> [u8; 32] {
        Sha256::digest(text).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_764_378_133 + seconds).unwrap()
    }

    #[test]
    fn a_ticket_is_of_one_device_for_ten_minutes_and_shows_nothing() {
        let keys = Keys::new(&[[3; 32]]).unwrap();
        for app in [App::MiniProgram, App::OfficialAccount] {
            let identity = Identity { app, openid: "o-1".to_owned(), unionid: Some("u-1".to_owned()) };
            let (text, issued) = BindTicket::issue(&keys, identity.clone(), [1; 16], at(0)).unwrap();
            assert!(!text.contains("o-1") && text.len() < 400);
            let presented = |device, seconds| BindTicket::presented(&keys, &text, device, at(seconds));
            assert_eq!(presented([1; 16], 600).unwrap(), issued);
            assert_eq!(issued.identity, identity);
            assert_eq!(presented([1; 16], 601), Err(refusals::WECHAT_TICKET_INVALID));
            assert_eq!(presented([2; 16], 1), Err(refusals::WECHAT_TICKET_INVALID));
        }
        for nonsense in ["", "nonsense", "在场"] {
            let read = BindTicket::presented(&keys, nonsense, [1; 16], at(0));
            assert_eq!(read, Err(refusals::WECHAT_TICKET_INVALID));
        }
    }
}
