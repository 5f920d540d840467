//! The rate of API calls, keyed by person and device, never by address alone: a hall of 3,000 phones shares one.
//! It must not know what a call does, and it keeps nothing of what was presented.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use futures_util::future::Either;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::NoOpMiddleware;
use tower::{Layer, Service};
use tower_governor::governor::{Governor, GovernorConfig, GovernorConfigBuilder};
use tower_governor::key_extractor::KeyExtractor;
use tower_governor::{GovernorError, GovernorLayer};

use crate::http::refusals;
use crate::http::{Problem, bearer, cookies};

/// A person or device may send so many at once…
const BURST: u32 = 200;
/// …and earns one back in so long.
const EACH: Duration = Duration::from_millis(50);

/// The limit of every API call, of one node.
pub struct Limit(Arc<GovernorConfig<Sender, NoOpMiddleware>>);

/// Who sends a request, as far as the limit cares.
#[derive(Clone, Copy, Debug)]
pub struct Sender;

/// 18 bits of a hash of what was presented: no token is kept here, and inventing tokens fills no memory.
/// The chance that a person shares a limit with a given flooder is one in 262,144.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Session(u32),
    Device(u32),
    /// Neither session nor device: failures are counted by address where they happen. Strangers are spread over so
    /// many keys that no limit is reached by being one of many.
    Stranger(u16),
}

impl Limit {
    pub fn new() -> Arc<Self> {
        let mut quota = GovernorConfigBuilder::default().key_extractor(Sender);
        let quota = quota.period(EACH).burst_size(BURST).finish();
        Arc::new(Self(Arc::new(quota.expect("neither burst nor period is zero"))))
    }

    /// The layer that refuses API calls beyond the limit and lets everything else pass.
    pub fn layer(&self) -> ApiLayer {
        let layer = GovernorLayer::new(Arc::clone(&self.0));
        ApiLayer(Arc::clone(&self.0), layer.error_handler(|error| refusal(&error).into_response()))
    }
}

impl KeyExtractor for Sender {
    type Key = Key;

    fn extract<T>(&self, request: &axum::http::Request<T>) -> Result<Key, GovernorError> {
        Ok(key(request.headers()))
    }
}

/// Every credential that a handler may take, as handlers read it. A sender of several spends of the limit of each: adding an
/// invented one buys nothing.
fn sessions(headers: &HeaderMap) -> impl Iterator<Item = Key> {
    let presented = [
        bearer(headers),
        cookies::sent(headers, cookies::SESSION),
        cookies::sent(headers, cookies::ADMIN),
        cookies::sent(headers, cookies::REGISTRATION),
    ];
    presented.into_iter().flatten().map(|session| Key::Session(hash(session.as_bytes())))
}

fn key(headers: &HeaderMap) -> Key {
    if let Some(session) = sessions(headers).next() {
        return session;
    }
    match cookies::sent(headers, cookies::DEVICE) {
        Some(device) => Key::Device(hash(device.as_bytes())),
        None => Key::Stranger(fastrand::u16(..)),
    }
}

/// Seeded anew by each process, so that no sender can aim at another's limit.
fn hash(bytes: &[u8]) -> u32 {
    static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    u32::try_from(SEED.hash_one(bytes) & 0x3_FFFF).unwrap_or(0)
}

/// The layers around this one give it its words.
fn refusal(error: &GovernorError) -> Problem {
    match error {
        GovernorError::TooManyRequests { wait_time, .. } => too_many(*wait_time),
        // A key is always found.
        GovernorError::UnableToExtractKey | GovernorError::Other { .. } => refusals::INTERNAL.into(),
    }
}

fn too_many(seconds: u64) -> Problem {
    Problem::from(refusals::TOO_MANY_REQUESTS).retry_after_ms(seconds.max(1) * 1000)
}

/// The limit over `/api/` alone: pages, pictures and health checks are not counted.
#[derive(Clone)]
pub struct ApiLayer(Arc<GovernorConfig<Sender, NoOpMiddleware>>, GovernorLayer<Sender, NoOpMiddleware, Body>);

impl<S: Clone> Layer<S> for ApiLayer {
    type Service = Limited<S>;

