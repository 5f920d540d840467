//! How the rooms are put together, each with what it needs of the others and of the stores. It must not listen.

use std::sync::Arc;

use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Desks};
use crate::changes::{self, Caches};
use crate::config::{self, Settings};
use crate::embedded;
use crate::health::Health;
use crate::stores::Stores;
use zaichang_attendance::checkin::{self, Committer, Corridor, Counts, Networks, Roster, Seen};
use zaichang_attendance::display::{CodeAddress, Displays, Hub, PairingLimits, Shown, begin_figures};
use zaichang_attendance::face::Faces;
use zaichang_attendance::phone::{Assertions, Phones, SmsLimits, WechatDesk};
use zaichang_attendance::presence;
use zaichang_attendance::presence::Rules;
use zaichang_attendance::records::{self, Exports};
use zaichang_core::clock::Clock;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_hosting::project::Offered;
use zaichang_integrations::sms;
use zaichang_integrations::wechat::Wechat;
use zaichang_platform::auth::{Guard, Sessions};
use zaichang_platform::cache::{self, Hearing};
use zaichang_platform::db;
use zaichang_platform::http::address::TrustedProxies;
use zaichang_platform::http::origin::Origins;
use zaichang_platform::redis::Redis;
use zaichang_platform::supervise::{for_ever, until_done};
use zaichang_platform::timekeeper::Timekeeper;

/// Puts the rooms together.
#[expect(clippy::too_many_arguments, reason = "this is where everything meets")]
pub(super) fn furnish(
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
    let hearing = Hearing::default();
    let sessions = Sessions::new(pool, &hearing);
    let guard = guard(settings, keys, public_url, clock, &sessions)?;
    let roster = Roster::new(pool, &hearing);
    let seen = Seen::new(redis.as_ref(), clock.clone(), settings.repeat_s)?;
    let asked = seen.clone();
    jobs.spawn(until_done("redis_at_start", move || tell_if_away(asked.clone())));
    let counts = Counts::default();
    let commits = db::commit_pool(stores.database_url.expose_secret(), 4)?;
    begin_figures();
    let pools = [("requests", pool.clone()), ("commits", commits.clone())];
    jobs.spawn(for_ever("connections", move || db::tell_connections(pools.clone())));
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
    let wechat = Wechat::new(&settings.wechat, redis.as_ref().map(|redis| (redis, &**keys)), clock)
        .context("微信客户端无法启动，请检查本机的根证书 · the WeChat client cannot start: check this machine's root certificates")?;
    follow_counts((counts, pool.clone(), redis.map(Arc::new), clock.clone()), jobs);
    let caches = Caches { sessions, roster: roster.clone(), hub: hub.clone(), hearing: hearing.clone() };
    follow_changes(pool, caches, jobs);
    assess((pool.clone(), Arc::new(rules(settings)?), clock.clone()), jobs);
    let corridor = Arc::new(Corridor {
        clock: clock.clone(),
        timekeeper: timekeeper.clone(),
        keys: Arc::clone(keys),
        networks: Networks::new(keys),
        roster,
        seen: seen.clone(),
        committer,
        pool: pool.clone(),
        repeat_s: settings.repeat_s,
        approval_may_follow: settings.approval_may_follow,
    });
    let sealer = Sealer::new(Keys::clone(keys));
    let sender = sms::Sender::new(settings.sms.clone(), clock.clone())
        .context("短信发送端无法启动，请检查本机的根证书 · the SMS sender cannot start: check this machine's root certificates")?;
    let pairing_limits = Arc::<PairingLimits>::default();
    follow_screens((hub.shown(), pool.clone()), jobs);
    let displays = Arc::new(Displays {
        hub,
        pool: pool.clone(),
        keys: Arc::clone(keys),
        address,
        public_url: Arc::clone(public_url),
        stopping: stopping.clone(),
        pairing_limits,
    });
    let pages = embedded::pages();
    let phones = Arc::new(Phones {
        corridor: Arc::clone(&corridor),
        guard: Arc::clone(&guard),
        sealer: sealer.clone(),
        sms: sender,
        sms_limits: Arc::new(SmsLimits::new(settings.sms_per_minute)),
        assertions: Assertions::new(settings.app_keys()?, public_url),
        pages: pages.clone(),
    });
    let faces = Faces {
        corridor: Arc::clone(&corridor),
        sealer: sealer.clone(),
        wechat: wechat.clone(),
        provider: settings.face_provider,
    };
    let exports = exports(settings, stores, keys, &corridor, &sealer, jobs)?;
    let app = App::from(Desks {
        offered: Offered { face_checks: faces.is_available(), distances: settings.presence_distances },
        faces: Arc::new(faces),
        wechat: Arc::new(WechatDesk {
            phones: Arc::clone(&phones),
            wechat,
            public_url: Arc::clone(public_url),
        }),
        phones,
        desk: Arc::new(records::Desk::new(Arc::clone(&corridor), sealer, exports)),
        health: Arc::new(Health {
            pool: pool.clone(),
            seen,
            timekeeper: timekeeper.clone(),
            hearing,
            stopping: stopping.clone(),
        }),
        pages,
        guard,
        pool: pool.clone(),
        corridor,
        displays,
    });
    Ok((app, lanes))
}

