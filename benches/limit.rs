//! What the limit of API calls costs a request: tower_governor's layer, beside governor asked by a function of our own and
//! beside no limit at all, over the same answer.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use criterion::{Criterion, criterion_group, criterion_main};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tower::ServiceExt as _;
use tower_governor::key_extractor::KeyExtractor as _;
use zaichang_platform::limits::{Key, Limit, Sender};

type Limiter = Arc<DefaultKeyedRateLimiter<Key>>;

fn answers() -> Router {
    Router::new().route("/api/v1/check-ins", get(async || "recorded"))
}

async fn ask_governor(State(limiter): State<Limiter>, request: Request, next: Next) -> Response {
    let key = Sender.extract(&request).expect("there is always a key");
    match limiter.check_key(&key) {
        Ok(()) => next.run(request).await,
        Err(_) => Response::new(Body::empty()),
    }
}

fn benches(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let quota = Quota::with_period(std::time::Duration::from_millis(50)).expect("it is not zero");
    let limiter: Limiter =
        Arc::new(RateLimiter::keyed(quota.allow_burst(200.try_into().expect("it is not zero"))));
    // As many people as fill a large hall, so that no request is refused and the limiter's map is in use.
    let sessions: Vec<HeaderValue> = (0..1_000_000_u32)
        .map(|person| format!("Bearer {person}").parse().expect("digits are a header"))
        .collect();
    let mut group = criterion.benchmark_group("limit");
    for (name, service) in [
        ("none", answers()),
        ("governor in a function", answers().layer(middleware::from_fn_with_state(limiter, ask_governor))),
        ("tower_governor", answers().layer(Limit::new().layer())),
    ] {
        let mut next = sessions.iter().cycle();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let session = next.next().expect("it goes round").clone();
                let request = Request::get("/api/v1/check-ins").header(AUTHORIZATION, session);
                let request = request.body(Body::empty()).expect("a request");
                let answered: Result<Response, Infallible> =
                    runtime.block_on(service.clone().oneshot(request));
                answered.expect("it cannot fail").status()
            });
        });
    }
    group.finish();
}

criterion_group!(limit, benches);
criterion_main!(limit);