    fn layer(&self, inner: S) -> Limited<S> {
        Limited(Arc::clone(&self.0), self.1.layer(inner))
    }
}

/// What stands behind the limit.
#[derive(Clone)]
pub struct Limited<S: Clone>(
    Arc<GovernorConfig<Sender, NoOpMiddleware>>,
    Governor<Sender, NoOpMiddleware, S, Body>,
);

impl<S> Service<Request> for Limited<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<
        <Governor<Sender, NoOpMiddleware, S, Body> as Service<Request>>::Future,
        Either<S::Future, Ready<Result<Response, Infallible>>>,
    >;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.1.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if !request.uri().path().starts_with("/api/") {
            return Either::Right(Either::Left(self.1.inner.call(request)));
        }
        // The first is the governor's own.
        let further = sessions(request.headers()).skip(1);
        for key in further {
            if let Err(until) = self.0.limiter().check_key(&key) {
                let wait = until.wait_time_from(DefaultClock::default().now()).as_secs();
                return Either::Right(Either::Right(ready(Ok(too_many(wait).into_response()))));
            }
        }
        Either::Left(self.1.call(request))
    }
}

/// Forgets idle senders once a minute.
pub async fn forget_idle(limit: Arc<Limit>) {
    let mut minutes = tokio::time::interval(Duration::from_mins(1));
    loop {
        minutes.tick().await;
        limit.0.limiter().retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::{StatusCode, header};
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    /// A service that answers everything, behind the limit.
    fn limited() -> Router {
        let all = Router::new().route("/api/x", get(async || "done")).route("/C/x", get(async || "done"));
        all.layer(Limit::new().layer())
    }

    async fn answer(service: &Router, path: &str, name: header::HeaderName, value: &str) -> Response {
        let request = axum::http::Request::get(path).header(name, value).body(Body::empty());
        service.clone().oneshot(request.unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_hall_behind_one_address_has_as_many_limits_as_phones() {
        let service = limited();
        for phone in 0..3000 {
            let cookie = format!("zc_session=person-{phone}");
            let answer = answer(&service, "/api/x", header::COOKIE, &cookie).await;
            assert_eq!(answer.status(), StatusCode::OK);
        }
    }

    #[tokio::test]
    async fn one_person_who_floods_is_told_to_wait_and_is_still_shown_the_pages() {
        let service = limited();
        let mut refused = None;
        for _ in 0..BURST * 2 {
            let answer = answer(&service, "/api/x", header::AUTHORIZATION, "Bearer one").await;
            refused = refused.or(answer.extensions().get::<Problem>().cloned());
        }
        let refused = refused.expect("it is more than the burst");
        assert_eq!((refused.refusal, refused.retry_after_ms), (refusals::TOO_MANY_REQUESTS, Some(1000)));
        let page = answer(&service, "/C/x", header::AUTHORIZATION, "Bearer one").await;
        assert_eq!(page.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn an_invented_credential_beside_a_real_one_buys_nothing() {
        let service = limited();
        let mut refused = 0;
        for number in 0..BURST * 2 {
            let request = axum::http::Request::get("/api/x")
                .header(header::COOKIE, format!("zc_admin=real; zc_session=invented-{number}"))
                .header(header::AUTHORIZATION, format!("X invented-{number}"));
            let answer = service.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            refused += u32::from(answer.extensions().get::<Problem>().is_some());
        }
        assert!(refused > BURST / 2, "{refused} refused");
        for blanks in 0..BURST * 2 {
            let blanks = " ".repeat(1 + blanks as usize % 50);
            answer(&service, "/api/x", header::AUTHORIZATION, &format!("Bearer{blanks}one")).await;
        }
        let answer = answer(&service, "/api/x", header::AUTHORIZATION, "bearer one").await;
        assert!(answer.extensions().get::<Problem>().is_some());
    }

    #[test]
    fn a_key_is_small_whatever_was_presented() {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, format!("Bearer {}", "x".repeat(15_000)).parse().unwrap());
        assert!(matches!(key(&headers), Key::Session(hash) if hash < 1 << 18));
        assert!(size_of::<Key>() <= 8);
    }
}