fn guard(
    settings: &Settings,
    keys: &Arc<Keys>,
    public_url: &str,
    clock: &Clock,
    sessions: &Sessions,
) -> anyhow::Result<Arc<Guard>> {
    let secure = public_url.starts_with("https://");
    let mut origins = settings.origins();
    origins.push(public_url.to_owned());
    let (origins, proxies) = (Origins(origins), TrustedProxies(settings.proxies()?));
    let (clock, sessions) = (clock.clone(), sessions.clone());
    Ok(Arc::new(Guard::new(clock, sessions, origins, proxies, Arc::clone(keys), secure)))
}

/// What keeps the caches true, and tells of them.
fn follow_changes(pool: &PgPool, caches: Caches, jobs: &mut JoinSet<()>) {
    let counted = (caches.sessions.clone(), caches.roster.clone());
    jobs.spawn(for_ever("cache_entries", move || {
        let (sessions, roster) = counted.clone();
        cache::tell_entries(move || roster.entries().into_iter().chain(sessions.entries()))
    }));
    let told = caches.hearing.clone();
    jobs.spawn(for_ever("hearing", move || told.clone().tell()));
    let pool = pool.clone();
    jobs.spawn(for_ever("changes", move || changes::follow(pool.clone(), caches.clone())));
}

fn follow_counts(with: (Counts, PgPool, Option<Arc<Redis>>, Clock), jobs: &mut JoinSet<()>) {
    jobs.spawn(for_ever("counts", move || {
        let (counts, pool, redis, clock) = with.clone();
        checkin::follow(counts, pool, redis, clock)
    }));
}

fn assess(with: (PgPool, Arc<Rules>, Clock), jobs: &mut JoinSet<()>) {
    jobs.spawn(for_ever("assessor", move || {
        let (pool, rules, clock) = with.clone();
        presence::follow(pool, rules, clock)
    }));
}

fn follow_screens((shown, pool): (Shown, PgPool), jobs: &mut JoinSet<()>) {
    jobs.spawn(for_ever("shown", move || shown.clone().follow(pool.clone())));
}

/// The exports, with their worker.
fn exports(
    settings: &Settings,
    stores: &Stores,
    keys: &Arc<Keys>,
    corridor: &Arc<Corridor>,
    sealer: &Sealer,
    jobs: &mut JoinSet<()>,
) -> anyhow::Result<Arc<Exports>> {
    let pool = db::export_pool(stores.database_url.expose_secret())?;
    let (corridor, keys) = (Arc::clone(corridor), Arc::clone(keys));
    let exports = Arc::new(Exports::new(corridor, sealer.clone(), keys, pool, &settings.data_dir)?);
    let working = Arc::clone(&exports);
    jobs.spawn(for_ever("exports", move || Arc::clone(&working).work()));
    Ok(exports)
}

/// The rules by which evidence is weighed.
fn rules(settings: &Settings) -> anyhow::Result<Rules> {
    let Some(path) = &settings.presence_rules else { return Ok(Rules::default()) };
    let json = std::fs::read_to_string(path).map_err(|_| config::wrong("PRESENCE_RULES"))?;
    Rules::read(&json).map_err(|error| anyhow::anyhow!(error).context(config::wrong("PRESENCE_RULES")))
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
