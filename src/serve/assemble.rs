//! How the program is put together from its modules: what they stand on, what is shared with them, and what they leave to be
//! done. It must not listen.

use std::sync::Arc;

use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::{self, Settings};
use crate::release::RELEASE;
use crate::router::ProgramState;
use crate::stores::Stores;
use crate::{embedded, modules, router};
use zaichang_core::keys::Keys;
use zaichang_integrations::clamav::Clamav;
use zaichang_integrations::files::LocalStore;
use zaichang_integrations::print::PrintProgram;
use zaichang_integrations::sms;
use zaichang_integrations::wechat::Wechat;
use zaichang_platform::auth::{self, Guard, Sessions};
use zaichang_platform::cache::{self, Hearing};
use zaichang_platform::http::address::TrustedProxies;
use zaichang_platform::http::origin::Origins;
use zaichang_platform::limits::{self, Limit};
use zaichang_platform::module::{Collected, Context};
use zaichang_platform::print::{Print, Printer};
use zaichang_platform::redis::Redis;
use zaichang_platform::scan::{Scan, Scanner};
use zaichang_platform::settings::{Values, wrong};
use zaichang_platform::supervise::{for_ever, until_done};
use zaichang_platform::timekeeper::Timekeeper;
use zaichang_platform::{changes, db, jobs, messages};

/// The program, put together.
pub(super) struct Assembled {
    pub router: axum::Router,
    /// Supervised, ended at the stop.
    pub tasks: JoinSet<()>,
    /// Without one of these the process must end.
    pub vital: JoinSet<()>,
    /// What ends by itself once the node stops, after what it has begun.
    pub workers: JoinSet<()>,
    pub hearing: Hearing,
}

/// Puts the modules together.
pub(super) fn assemble(
    settings: &Settings,
    stores: &Stores,
    keys: &Arc<Keys>,
    public_url: &Arc<str>,
    timekeeper: &Timekeeper,
    pool: &PgPool,
    stopping: &CancellationToken,
) -> anyhow::Result<Assembled> {
    let redis = stores.redis_url.as_ref().map(|url| Redis::at(url.expose_secret())).transpose();
    let redis = redis.map_err(|_| config::wrong("REDIS_URL"))?;
    let wechat = Wechat::new(settings.modules.of(), redis.as_ref().map(|redis| (redis, &**keys)), timekeeper.clock())
        .context("微信客户端无法启动，请检查本机的根证书 · the WeChat client cannot start: check this machine's root certificates")?;
    let hearing = Hearing::default();
    let mut context = Context::new(
        RELEASE,
        timekeeper.clone(),
        Arc::clone(keys),
        pool.clone(),
        stores.database_url.clone(),
        redis,
        hearing.clone(),
        guard(settings, keys, public_url, timekeeper, pool, &hearing)?,
        embedded::pages(),
        Arc::clone(public_url),
        Arc::new(settings.modules.clone()),
        Arc::new(
            LocalStore::new(&settings.data_dir.join("files")).with_context(|| config::wrong("DATA_DIR"))?,
        ),
        settings.data_dir.clone(),
        stopping.clone(),
    );
    share(&settings.modules, wechat, &mut context)?;
    let routes = modules::open(&mut context)?;
    let mut templates = settings.modules.of::<sms::Settings>().notice_templates().into_iter();
    anyhow::ensure!(
        templates.all(|name| context.notices.has_template(name)),
        wrong::<sms::Settings>("SMS__NOTICE_TEMPLATES")
    );
    let limit = Limit::new();
    let state = ProgramState { guard: Arc::clone(&context.guard), pages: context.pages.clone() };
    let router = router::router(routes, state, &limit);
    let (tasks, vital, workers) = begin(context, limit)?;
    Ok(Assembled { router, tasks, vital, workers, hearing })
}

/// The clients of other services.
fn share(modules: &Values, wechat: Wechat, context: &mut Context) -> anyhow::Result<()> {
    let sender = sms::Sender::new(modules.of::<sms::Settings>().clone(), context.clock.clone())
        .context("短信发送端无法启动，请检查本机的根证书 · the SMS sender cannot start: check this machine's root certificates")?;
    let sender: Arc<dyn messages::Sender> = Arc::new(sender);
    context.share(sender);
    let scanner = Clamav::of(modules.of()).map(|clamav| Arc::new(clamav) as Arc<dyn Scanner>);
    context.share(Scan::by(scanner));
    let printer = PrintProgram::of(modules.of()).map(|program| Arc::new(program) as Arc<dyn Printer>);
    context.share(Print::by(printer));
    context.share(wechat);
    Ok(())
}

fn guard(
    settings: &Settings,
    keys: &Arc<Keys>,
    public_url: &str,
    timekeeper: &Timekeeper,
    pool: &PgPool,
    hearing: &Hearing,
) -> anyhow::Result<Arc<Guard>> {
    let secure = public_url.starts_with("https://");
    let mut origins = settings.origins();
    origins.push(public_url.to_owned());
    let (origins, proxies) = (Origins(origins), TrustedProxies(settings.proxies()?));
    let sessions = Sessions::new(pool, hearing, *settings.modules.of::<auth::Settings>());
    let clock = timekeeper.clock().clone();
    Ok(Arc::new(Guard::new(clock, sessions, origins, proxies, Arc::clone(keys), secure)))
}

/// Begins the background work.
fn begin(context: Context, limit: Arc<Limit>) -> anyhow::Result<(JoinSet<()>, JoinSet<()>, JoinSet<()>)> {
    let places = context.places();
    let Context { pool, clock, hearing, changes, collected, database_url, stopping, .. } = context;
    let Collected { mut tasks, vital, jobs: declared, sweeps, mut pools, caches } = collected;
    tasks.spawn(for_ever("limits", move || limits::forget_idle(Arc::clone(&limit))));
    let caches = Arc::new(caches);
    tasks.spawn(for_ever("cache_entries", move || {
        let caches = Arc::clone(&caches);
        cache::tell_entries(move || caches.iter().flat_map(|count| count()).collect::<Vec<_>>())
    }));
    let told = hearing.clone();
    tasks.spawn(for_ever("hearing", move || told.clone().tell()));
    let of_jobs = db::job_pool(database_url.expose_secret())?;
    pools.extend([("requests", pool.clone()), ("jobs", of_jobs.clone())]);
    tasks.spawn(for_ever("connections", move || db::tell_connections(pools.clone())));
    let looked_at = of_jobs.clone();
    tasks.spawn(for_ever("stuck_jobs", move || jobs::tell_stuck(looked_at.clone())));
    let worker = Arc::new(jobs::Worker::new(of_jobs, declared, sweeps, &places, clock, stopping));
    let mut workers = JoinSet::new();
    workers.spawn(until_done("jobs", move || Arc::clone(&worker).run()));
    let changes = Arc::new(changes);
    tasks.spawn(for_ever("changes", move || {
        changes::follow(pool.clone(), hearing.clone(), Arc::clone(&changes))
    }));
    Ok((tasks, vital, workers))
}
