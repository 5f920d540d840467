//! Where this process listens: the public listener, and the one for metrics. It must not know what is answered.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::Context as _;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpSocket;
use tokio::task::JoinSet;

use crate::config::Settings;
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
    let service = axum::Router::new().route(
        "/metrics",
        get(move || async move {
            crate::telemetry::look_at_process();
            prometheus.render()
        }),
    );
    jobs.spawn(for_ever("metrics", move || {
        let (listener, service) = (listener.try_clone(), service.clone());
        async move {
            let served = async { axum_server::from_tcp(listener?)?.serve(service.into_make_service()).await };
            if let Err(error) = served.await {
                tracing::error!(%error, "metrics are not served");
            }
        }
    }));
    Ok(())
}
