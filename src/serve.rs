//! The life of the process: stores → schema → rooms → listen → drain. It knows every room and decides nothing in them.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::routing::get;
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::TokioTimer;
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;
use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Desks};
use crate::auth::{Guard, Sessions};
use crate::changes::{self, Caches};
use crate::checkin::{self, Committer, Corridor, Counts, Roster, Seen};
use crate::clock::{Clock, day_of};
use crate::config::{self, Settings};
use crate::display::{CodeAddress, Displays, Hub, begin_figures};
use crate::health::Health;
use crate::http::address::TrustedProxies;
use crate::http::origin::Origins;
use crate::keys::Keys;
use crate::limits::{self, Limit};
use crate::phone::Phones;
use crate::redis::Redis;
use crate::seal::Sealer;
use crate::stores::{self, Running, Stores};
use crate::timekeeper::Timekeeper;
use crate::{attendance, db, housekeeping, router, sms, tls};

/// A server that listens.
pub struct Server {
    /// Where it really listens.
    pub address: SocketAddr,
    /// Where phones find it.
    pub public_url: Arc<str>,
    pub pool: PgPool,
    pub keys: Arc<Keys>,
    stores: Stores,
    settings: Settings,
    handle: Handle<SocketAddr>,
    stopping: CancellationToken,
    listening: JoinSet<std::io::Result<()>>,
    lanes: JoinSet<()>,
    jobs: JoinSet<()>,
}

/// Starts everything; when it returns the server is ready.
pub async fn start(
    settings: Settings,
    clock: Clock,
    prometheus: Option<PrometheusHandle>,
) -> anyhow::Result<Server> {
    // One provider for all of TLS; a second call in one process finds it there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = bind(settings.listen)?;
    let address = listener.local_addr()?;
    let (keys, _) = stores::master_keys(&settings)?;
    let keys = Arc::new(keys);
    let stores = Stores::open(&settings).await?;
    let pool = db::pool(stores.database_url.expose_secret(), settings.database_connections)
        .context(db::NO_ANSWER)?;
    db::migrate(&pool).await?;
    let timekeeper = Timekeeper::new(clock.clone());
    // Before anything is judged.
    timekeeper.compare(&pool).await.context(db::NO_ANSWER)?;
    checkin::ensure_months(&pool, day_of(clock.now())).await?;

    let public_url: Arc<str> = settings.public_url_for(address).into();
    let stopping = CancellationToken::new();
    let mut jobs = JoinSet::new();
    jobs.spawn(timekeeper.clone().follow(pool.clone()));
    let (app, lanes) =
        rooms(&settings, &stores, &keys, &public_url, &timekeeper, &pool, &stopping, &mut jobs)?;
    let limit = Limit::new();
    jobs.spawn(limits::forget_idle(Arc::clone(&limit)));
    jobs.spawn(housekeeping::hourly(Arc::clone(&app.guard), pool.clone(), clock.clone()));
    jobs.spawn(housekeeping::reseal(pool.clone(), app.desk.sealer.clone()));
    if let Some(prometheus) = prometheus {
        serve_metrics(&settings, prometheus, &mut jobs)?;
    }

    // Before the first request is answered: whoever finds the server ready finds its stores.
    Running {
        pid: std::process::id(),
        base_url: base_url(address, &settings),
        private_postgres: stores.private_postgres(),
    }
    .write(&settings.data_dir)?;
    let handle = Handle::new();
    let service = router::router(app, limit).into_make_service_with_connect_info::<SocketAddr>();
    let mut listening = JoinSet::new();
    let mut server = axum_server::from_tcp(listener)?.acceptor(NoDelayAcceptor::new()).handle(handle.clone());
    // A client that dribbles its header holds a connection for so long and no longer.
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(10));
    match (&settings.tls_certificate, &settings.tls_key) {
        (Some(certificate), Some(key)) => {
            let config = RustlsConfig::from_pem_file(certificate, key)
                .await
                .context(
                    "ZAICHANG_TLS_CERTIFICATE 与 ZAICHANG_TLS_KEY：证书或私钥无法读取或不相配，请检查两个 PEM 文件及其权限 · \
                     certificate and key cannot be read or do not belong together: check both PEM files and their \
                     permissions",
                )?;
            jobs.spawn(tls::reload(config.clone(), certificate.clone(), key.clone()));
            let server = server.acceptor(
                axum_server::tls_rustls::RustlsAcceptor::new(config).acceptor(NoDelayAcceptor::new()),
            );
            listening.spawn(server.serve(service));
        }
        _ => {
            listening.spawn(server.serve(service));
        }
    }
    tracing::info!(%address, %public_url, "ready");
    Ok(Server { address, public_url, pool, keys, stores, settings, handle, stopping, listening, lanes, jobs })
}

