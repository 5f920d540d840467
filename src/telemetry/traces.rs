//! Spans to an OpenTelemetry collector: OTLP over HTTP, through the one HTTP client and the one TLS of this program.
//! Spans only: what is logged inside them stays here, as a log line may hold what only this machine may know.

use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tokio::runtime::Handle;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::LookupSpan;

use crate::release::RELEASE;

/// A collector that takes longer misses these spans; requests never wait for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// What still has to be sent at the end.
static STARTED: OnceLock<SdkTracerProvider> = OnceLock::new();

/// The layer that turns our spans into OpenTelemetry's. Called once, inside the runtime. `share` of the requests is
/// traced, 0 to 1.
pub(super) fn layer<S>(collector: &str, share: f64) -> anyhow::Result<impl Layer<S> + use<S>>
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let provider = provider(collector, share)?;
    let tracer = provider.tracer("zaichang");
    let _ = STARTED.set(provider);
    let layer = tracing_opentelemetry::layer().with_tracer(tracer).with_location(false).with_threads(false);
    Ok(layer.with_filter(filter_fn(is_traced)))
}

fn is_traced(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && *metadata.level() <= Level::DEBUG && metadata.target().starts_with("zaichang")
}

const NOT_STARTED: &str = "ZAICHANG_TRACES：链路追踪无法启动，请检查采集端地址与本机的根证书 · traces cannot be started: check the \
     collector's address and this machine's root certificates";

fn provider(collector: &str, share: f64) -> anyhow::Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", collector.trim_end_matches('/')))
        .with_timeout(PATIENCE)
        .with_http_client(Sender::new().context(NOT_STARTED)?)
        .build()
        .context(NOT_STARTED)?;
    let resource = Resource::builder_empty()
        .with_service_name("zaichang")
        .with_attribute(KeyValue::new("service.version", RELEASE.version))
        .with_attribute(KeyValue::new("vcs.ref.head.revision", RELEASE.commit))
        .build();
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share)));
    Ok(SdkTracerProvider::builder()
        .with_resource(resource)
        .with_sampler(sampler)
        .with_batch_exporter(exporter)
        .build())
}

/// Sends what still waits, for a few seconds at most.
pub async fn close() {
    let Some(provider) = STARTED.get().cloned() else { return };
    // It blocks its thread until the collector has answered.
    let closed = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(PATIENCE)).await;
    if let Ok(Err(error)) = closed {
        tracing::warn!(%error, "the last spans were not sent: check ZAICHANG_TRACES");
    }
}

/// The program's own HTTP client. Spans are sent from a thread of OpenTelemetry's, which has no runtime: the request is
/// made on ours.
#[derive(Debug)]
struct Sender {
    http: reqwest::Client,
    runtime: Handle,
}

impl Sender {
    fn new() -> anyhow::Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { http, runtime: Handle::try_current()? })
    }
}

type Exported = Result<http::Response<Bytes>, HttpError>;

impl HttpClient for Sender {
    fn send_bytes<'life0, 'async_trait>(
        &'life0 self,
        request: http::Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Exported> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        let http = self.http.clone();
        let sent = self.runtime.spawn(async move {
            let answer = http.execute(request.try_into()?).await?;
            let mut response = http::Response::new(Bytes::new());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            *response.body_mut() = answer.bytes().await?;
            Ok::<_, reqwest::Error>(response)
        });
        Box::pin(async move { Ok(sent.await??) })
    }
}

#[cfg(test)]
mod tests;
