//! The life of the process: stores → schema → modules → listen → drain. It decides nothing in the modules.

mod assemble;
mod connections;
mod files;
mod listeners;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum_server::tls_rustls::RustlsConfig;
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::assemble::{Assembled, assemble};
use crate::config::Settings;
use crate::schema::MIGRATIONS;
use crate::stores::{self, Running, Stores};
use crate::{admin_link, tls};
use connections::{Patience, Places, Speech};
use zaichang_attendance::checkin;
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::keys::Keys;
use zaichang_platform::http::address::TrustedProxies;
use zaichang_platform::supervise::{for_ever, until_done};
use zaichang_platform::timekeeper::Timekeeper;
use zaichang_platform::{db, supervise};
use zaichang_registry::admin_links::{self, Link, Offer};

/// How long the start waits until changes are heard.
const HEARS_WITHIN: Duration = Duration::from_secs(2);

/// A server that listens.
pub struct Server {
    /// Where it really listens.
    pub address: SocketAddr,
    /// Where phones find it.
    pub public_url: Arc<str>,
    pub pool: PgPool,
    pub keys: Arc<Keys>,
    pub timekeeper: Timekeeper,
    stores: Stores,
    settings: Settings,
    stopping: CancellationToken,
    listening: JoinSet<std::io::Result<()>>,
    vital: JoinSet<()>,
    workers: JoinSet<()>,
    tasks: JoinSet<()>,
}

/// Starts everything; when it returns the server is ready.
pub async fn start(
    settings: Settings,
    clock: Clock,
    prometheus: Option<PrometheusHandle>,
) -> anyhow::Result<Server> {
    // One provider for all of TLS; a second call in one process finds it there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let open_files = files::raise();
    let listener = listeners::bind(settings.listen)?;
    let address = listener.local_addr()?;
    let (keys, _) = stores::master_keys(&settings)?;
    let keys = Arc::new(keys);
    let stores = Stores::open(&settings).await?;
    let pool = db::pool(stores.database_url.expose_secret(), settings.database_connections)
        .context(db::NO_ANSWER)?;
    db::migrate(&pool, &MIGRATIONS).await?;
    let timekeeper = Timekeeper::new(clock.clone());
    // Before anything is judged.
    timekeeper.compare(&pool).await.context(db::NO_ANSWER)?;
    checkin::ensure_months(&pool, day_of(clock.now())).await?;

    let public_url: Arc<str> = settings.public_url_for(address).into();
    let stopping = CancellationToken::new();
    let Assembled { router, mut tasks, vital, workers, hearing } =
        assemble(&settings, &stores, &keys, &public_url, &timekeeper, &pool, &stopping)?;
    let compared = (timekeeper.clone(), pool.clone());
    // A clock that a test has set is compared with nothing.
    tasks.spawn(until_done("timekeeper", move || compared.0.clone().follow(compared.1.clone())));
    if let Some(prometheus) = prometheus {
        listeners::serve_metrics(&settings, prometheus, &mut tasks)?;
    }

    // A ready server receives notifications of changes, unless it cannot: then it says so.
    let _ = tokio::time::timeout(HEARS_WITHIN, hearing.begins()).await;
    // Before the first request is answered, so that a ready server's stores can be found.
    Running {
        pid: std::process::id(),
        base_url: listeners::base_url(address, &settings),
        private_postgres: stores.private_postgres(),
    }
    .write(&settings.data_dir)?;
    let tls = match (&settings.tls_certificate, &settings.tls_key) {
        (Some(certificate), Some(key)) => {
            let config = RustlsConfig::from_pem_file(certificate, key)
                .await
                .context(
                    "ZAICHANG_TLS_CERTIFICATE 与 ZAICHANG_TLS_KEY：证书或私钥无法读取或不相配，请检查两个 PEM 文件及其权限 · \
                     certificate and key cannot be read or do not belong together: check both PEM files and their \
                     permissions",
                )?;
            let files = (config.clone(), certificate.clone(), key.clone());
            tasks.spawn(for_ever("certificate", move || {
                let (config, certificate, key) = files.clone();
                tls::reload(config, certificate, key)
            }));
            Some(config)
        }
        _ => None,
    };
    let proxies = TrustedProxies(settings.proxies()?);
    let speech = Speech {
        tls,
        plain_http2: settings.plain_http2,
        places: Places::new(open_files, settings.connections_per_address, proxies),
        patience: Patience::default(),
    };
    let mut listening = JoinSet::new();
    listening.spawn(connections::serve(
        tokio::net::TcpListener::from_std(listener)?,
        router,
        speech,
        stopping.clone(),
        Duration::from_secs(settings.drain_s),
    ));
    tracing::info!(%address, %public_url, "ready");
    Ok(Server {
        address,
        public_url,
        pool,
        keys,
        timekeeper,
        stores,
        settings,
        stopping,
        listening,
        vital,
        workers,
        tasks,
    })
}

impl Server {
    /// Where no admin can log in yet, a link for the first one is written into the data directory. The log says where, never what.
    pub async fn offer_first_admin(&self) {
        let (data_dir, public_url) = (&self.settings.data_dir, &self.public_url);
        let keep = |token: &_, until| admin_link::keep(data_dir, public_url, token, until);
        let now = self.timekeeper.clock().now();
        let offered = admin_links::offer(&self.pool, &self.keys, now, admin_link::kept(data_dir), keep).await;
        let file = admin_link::file(data_dir);
        match offered {
            Ok(Offer::NotNeeded) => admin_link::forget(data_dir),
            Ok(Offer::Made(Link { expires_at }) | Offer::Kept(Link { expires_at })) => tracing::info!(
                file = %file.display(),
                until = %expires_at,
                "尚无管理员：首位管理员的链接在此文件中，只能使用一次，过期后请运行 zaichang admin create · there is no admin yet: the \
                 link for the first one is in this file, it works once; after its end run zaichang admin create"
            ),
            Ok(Offer::Elsewhere(Link { expires_at })) => tracing::info!(
                until = %expires_at,
                "尚无管理员：首位管理员的链接在另一节点的数据目录中，也可运行 zaichang admin create 重新生成 · there is no admin yet: the \
                 link for the first one is in another node's data directory, or run zaichang admin create for a new one"
            ),
            Err(error) => tracing::error!(
                %error,
                "尚无管理员，且未能写入首位管理员的链接：请运行 zaichang admin create · there is no admin yet, and no link for the first \
                 one could be written: run zaichang admin create"
            ),
        }
    }

    /// Serves until `stop` is done or something that must live dies; then drains.
    pub async fn run(mut self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let died = tokio::select! {
            () = stop => None,
            ended = self.listening.join_next() => Some(anyhow::anyhow!("监听意外结束，请重新启动 · the listener ended, start again: {ended:?}")),
            // The lanes are the promise: without one, no answer may be given.
            ended = self.vital.join_next() => {
                supervise::ended("commit_lane", "ended");
                Some(anyhow::anyhow!("提交通道意外结束，请重新启动 · a commit lane ended, start again: {ended:?}"))
            }
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
        while self.listening.join_next().await.is_some() {}
        // A job that is not done by then is another node's.
        let worked = async { while self.workers.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, worked).await.is_err() {
            tracing::warn!("jobs were cut off: they are begun again in half a minute");
        }
        self.workers.shutdown().await;
        self.tasks.shutdown().await;
        // The last request drops the last intake: the lanes end when they have committed what they hold.
        let drained = async { while self.vital.join_next().await.is_some() {} };
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
