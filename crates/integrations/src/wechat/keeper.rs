//! Keeps a credential of an account that lives two hours: an access token, a JS-SDK ticket. It is asked for once however many
//! want it, on all nodes together where there is a Redis; renewed early; and never waited for longer than it must be.
//! It must not know how a credential is had, nor log one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::Error;
use super::errcode::Code;
use super::shared::{FORCED_A_DAY, FORCED_APART_MS, Shared};
use zaichang_core::clock::{Clock, day_of};

/// WeChat renews its credentials five minutes before they end, and both are valid meanwhile.
const EARLY_MS: i64 = 5 * 60 * 1000;
/// After a failure this node does not ask again for this long: all callers get the same error.
const PAUSE_MS: i64 = 1000;
/// How often a node looks whether another one is done, and for how long.
const LOOK: Duration = Duration::from_millis(50);
const LOOKS: u32 = 80;

/// A credential and its times, in Unix milliseconds.
pub(super) struct CachedCredential {
    secret: SecretString,
    /// From here on it is renewed, and still used.
    renew_at: i64,
    expires_at: i64,
}

/// What lies in Redis, sealed.
#[derive(Serialize, Deserialize)]
struct Written {
    secret: String,
    renew_at: i64,
    expires_at: i64,
}

/// Fresh from WeChat.
pub(super) struct Fetched {
    pub secret: SecretString,
    /// As WeChat says: 7200 or less.
    pub expires_in_s: i64,
}

pub(super) struct Keeper {
    held: ArcSwapOption<CachedCredential>,
    renewal: tokio::sync::Mutex<()>,
    failed: Mutex<Option<(i64, Error)>>,
    forced: Mutex<Forced>,
    shared: Option<Shared>,
    clock: Clock,
}

/// This node's own count of forced renewals, for when Redis is away.
#[derive(Default)]
struct Forced {
    last_ms: Option<i64>,
    day: String,
    count: u32,
}

impl CachedCredential {
    fn of(fetched: Fetched, now: i64) -> Self {
        let life = fetched.expires_in_s.max(0).saturating_mul(1000);
        // Near its end WeChat may still give the old one: half of what is left, then.
        let early = EARLY_MS.min(life / 2);
        Self { secret: fetched.secret, renew_at: now + life - early, expires_at: now + life }
    }

    pub(super) fn secret(&self) -> &str {
        self.secret.expose_secret()
    }

    pub(super) fn written(&self) -> Vec<u8> {
        let Self { renew_at, expires_at, .. } = *self;
        let written = Written { secret: self.secret().to_owned(), renew_at, expires_at };
        serde_json::to_vec(&written).expect("text and numbers are JSON")
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let Written { secret, renew_at, expires_at } = serde_json::from_slice(bytes).ok()?;
        Some(Self { secret: secret.into(), renew_at, expires_at })
    }
}

impl Keeper {
    pub(super) fn new(shared: Option<Shared>, clock: Clock) -> Self {
        Self {
            held: ArcSwapOption::empty(),
            renewal: tokio::sync::Mutex::default(),
            failed: Mutex::default(),
            forced: Mutex::default(),
            shared,
            clock,
        }
    }

    /// The credential, fetched if need be. While the old one still lives, a failed renewal is no error.
    pub(super) async fn get(
        &self,
        fetch: impl Future<Output = Result<Fetched, Error>> + Send,
    ) -> Result<Arc<CachedCredential>, Error> {
        let fresh = |held: &CachedCredential, now: i64| now < held.renew_at;
        let lives = |held: &CachedCredential, now: i64| now < held.expires_at;
        if let Some(held) = self.held_if(fresh) {
            return Ok(held);
        }
        let _renewal = match (self.renewal.try_lock(), self.held_if(lives)) {
            (Ok(renewal), _) => renewal,
            (Err(_), Some(held)) => return Ok(held),
            (Err(_), None) => self.renewal.lock().await,
        };
        if let Some(held) = self.held_if(fresh) {
            return Ok(held);
        }
        let obtain = Box::pin(async { fetch.await.map(|fetched| CachedCredential::of(fetched, self.now())) });
        let renewed = match self.failed_lately() {
            Some(error) => Err(error),
            None => Box::pin(self.renew(fresh, lives, obtain)).await,
        };
        renewed.or_else(|error| self.held_if(lives).ok_or(error))
    }

