//! What every extractor of this room asks: the clock, the sessions, and which origins, addresses and failures to mind.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::http::request::Parts;
use governor::{DefaultKeyedRateLimiter, Quota};

use super::Sessions;
use crate::clock::Clock;
use crate::http::address::TrustedProxies;
use crate::http::costly::Costly;
use crate::http::failures::Failures;
use crate::http::origin::Origins;
use crate::http::{Problem, Refusal};

/// Logins tried for one account from one address: ten at once, then one in six seconds.
const LOGIN_BURST: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const LOGINS_A_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("not zero");

/// Reached by every room's routes.
#[derive(Clone)]
pub struct Guard {
    pub clock: Clock,
    pub sessions: Sessions,
    pub origins: Arc<Origins>,
    pub proxies: Arc<TrustedProxies>,
    pub failures: Failures,
    /// What only another service can judge, as WeChat its codes.
    pub costly: Costly,
    /// Cookies are `Secure`: the public address is https.
    pub secure: bool,
    logins: Arc<DefaultKeyedRateLimiter<(String, IpAddr)>>,
}

impl Guard {
    pub fn new(
        clock: Clock,
        sessions: Sessions,
        origins: Origins,
        proxies: TrustedProxies,
        secure: bool,
    ) -> Self {
        let quota = Quota::per_minute(LOGINS_A_MINUTE).allow_burst(LOGIN_BURST);
        Self {
            clock,
            sessions,
            origins: Arc::new(origins),
            proxies: Arc::new(proxies),
            failures: Failures::default(),
            costly: Costly::default(),
            secure,
            logins: Arc::new(DefaultKeyedRateLimiter::keyed(quota)),
        }
    }

    /// The address that a request came from.
    pub fn address(&self, parts: &Parts) -> IpAddr {
        self.proxies.client(&parts.extensions, &parts.headers)
    }

    /// Counts a login that is about to be tried.
    pub fn login_tried(&self, account: &str, address: IpAddr) -> Result<(), Problem> {
        let tried = self.logins.check_key(&(account.to_owned(), address));
        tried.map_err(|_| Problem::from(Refusal::TooManyRequests).retry_after_ms(6000))
    }

    /// Forgets limits that have been earned back.
    pub fn forget_idle(&self) {
        self.failures.forget_idle();
        self.costly.forget_idle();
        self.logins.retain_recent();
    }
}
