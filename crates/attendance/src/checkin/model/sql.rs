//! The queries of a batch, under the names of the real ones, over the model's store.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Device;
use super::batch::{Existing, Seats};
use super::outside::PgConnection;
use super::record::{CheckIn, NewCheckIn};
pub(super) use crate::checkin::sql::{Write, Written};
use zaichang_core::ids::CourseId;

pub(super) struct CourseTotals {
    pub seats: Seats,
    pub rows: i64,
}

pub(super) async fn lock_versions(
    connection: &mut PgConnection,
    courses: &[i64],
) -> sqlx::Result<HashMap<CourseId, i64>> {
    let mut courses = ids(courses);
    courses.sort_unstable();
    connection
        .run(async move |session| {
            for course in &courses {
                session.lock(*course).await;
            }
            Ok(courses.into_iter().map(|course| (course, session.sees(course).version)).collect())
        })
        .await
}

pub(super) async fn course_totals(
    connection: &mut PgConnection,
    courses: &[i64],
) -> sqlx::Result<HashMap<CourseId, CourseTotals>> {
    let courses = ids(courses);
    connection
        .run(async move |session| {
            let standing = |course| {
                let seen = session.sees(course);
                let sum = |of: fn(&super::store::Tally) -> i32| {
                    seen.tallies.values().map(|tally| i64::from(of(tally))).sum()
                };
                let seats = Seats { cap: seen.cap, taken: sum(|tally| tally.newcomers) };
                (course, CourseTotals { seats, rows: sum(|tally| tally.check_ins) })
            };
            Ok(courses.into_iter().map(standing).collect())
        })
        .await
}

pub(super) async fn whole(
    connection: &mut PgConnection,
    courses: &[i64],
) -> sqlx::Result<Vec<(CourseId, Option<(CheckIn, Option<Device>)>)>> {
    let courses = ids(courses);
    connection
        .run(async move |session| {
            session.store.happened("read whole");
            let rows = |course| session.sees(course).rows.into_values().map(move |row| (course, Some(row)));
            Ok(courses.into_iter().flat_map(rows).collect())
        })
        .await
}

pub(super) async fn existing(
    connection: &mut PgConnection,
    batch: &[&NewCheckIn],
) -> sqlx::Result<Vec<Existing>> {
    let batch: Vec<_> = batch.iter().map(|check_in| (*check_in).clone()).collect();
    connection
        .run(async move |session| {
            let held = |check_in: &NewCheckIn| {
                let (seen, slot) = (session.sees(check_in.slot.course), check_in.slot);
                let holders = check_in.device().map(|device| seen.holders(slot.day, device));
                let mut days = seen.rows.keys().filter(|row| row.person == slot.person).map(|row| row.day);
                Existing {
                    same: seen.rows.get(&slot).map(|(row, _)| *row),
                    attended_today: days.clone().any(|day| day == slot.day),
                    attended_before: days.next().is_some(),
                    device_holder: holders.into_iter().flatten().find(|holder| *holder != slot.person),
                }
            };
            Ok(batch.iter().map(held).collect())
        })
        .await
}

pub(super) async fn write(
    connection: &mut PgConnection,
    versions: &HashMap<CourseId, i64>,
    writes: &[Write<'_>],
    recorded_at: Timestamp,
) -> sqlx::Result<Written> {
    let versions = versions.clone();
    let rows: Vec<_> =
        writes.iter().map(|write| (write.check_in.clone(), write.first_today, write.newcomer)).collect();
    connection.run(async move |session| session.write(&versions, rows, recorded_at).await).await
}

fn ids(courses: &[i64]) -> Vec<CourseId> {
    courses.iter().copied().map(CourseId).collect()
}