    /// Another one in place of the credential that WeChat has just refused. It is asked for in the ordinary way first:
    /// another system of the same account may have renewed it. By force only then, and within the quota.
    pub(super) async fn replace(
        &self,
        refused: &CachedCredential,
        fetch: impl Future<Output = Result<Fetched, Error>> + Send,
        force: impl Future<Output = Result<Fetched, Error>> + Send,
    ) -> Result<Arc<CachedCredential>, Error> {
        let other =
            |held: &CachedCredential, now: i64| now < held.renew_at && held.secret() != refused.secret();
        let _renewal = self.renewal.lock().await;
        if let Some(held) = self.held_if(other) {
            return Ok(held);
        }
        if let Some(error) = self.failed_lately() {
            return Err(error);
        }
        let obtain = Box::pin(async {
            let fetched = fetch.await?;
            if fetched.secret.expose_secret() != refused.secret() {
                return Ok(CachedCredential::of(fetched, self.now()));
            }
            if !self.may_force().await {
                return Err(Error::Refused(Code(40001)));
            }
            tracing::warn!("WeChat refuses its own access token: a new one is asked for by force");
            force.await.map(|fetched| CachedCredential::of(fetched, self.now()))
        });
        Box::pin(self.renew(other, |_, _| false, obtain)).await
    }

    /// Renews it, by this node or by the one that has the renewal. It does not wait while a held credential still `serves`.
    async fn renew(
        &self,
        fits: impl Fn(&CachedCredential, i64) -> bool + Send + Sync,
        serves: impl Fn(&CachedCredential, i64) -> bool + Send + Sync,
        obtain: impl Future<Output = Result<CachedCredential, Error>> + Send,
    ) -> Result<Arc<CachedCredential>, Error> {
        let Some(shared) = &self.shared else { return self.keep(obtain.await, None).await };
        let mut looks = 0;
        let renewal = loop {
            match shared.recall().await {
                Ok(Some(held)) if fits(&held, self.now()) => {
                    let held = Arc::new(held);
                    self.held.store(Some(Arc::clone(&held)));
                    return Ok(held);
                }
                Ok(_) => {}
                Err(_) => break None,
            }
            match shared.take_renewal().await {
                Ok(None) if looks < LOOKS => {}
                renewal => break renewal.ok().flatten(),
            }
            // Another node is renewing it.
            if let Some(held) = self.held_if(&serves) {
                return Ok(held);
            }
            looks += 1;
            tokio::time::sleep(LOOK).await;
        };
        let kept = self.keep(obtain.await, Some(shared)).await;
        drop(renewal);
        kept
    }

    async fn keep(
        &self,
        got: Result<CachedCredential, Error>,
        shared: Option<&Shared>,
    ) -> Result<Arc<CachedCredential>, Error> {
        let mut failed = None;
        let kept = match got {
            Ok(held) => {
                let held = Arc::new(held);
                self.held.store(Some(Arc::clone(&held)));
                if let Some(shared) = shared {
                    shared.leave(&held, held.expires_at - self.now()).await;
                }
                Ok(held)
            }
            Err(error) => {
                failed = Some((self.now(), error));
                Err(error)
            }
        };
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = failed;
        kept
    }

    fn held_if(&self, fits: impl Fn(&CachedCredential, i64) -> bool) -> Option<Arc<CachedCredential>> {
        self.held.load_full().filter(|held| fits(held, self.now()))
    }

    fn failed_lately(&self) -> Option<Error> {
        let failed = *self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.filter(|(at, _)| (0..PAUSE_MS).contains(&(self.now() - at))).map(|(_, error)| error)
    }

    /// Both this node and all together must be within the quota: Redis may have been wiped.
    async fn may_force(&self) -> bool {
        let now = self.clock.now();
        let day = day_of(now).to_string();
        {
            let mut forced = self.forced.lock().unwrap_or_else(PoisonError::into_inner);
            if forced.day != day {
                *forced = Forced { last_ms: forced.last_ms, day: day.clone(), count: 0 };
            }
            let apart = forced.last_ms.is_none_or(|last| now.as_millisecond() - last >= FORCED_APART_MS);
            if !apart || forced.count >= FORCED_A_DAY {
                return false;
            }
            forced.last_ms = Some(now.as_millisecond());
            forced.count += 1;
        }
        match &self.shared {
            Some(shared) => shared.may_force(&day).await.unwrap_or(true),
            None => true,
        }
    }

    fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }
}