/// The address on this machine.
fn base_url(address: SocketAddr, settings: &Settings) -> String {
    let scheme = if settings.tls_certificate.is_some() { "https" } else { "http" };
    let ip = if address.ip().is_unspecified() { [127, 0, 0, 1].into() } else { address.ip() };
    format!("{scheme}://{}", SocketAddr::new(ip, address.port()))
}

/// Connections that may wait to be accepted. With the usual 128, a hall that opens the page at once would see its
/// connections dropped, and tried again only after seconds. The system caps it (net.core.somaxconn).
const BACKLOG: u32 = 16_384;

fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
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

/// Puts the rooms together.
#[expect(clippy::too_many_arguments, reason = "this is where everything meets")]
fn rooms(
    settings: &Settings,
    stores: &Stores,
    keys: &Arc<Keys>,
    public_url: &Arc<str>,
    timekeeper: &Timekeeper,
    pool: &PgPool,
    stopping: &CancellationToken,
    jobs: &mut JoinSet<()>,
) -> anyhow::Result<(App, JoinSet<()>)> {
    let clock = timekeeper.clock();
    let redis = stores.redis_url.as_ref().map(|url| Redis::at(url.expose_secret())).transpose();
    let redis = redis.map_err(|_| config::wrong("REDIS_URL"))?;
    let secure = public_url.starts_with("https://");
    let sessions = Sessions::new(pool.clone(), clock);
    let mut origins = settings.origins();
    origins.push(public_url.to_string());
    let proxies = TrustedProxies(settings.proxies()?);
    let guard = Arc::new(Guard::new(clock.clone(), sessions.clone(), Origins(origins), proxies, secure));
    let roster = Roster::new(pool, clock);
    let seen = Seen::new(redis.as_ref(), clock.clone(), settings.repeat_s)?;
    jobs.spawn(tell_if_away(seen.clone()));
    let counts = Counts::default();
    let commits = db::commit_pool(stores.database_url.expose_secret(), 4)?;
    begin_figures();
    jobs.spawn(db::tell_connections([("requests", pool.clone()), ("commits", commits.clone())]));
    let (committer, lanes) =
        Committer::start(commits, seen.clone(), counts.clone(), clock.clone(), settings.commit_queue);
    let address = CodeAddress::new(public_url, settings.code_url);
    let hub = Hub::new(
        timekeeper.clone(),
        Arc::clone(keys),
        address.clone(),
        roster.clone(),
        counts.clone(),
        stopping.clone(),
    );
    jobs.spawn(checkin::follow(counts, pool.clone(), redis, clock.clone()));
    jobs.spawn(changes::tell_entries(sessions.clone(), roster.clone()));
    jobs.spawn(changes::follow(pool.clone(), Caches { sessions, roster: roster.clone(), hub: hub.clone() }));
    let corridor = Arc::new(Corridor {
        clock: clock.clone(),
        timekeeper: timekeeper.clone(),
        keys: Arc::clone(keys),
        roster,
        seen: seen.clone(),
        committer,
        pool: pool.clone(),
        repeat_s: settings.repeat_s,
    });
    let sealer = Sealer::new(Keys::clone(keys));
    let sender = sms::Sender::new(settings.sms.clone(), clock.clone())
        .context("短信发送端无法启动，请检查本机的根证书 · the SMS sender cannot start: check this machine's root certificates")?;
    let displays = Arc::new(Displays {
        hub,
        pool: pool.clone(),
        keys: Arc::clone(keys),
        address,
        public_url: Arc::clone(public_url),
        stopping: stopping.clone(),
    });
    let app = App::from(Desks {
        phones: Arc::new(Phones {
            corridor: Arc::clone(&corridor),
            guard: Arc::clone(&guard),
            sealer: sealer.clone(),
            sms: sender,
        }),
        desk: Arc::new(attendance::Desk { corridor: Arc::clone(&corridor), sealer }),
        health: Arc::new(Health {
            pool: pool.clone(),
            seen,
            timekeeper: timekeeper.clone(),
            stopping: stopping.clone(),
        }),
        guard,
        pool: pool.clone(),
        corridor,
        displays,
    });
    Ok((app, lanes))
}

