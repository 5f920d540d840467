//! The assessor: looks at every course's day now and then, on whichever node is first, and keeps what it finds.
//! No check-in waits for it, and none is refused for what it finds.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use sqlx::PgPool;

use super::assess::assess;
use super::rules::Rules;
use super::sql::course_days::{self, Day};
use zaichang_core::clock::{Clock, day_of};

/// How often it looks for days that are due.
const LOOK: Duration = Duration::from_secs(5);
/// A day is assessed again no sooner than this.
const PAUSE: SignedDuration = SignedDuration::from_secs(20);
/// So long a node that has taken a day may take for it; then another may.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// Answers to a spot check may come so late: a phone without a line presents its pass again.
const SETTLING: SignedDuration = SignedDuration::from_secs(30);
/// Days taken at one look.
const MOST: i64 = 16;

/// Assesses until it is dropped.
pub async fn follow(pool: PgPool, rules: Arc<Rules>, clock: Clock) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = look(&pool, &rules, clock.now()).await {
            tracing::debug!(%error, "courses' days could not be assessed");
        }
    }
}

/// Assesses what is due, and keeps the devices of days that are over.
pub async fn look(pool: &PgPool, rules: &Rules, now: Timestamp) -> sqlx::Result<()> {
    let today = day_of(now);
    let first = today.saturating_sub(1.day());
    for day in course_days::due(pool, first, &rules.version, now, now - SETTLING, MOST).await? {
        if course_days::take(pool, &day, now, now + LEASE).await? {
            one(pool, rules, &day, now).await?;
        }
    }
    course_days::keep_devices(pool, today, MOST).await?;
    Ok(())
}

async fn one(pool: &PgPool, rules: &Rules, day: &Day, now: Timestamp) -> sqlx::Result<()> {
    let hall = course_days::course_day(pool, day, now - SETTLING).await?;
    let check_ins = i32::try_from(hall.check_ins.len()).unwrap_or(i32::MAX);
    let found = assess(rules, &hall);
    let mut transaction = pool.begin().await?;
    course_days::replace(&mut transaction, day, &rules.version, &found).await?;
    course_days::done(&mut transaction, day, &rules.version, check_ins, now, now + PAUSE).await?;
    transaction.commit().await?;
    metrics::counter!("zaichang_halls_assessed_total").increment(1);
    Ok(())
}
