//! The check-in as a module of the program: its lanes, its caches, its counts, its routes.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use secrecy::ExposeSecret as _;

use super::recount;
use super::{Committer, Counts, Networks, Pipeline, Roster, Seen, Settings, ensure_months, follow, routes};
use zaichang_core::clock::day_of;
use zaichang_core::ids::{CourseId, PersonId, ProjectId, ScreenNumber};
use zaichang_platform::auth::Guard;
use zaichang_platform::db;
use zaichang_platform::module::{Context, Module};
use zaichang_platform::settings;

/// From a scanned code to a presence that is safe. It shares `Arc<Pipeline>`, `Roster` and `Counts`.
pub const MODULE: Module = Module {
    name: "checkin",
    refusals: crate::checkin::refusals::ALL,
    settings: &[settings::declared::<Settings>()],
    metrics: super::figures::METRICS,
    document: || routes::routes().into_openapi(),
    open,
};

/// Connections that only commits use.
const COMMIT_CONNECTIONS: u32 = 4;

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct CheckinState {
    guard: Arc<Guard>,
    pipeline: Arc<Pipeline>,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let Settings { repeat_s, approval_may_follow, commit_queue } = *context.settings.of();
    let clock = context.clock.clone();
    let roster = Roster::new(&context.pool, &context.hearing);
    tell_changes(context, &roster);
    let seen = Seen::new(context.redis.as_deref(), clock.clone(), repeat_s)?;
    let asked = seen.clone();
    context.until_done("redis_at_start", move || tell_if_away(asked.clone()));
    let counts = Counts::default();
    let followed = (counts.clone(), context.pool.clone(), context.redis.clone(), clock.clone());
    context.for_ever("counts", move || {
        let (counts, pool, redis, clock) = followed.clone();
        follow(counts, pool, redis, clock)
    });
    context.job(recount::of_merge);
    context.hourly("merged_counts", async |pool, now| recount::of_late(&pool, now).await);
    context.hourly("check_in_months", async |pool, now| ensure_months(&pool, day_of(now)).await);

    let commits = db::commit_pool(context.database_url.expose_secret(), COMMIT_CONNECTIONS)?;
    context.collected.pools.push(("commits", commits.clone()));
    let (committer, lanes) =
        Committer::start(commits, seen.clone(), counts.clone(), clock.clone(), commit_queue);
    context.collected.vital = lanes;
    let pipeline = Arc::new(Pipeline {
        clock,
        timekeeper: context.timekeeper.clone(),
        keys: Arc::clone(&context.keys),
        networks: Networks::new(&context.keys),
        roster: roster.clone(),
        seen,
        committer,
        pool: context.pool.clone(),
        repeat_s,
        approval_may_follow,
    });
    context.share(Arc::clone(&pipeline));
    context.share(roster);
    context.share(counts);
    let state = CheckinState { guard: Arc::clone(&context.guard), pipeline };
    Ok(routes::routes().with_state(state).into())
}

/// Registers what the roster forgets at each change, and how many entries it holds.
fn tell_changes(context: &mut Context, roster: &Roster) {
    let [counted, forgotten, person, course, project, screen] = std::array::from_fn(|_| roster.clone());
    context.caches(move || counted.entries());
    let changes = &mut context.changes;
    changes.after_gap(move || forgotten.forget_all());
    changes.on_id("person", move |id| person.person_changed(PersonId(id)));
    changes.on_id("course", move |id| course.course_changed(CourseId(id)));
    changes.on_id("project", move |id| project.project_changed(ProjectId(id)));
    changes.on_id("screen", move |id| screen.screen_changed(ScreenNumber::of_row(id)));
}

/// Warns if Redis does not answer at the start: then its address is likely wrong.
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