/// A Redis that is not there at the start is likely to be another one than was meant.
async fn tell_if_away(seen: Seen) {
    if !seen.is_configured() {
        return;
    }
    // The first may be spent on finding the nodes of a cluster.
    for _ in 0..3 {
        if seen.ping().await {
            return;
        }
    }
    tracing::warn!(
        "Redis 没有应答，暂由 Postgres 应答重复签到：请确认它已启动，并检查 ZAICHANG_REDIS_URL · Redis does not answer, \
         repeats are answered by Postgres for now: see that it runs, and check ZAICHANG_REDIS_URL"
    );
}

/// Metrics on a listener of their own: they are not for the public.
fn serve_metrics(
    settings: &Settings,
    prometheus: PrometheusHandle,
    jobs: &mut JoinSet<()>,
) -> anyhow::Result<()> {
    let drained = prometheus.clone();
    jobs.spawn(async move {
        // What is recorded waits in memory for a reader: without one it would grow for ever.
        let mut ticks = tokio::time::interval(Duration::from_secs(5));
        loop {
            ticks.tick().await;
            drained.run_upkeep();
        }
    });
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
    jobs.spawn(async move {
        let served = async { axum_server::from_tcp(listener)?.serve(service.into_make_service()).await };
        if let Err(error) = served.await {
            tracing::error!(%error, "metrics are not served any more");
        }
    });
    Ok(())
}

impl Server {
    /// Serves until `stop` is done or something that must live dies; then drains.
    pub async fn run(mut self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let died = tokio::select! {
            () = stop => None,
            ended = self.listening.join_next() => Some(anyhow::anyhow!("监听意外结束，请重新启动 · the listener ended, start again: {ended:?}")),
            // The lanes are the promise: without one, no answer may be given.
            ended = self.lanes.join_next() => Some(anyhow::anyhow!("提交通道意外结束，请重新启动 · a commit lane ended, start again: {ended:?}")),
            died = self.stores.died() => Some(died.into()),
        };
        if let Some(error) = &died {
            tracing::error!(%error, "the server cannot go on");
        }
        let drained = self.drain().await;
        died.map_or(drained, Err)
    }

    /// Closes the intake, answers what is in flight, and stops what was started.
    async fn drain(mut self) -> anyhow::Result<()> {
        tracing::info!("draining");
        let patience = Duration::from_secs(self.settings.drain_s);
        self.stopping.cancel();
        self.handle.graceful_shutdown(Some(patience));
        while self.listening.join_next().await.is_some() {}
        self.jobs.shutdown().await;
        // With the last request the last intake is gone: the lanes end when they have committed what they hold.
        let drained = async { while self.lanes.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, drained).await.is_err() {
            tracing::warn!("commits were still waiting for Postgres: their phones keep their passes");
        }
        self.pool.close().await;
        Running::forget(&self.settings.data_dir);
        self.stores.close().await?;
        tracing::info!("stopped");
        Ok(())
    }
}
