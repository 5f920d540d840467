//! Where this process listens: the public listener, and the one for metrics. It must not know what is answered.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::Context as _;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::connections::{self, Patience, Places, Speech};
use crate::config::Settings;
use zaichang_platform::http::address::TrustedProxies;
use zaichang_platform::supervise::for_ever;

/// The address on this machine.
pub(super) fn base_url(address: SocketAddr, settings: &Settings) -> String {
    let scheme = if settings.tls_certificate.is_some() { "https" } else { "http" };
    let ip = if address.ip().is_unspecified() { [127, 0, 0, 1].into() } else { address.ip() };
    format!("{scheme}://{}", SocketAddr::new(ip, address.port()))
}

/// Connections that may wait to be accepted. With the usual 128, a hall that opens the page at once would see its
/// connections dropped, and tried again only after seconds. The system caps it (net.core.somaxconn).
const BACKLOG: u32 = 16_384;

pub(super) fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let bound = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?.into_std()
    };
    bound().with_context(|| unavailable(address, "ZAICHANG_LISTEN"))
}

fn unavailable(address: SocketAddr, setting: &str) -> String {
    format!(
        "{address} 已被占用或不可用，请设置 {setting} 为其他地址，或停止占用它的程序 · cannot listen on {address}: \
         set {setting} to another address, or stop the program that uses it"
    )
}

/// Metrics on a listener of their own: they are not for the public.
pub(super) fn serve_metrics(
    settings: &Settings,
    prometheus: PrometheusHandle,
    jobs: &mut JoinSet<()>,
) -> anyhow::Result<()> {
    let drained = prometheus.clone();
    jobs.spawn(for_ever("metrics_upkeep", move || {
        let drained = drained.clone();
        async move {
            // What is recorded waits in memory for a reader: without one it would grow for ever.
            let mut ticks = tokio::time::interval(Duration::from_secs(5));
            loop {
                ticks.tick().await;
                drained.run_upkeep();
            }
        }
    }));
    let Some(address) = settings.metrics_address()? else { return Ok(()) };
    let listener = match TcpListener::bind(address) {
        // A second server on one machine, with nothing said about its metrics.
        Err(_) if settings.metrics_listen.is_none() => TcpListener::bind((address.ip(), 0)),
        bound => bound,
    };
    let listener = listener.with_context(|| unavailable(address, "ZAICHANG_METRICS_LISTEN"))?;
    listener.set_nonblocking(true)?;
    tracing::info!(address = %listener.local_addr()?, "metrics at /metrics");
    jobs.spawn(for_ever("metrics", move || {
        let (listener, prometheus) = (listener.try_clone(), prometheus.clone());
        async move {
            let served = async { answer_readers(listener?, prometheus, Patience::default()).await };
            if let Err(error) = served.await {
                tracing::error!(%error, "metrics are not served");
            }
        }
    }));
    Ok(())
}

/// Files that the metrics' readers may take: half of them are connections, and three quarters of these one address'. There are
/// one or two such readers.
const OF_METRICS: u64 = 128;

/// Serves metrics for ever, to readers who ask in time and go on reading.
async fn answer_readers(
    listener: TcpListener,
    prometheus: PrometheusHandle,
    patience: Patience,
) -> io::Result<()> {
    let service = axum::Router::new().route(
        "/metrics",
        get(move || async move {
            crate::telemetry::look_at_process();
            prometheus.render()
        }),
    );
    let places = Places::new(OF_METRICS, u32::MAX, TrustedProxies::default());
    let speech = Speech { tls: None, plain_http2: false, places, patience };
    let listener = tokio::net::TcpListener::from_std(listener)?;
    connections::serve(listener, service, speech, CancellationToken::new(), Duration::ZERO).await
}

#[cfg(test)]
mod tests {
    use metrics_exporter_prometheus::PrometheusBuilder;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn who_asks_for_metrics_is_answered_and_who_says_nothing_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let prometheus = PrometheusBuilder::new().build_recorder().handle();
        let brief = Duration::from_millis(100);
        let patience = Patience { request: brief, idle: brief, ..Patience::default() };
        let telling = tokio::spawn(answer_readers(listener, prometheus, patience));
        let heard = async |words: &[u8]| {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(words).await.unwrap();
            let mut heard = Vec::new();
            // A reset is an end as well.
            let _ = stream.read_to_end(&mut heard).await;
            heard
        };
        // Far more than there are places, one after another and never closed by the client.
        for _ in 0..10 {
            assert_eq!(heard(b"").await, b"");
            assert!(!heard(b"GET /metrics HTTP/1.1\r\n").await.starts_with(b"HTTP/1.1 200"));
        }
        let asked = heard(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(asked.starts_with(b"HTTP/1.1 200"), "it is answered, and closed when nothing more is asked");
        telling.abort();
    }
}
