//! A little collector receives the spans; what is logged inside them never reaches it.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use tokio::sync::mpsc;
use tracing_subscriber::layer::SubscriberExt as _;

use super::*;

type Received = mpsc::UnboundedSender<(String, Bytes)>;

async fn take(State(received): State<Received>, headers: HeaderMap, body: Bytes) {
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or("").to_owned();
    received.send((kind, body)).unwrap();
}

async fn collector() -> (String, mpsc::UnboundedReceiver<(String, Bytes)>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/v1/traces", post(take)).with_state(sender);
    tokio::spawn(
        axum_server::from_tcp(listener.into_std().unwrap()).unwrap().serve(router.into_make_service()),
    );
    (address, receiver)
}

fn holds(body: &Bytes, words: &str) -> bool {
    body.windows(words.len()).any(|window| window == words.as_bytes())
}

/// Makes a span with a log line inside, and ends the provider.
async fn trace(address: &str, share: f64) {
    let provider = provider(address, share).unwrap();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("zaichang"));
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(filter_fn(is_traced)));
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::debug_span!("request", method = "POST", route = "/api/v1/check-ins");
        span.in_scope(|| tracing::info!(code = "042917", "an SMS code for 13800001234"));
    });
    tokio::task::spawn_blocking(move || provider.shutdown()).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_receives_the_span_and_no_log_line() {
    let (address, mut received) = collector().await;
    trace(&address, 1.0).await;
    let (kind, body) = received.recv().await.unwrap();
    assert_eq!(kind, "application/x-protobuf");
    for words in ["service.name", "zaichang", "request", "route", "/api/v1/check-ins"] {
        assert!(holds(&body, words), "{words}");
    }
    for words in ["042917", "13800001234", "SMS"] {
        assert!(!holds(&body, words), "{words} left the process");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_of_what_is_not_sampled() {
    let (address, mut received) = collector().await;
    trace(&address, 0.0).await;
    assert!(received.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_collector_that_never_answers() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let provider = provider(&format!("http://{}", listener.local_addr().unwrap()), 1.0).unwrap();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("zaichang"));
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(filter_fn(is_traced)));
    let began = std::time::Instant::now();
    tracing::subscriber::with_default(subscriber, || {
        (0..10_000).for_each(|_| tracing::debug_span!("request").in_scope(|| ()));
    });
    assert!(began.elapsed() < PATIENCE, "spans waited: {:?}", began.elapsed());
    let patience = Duration::from_secs(1);
    let ended = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(patience)).await.unwrap();
    assert!(ended.is_err(), "no collector took the spans, and they were said to be sent");
    assert!(began.elapsed() < 2 * PATIENCE, "the end waited: {:?}", began.elapsed());
}
