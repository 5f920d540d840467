//! Live counts: the newest tally of each watched course. A commit on this node updates them at once. Other nodes publish
//! theirs through Redis. Postgres is read again every second, so that a message lost by Redis does no harm.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::sync::watch;

use super::{Seen, sql};
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::ids::CourseId;
use zaichang_platform::redis::Redis;

/// The Redis channel on which nodes publish their counts to each other.
const CHANNEL: &str = "zc:counts";

/// How often Postgres is read again for the courses that are watched.
const REREAD: Duration = Duration::from_secs(1);

/// A subscription that is silent for this long may be dead: another is opened.
const SILENCE: Duration = Duration::from_mins(1);

/// What a course has counted on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub course: CourseId,
    pub day: Date,
    /// Distinct people of the day.
    pub attendees: i32,
    /// All records of the day.
    pub check_ins: i32,
    /// Distinct people of all days: what the cap counts.
    pub seats_taken: i64,
    pub at: Timestamp,
}

/// The courses that are watched on this node.
#[derive(Clone, Default)]
pub struct Counts(Arc<Mutex<HashMap<CourseId, watch::Sender<Option<Count>>>>>);

impl Counts {
    /// Follows a course; the first value comes within a second if nothing is known yet.
    pub fn watch(&self, course: CourseId) -> watch::Receiver<Option<Count>> {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watched.entry(course).or_insert_with(|| watch::Sender::new(None)).subscribe()
    }

    /// Takes a count unless a newer one is known: of one day, the one that has counted more records; of as many, a later one, as people
    /// who were merged have become one.
    pub fn tell(&self, count: Count) {
        let watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = watched.get(&count.course) else { return };
        sender.send_if_modified(|known| {
            let newer = known.is_none_or(|known| {
                let key = |count: &Count| (count.day, count.check_ins);
                let people = |count: &Count| (count.attendees, count.seats_taken);
                let recounted =
                    || key(&known) == key(&count) && known.at < count.at && people(&known) != people(&count);
                key(&known) < key(&count) || recounted()
            });
            if newer {
                *known = Some(count);
            }
            newer
        });
    }

    /// The courses that still have a watcher; the others are forgotten.
    fn watched(&self) -> Vec<i64> {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watched.retain(|_, sender| sender.receiver_count() > 0);
        watched.keys().map(|course| course.0).collect()
    }

    /// Reads the watched courses' counts from Postgres.
    pub async fn reread(&self, pool: &PgPool, now: Timestamp) -> sqlx::Result<()> {
        let courses = self.watched();
        if courses.is_empty() {
            return Ok(());
        }
        for count in sql::counts(pool, &courses, day_of(now), now).await? {
            self.tell(count);
        }
        Ok(())
    }
}

/// Publishes this node's counts to the other nodes.
pub(super) async fn publish(seen: &Seen, counts: &[Count]) {
    for count in counts {
        if let Ok(message) = serde_json::to_string(count) {
            seen.publish(CHANNEL, message).await;
        }
    }
}

/// Follows Postgres and the other nodes until it is dropped.
pub async fn follow(counts: Counts, pool: PgPool, redis: Option<Arc<Redis>>, clock: Clock) {
    let reread = async {
        let mut ticks = tokio::time::interval(REREAD);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = counts.reread(&pool, clock.now()).await {
                tracing::debug!(%error, "counts could not be read again");
            }
        }
    };
    let listen = async {
        let Some(redis) = &redis else { return std::future::pending::<()>().await };
        loop {
            if let Err(error) = listen(redis, &counts).await {
                tracing::debug!(%error, "the other nodes' counts cannot be heard");
            }
            tokio::time::sleep(REREAD).await;
        }
    };
    tokio::join!(reread, listen);
}

async fn listen(redis: &Redis, counts: &Counts) -> redis::RedisResult<()> {
    let mut messages = pin!(redis.subscribe(CHANNEL).await?);
    while let Ok(Some(message)) = tokio::time::timeout(SILENCE, messages.next()).await {
        if let Ok(count) = serde_json::from_slice(&message) {
            counts.tell(count);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn count(day: i8, check_ins: i32) -> Count {
        let at = Timestamp::UNIX_EPOCH;
        Count {
            course: CourseId(1),
            day: date(2025, 11, day),
            attendees: check_ins,
            check_ins,
            seats_taken: 0,
            at,
        }
    }

    #[test]
    fn an_older_count_never_replaces_a_newer_one() {
        let counts = Counts::default();
        let watching = counts.watch(CourseId(1));
        for (told, shown) in
            [(count(29, 5), 5), (count(29, 4), 5), (count(29, 6), 6), (count(28, 9), 6), (count(30, 0), 0)]
        {
            counts.tell(told);
            assert_eq!(watching.borrow().unwrap().check_ins, shown);
        }
    }

    #[test]
    fn of_as_many_records_the_later_count_of_people_is_shown() {
        let counts = Counts::default();
        let watching = counts.watch(CourseId(1));
        let of = |attendees, second| Count {
            attendees,
            at: Timestamp::from_second(second).unwrap(),
            ..count(29, 5)
        };
        for (told, shown) in [(of(5, 7), 5), (of(4, 6), 5), (of(4, 8), 4), (of(5, 8), 4)] {
            counts.tell(told);
            assert_eq!(watching.borrow().unwrap().attendees, shown);
        }
    }

    #[test]
    fn a_course_that_nobody_watches_is_forgotten() {
        let counts = Counts::default();
        let watching = counts.watch(CourseId(1));
        assert_eq!(counts.watched(), [1]);
        drop(watching);
        assert!(counts.watched().is_empty());
    }
}
