//! What every extractor of this module asks: the clock, the sessions, and which origins, addresses, guesses and failures to mind.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::request::Parts;
use axum::response::AppendHeaders;
use http::{HeaderName, HeaderValue};

use super::guesses::Guesses;
use super::known::{Holder, KnownDevice, Mark};
use super::log::Refused;
use super::{Error, Sessions};
use crate::http::address::TrustedProxies;
use crate::http::cookies;
use crate::http::failures::Failures;
use crate::http::origin::Origins;
use zaichang_core::clock::Clock;
use zaichang_core::keys::Keys;

/// Reached by every module's routes.
pub struct Guard {
    pub clock: Clock,
    pub sessions: Sessions,
    pub origins: Origins,
    pub proxies: TrustedProxies,
    pub failures: Failures,
    pub guesses: Guesses,
    /// Cookies are `Secure`: the public address is https.
    pub secure: bool,
    pub(super) refused: Refused,
    keys: Arc<Keys>,
}

/// The header that makes a browser remember that it is known.
pub type KnownCookie = AppendHeaders<[(HeaderName, HeaderValue); 1]>;

impl Guard {
    pub fn new(
        clock: Clock,
        sessions: Sessions,
        origins: Origins,
        proxies: TrustedProxies,
        keys: Arc<Keys>,
        secure: bool,
    ) -> Self {
        Self {
            sessions,
            origins,
            proxies,
            failures: Failures::new(clock.clone()),
            guesses: Guesses::new(clock.clone(), Arc::clone(&keys)),
            secure,
            refused: Refused::default(),
            keys,
            clock,
        }
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The address that a request came from.
    pub fn address(&self, parts: &Parts) -> IpAddr {
        self.proxies.client(&parts.extensions, &parts.headers)
    }

    /// The mark by which a device is known to one of these; they are one holder.
    pub fn known(&self, device: &KnownDevice, holders: &[Holder<'_>]) -> Option<Mark> {
        device.mark_of(&self.keys, holders, self.clock.now())
    }

    /// What makes a device known to these, who have just logged in on it.
    pub fn remember(&self, device: KnownDevice, holders: &[Holder<'_>]) -> Result<KnownCookie, Error> {
        let cookie = device.renewed(&self.keys, holders, self.clock.now(), self.secure)?;
        Ok(AppendHeaders([cookies::header(&cookie)]))
    }
}
