//! What a batch has to know of Postgres: the courses' versions, how they stand, and what is held about its check-ins.

use std::collections::HashMap;

use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query};

use super::source;
use crate::checkin::Device;
use crate::checkin::batch::{Existing, Seats};
use crate::checkin::record::{CheckIn, NewCheckIn, Slot};
use zaichang_core::ids::{CourseId, PersonId};

/// Locks the courses of a batch, in the order of their ids so that two nodes never wait for each other in a circle, and
/// returns the version at which each stands. Until the transaction ends no other session writes their check-ins.
pub(in crate::checkin) async fn lock_versions(
    connection: &mut PgConnection,
    courses: &[i64],
) -> sqlx::Result<HashMap<CourseId, i64>> {
    let rows = query!(
        "select course_id, turn from turns where course_id = any($1) order by course_id for no key update",
        courses
    );
    Ok(rows.fetch_all(connection).await?.into_iter().map(|row| (CourseId(row.course_id), row.turn)).collect())
}

/// A course as it stands: its seats, and how many rows it has.
pub(in crate::checkin) struct CourseTotals {
    pub seats: Seats,
    pub rows: i64,
}

/// How the courses stand. To be asked once their versions are locked: no seat is given twice.
pub(in crate::checkin) async fn course_totals(
    connection: &mut PgConnection,
    courses: &[i64],
) -> sqlx::Result<HashMap<CourseId, CourseTotals>> {
    let rows = query!(
        r#"select id, cap, coalesce(taken, 0) as "taken!", coalesce(rows, 0) as "rows!" from courses
           left join lateral (
               select sum(newcomers) as taken, sum(check_ins) as rows from tallies where course_id = id
           ) every_day on true
           where id = any($1)"#,
        courses
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    let course_totals = rows.map(|row| {
        (CourseId(row.id), CourseTotals { seats: Seats { cap: row.cap, taken: row.taken }, rows: row.rows })
    });
    Ok(course_totals.collect())
}

/// Every check-in of these courses with its device; none in the place of a row that cannot be read. To be asked once their
/// versions are locked. A course has rows on the days that it has tallies of, so that the months of other days are not opened.
pub(in crate::checkin) async fn whole(
    connection: &mut PgConnection,
    courses: &[i64],
) -> sqlx::Result<Vec<(CourseId, Option<(CheckIn, Option<Device>)>)>> {
    let rows = query!(
        "select c.person_id, c.course_id, c.day, c.slot, c.id, c.at, c.recorded_at, c.source, c.device_hash
         from tallies
         join check_ins c on c.course_id = tallies.course_id and c.day = tallies.day
         where tallies.course_id = any($1)",
        courses
    );
    let rows = rows.fetch_all(connection).await?.into_iter().map(|row| {
        let slot = Slot {
            person: PersonId(row.person_id),
            course: CourseId(row.course_id),
            day: row.day.to_jiff(),
            slot: row.slot,
        };
        let source = source(row.id, &row.source).ok();
        let check_in = source.map(|source| CheckIn {
            id: row.id,
            slot,
            at: row.at.to_jiff(),
            recorded_at: row.recorded_at.to_jiff(),
            source,
        });
        let device = row.device_hash.and_then(|hash| hash.try_into().ok()).map(Device);
        (slot.course, check_in.map(|check_in| (check_in, device)))
    });
    Ok(rows.collect())
}

/// What Postgres holds about each of these check-ins, in their order. To be asked once their versions are locked. For people who have the
/// records of merged rows as well there is a second statement, for those alone: hardly any batch has one, and no other waits for it.
pub(in crate::checkin) async fn existing(
    connection: &mut PgConnection,
    batch: &[&NewCheckIn],
) -> sqlx::Result<Vec<Existing>> {
    let mut held = existing_of_rows(connection, batch).await?;
    let others = batch.iter().enumerate().flat_map(|(place, check_in)| {
        let others = check_in.people().skip(1);
        others.map(move |person| {
            let slot = Slot { person, ..check_in.slot };
            (place, NewCheckIn { slot, others: None, ..NewCheckIn::clone(check_in) })
        })
    });
    let (places, others): (Vec<_>, Vec<_>) = others.unzip();
    if !others.is_empty() {
        let theirs = existing_of_rows(connection, &others.iter().collect::<Vec<_>>()).await?;
        for (place, theirs) in places.into_iter().zip(theirs) {
            let own = &mut held[place];
            own.same = own.same.or(theirs.same);
            own.attended_today |= theirs.attended_today;
            own.attended_before |= theirs.attended_before;
            // Each leaves out its own row alone.
            let is_another = |holder: &PersonId| !batch[place].is_of(*holder);
            let holder = own.device_holder.filter(is_another);
            own.device_holder = holder.or_else(|| theirs.device_holder.filter(is_another));
        }
    }
    Ok(held)
}

/// The same by the rows of each one's own person.
async fn existing_of_rows(
    connection: &mut PgConnection,
    batch: &[&NewCheckIn],
) -> sqlx::Result<Vec<Existing>> {
    let people: Vec<_> = batch.iter().map(|check_in| check_in.slot.person.0).collect();
    let courses: Vec<_> = batch.iter().map(|check_in| check_in.slot.course.0).collect();
    let days: Vec<_> = batch.iter().map(|check_in| check_in.slot.day.to_sqlx()).collect();
    let slots: Vec<_> = batch.iter().map(|check_in| check_in.slot.slot).collect();
    let devices: Vec<_> =
        batch.iter().map(|check_in| check_in.device().map(|device| device.0.to_vec())).collect();
    let rows = query!(
        r#"select
               same.id as "id?", same.at as "at?", same.recorded_at as "recorded_at?", same.source as "source?",
               coalesce(person.today, false) as "today!", coalesce(person.before, false) as "before!",
               other.person_id as "holder?"
           from unnest($1::bigint[], $2::bigint[], $3::date[], $4::bigint[], $5::bytea[])
               with ordinality asked (person_id, course_id, day, slot, device_hash, place)
           -- Rows are compared whole, which the primary key alone can serve: where there are no statistics yet, the planner
           -- takes the other index as gladly, and reads the whole hall for each of its people.
           left join lateral (
               select id, at, recorded_at, source from check_ins
               where (person_id, course_id, day, slot) >= (asked.person_id, asked.course_id, asked.day, asked.slot)
                 and (person_id, course_id, day, slot) <= (asked.person_id, asked.course_id, asked.day, asked.slot)
                 and day = asked.day
               limit 1
           ) same on true
           left join lateral (
               -- Day by day: only the months in which the course has rows are opened.
               select bool_or(tallies.day = asked.day) as today, count(*) > 0 as before
               from tallies
               cross join lateral (
                   select from check_ins
                   where (person_id, course_id, day) >= (asked.person_id, asked.course_id, tallies.day)
                     and (person_id, course_id, day) <= (asked.person_id, asked.course_id, tallies.day)
                     and day = tallies.day
                   limit 1
               ) came
               where tallies.course_id = asked.course_id
           ) person on true
           left join lateral (
               select check_ins.person_id from check_ins
               where check_ins.course_id = asked.course_id and check_ins.day = asked.day
                 and check_ins.device_hash = asked.device_hash and check_ins.person_id <> asked.person_id
               limit 1
           ) other on true
           order by asked.place"#,
        &people,
        &courses,
        &days as _,
        &slots,
        &devices as _,
    )
    .fetch_all(connection)
    .await?;
    let held = rows.into_iter().zip(batch).map(|(row, check_in)| {
        let same = row.id.zip(row.at).zip(row.recorded_at).zip(row.source);
        let same = same.map(|(((id, at), recorded_at), word)| {
            Ok::<_, sqlx::Error>(CheckIn {
                id,
                slot: check_in.slot,
                at: at.to_jiff(),
                recorded_at: recorded_at.to_jiff(),
                source: source(id, &word)?,
            })
        });
        Ok(Existing {
            same: same.transpose()?,
            attended_today: row.today,
            attended_before: row.before,
            device_holder: row.holder.map(PersonId),
        })
    });
    held.collect()
}
