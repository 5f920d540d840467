//! A batch in Postgres: the courses' turns, what is held about its check-ins, and the one statement that writes them.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query, query_as};

use super::columns::{Added, Columns};
use super::source;
use crate::checkin::Device;
use crate::checkin::batch::{Held, Seats};
use crate::checkin::counts::Count;
use crate::checkin::record::{CheckIn, NewCheckIn, Slot};
use zaichang_core::ids::{CourseId, PersonId};

/// Locks the courses of a batch, in the order of their ids so that two nodes never wait for each other in a circle, and
/// returns the turn at which each stands. Until the transaction ends no other session writes their check-ins.
pub(in crate::checkin) async fn lock_turns(
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

/// How the courses stand. To be asked once their turns are locked: no seat is given twice.
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
/// turns are locked. A course has rows on the days that it has tallies of, so that the months of other days are not opened.
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

/// What Postgres holds about each of these check-ins, in their order. To be asked once their turns are locked.
pub(in crate::checkin) async fn held(
    connection: &mut PgConnection,
    batch: &[&NewCheckIn],
) -> sqlx::Result<Vec<Held>> {
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
        Ok(Held {
            same: same.transpose()?,
            attended_today: row.today,
            attended_before: row.before,
            device_holder: row.holder.map(PersonId),
        })
    });
    held.collect()
}

/// A check-in that is to be written, and what it adds to the counts.
pub(in crate::checkin) struct Write<'a> {
    pub check_in: &'a NewCheckIn,
    pub first_today: bool,
    pub newcomer: bool,
}

/// What became of a write.
#[derive(Default)]
pub(in crate::checkin) struct Written {
    /// The courses that stood at the turn that was expected; the rows of the others have not been written.
    pub in_turn: HashSet<CourseId>,
    pub counts: Vec<Count>,
}

/// A course whose turn was taken, and what its day has counted if there was anything to add to it.
struct Taken {
    course_id: i64,
    day: Option<jiff_sqlx::Date>,
    attendees: Option<i32>,
    check_ins: Option<i32>,
    seats_taken: Option<i64>,
}

impl Written {
    fn of(rows: Vec<Taken>, at: Timestamp) -> Self {
        let mut written = Self::default();
        for row in rows {
            let course = CourseId(row.course_id);
            written.in_turn.insert(course);
            if let (Some(day), Some(attendees), Some(check_ins), Some(seats_taken)) =
                (row.day, row.attendees, row.check_ins, row.seats_taken)
            {
                let day = day.to_jiff();
                written.counts.push(Count { course, day, attendees, check_ins, seats_taken, at });
            }
        }
        written
    }
}

/// Writes a batch in one statement, so that without a transaction around it one round trip commits it: locks the turns,
/// and where a course stands at the expected one, takes the next, adds the rows, the tallies they change, and to the audit
/// log what staff have vouched for.
pub(in crate::checkin) async fn write(
    connection: &mut PgConnection,
    turns: &HashMap<CourseId, i64>,
    writes: &[Write<'_>],
    recorded_at: Timestamp,
) -> sqlx::Result<Written> {
    let (columns, added) = (Columns::of(writes), Added::of(writes));
    let (courses, expected): (Vec<_>, Vec<_>) = turns.iter().map(|(course, turn)| (course.0, *turn)).unzip();
    let rows = query_as!(
        Taken,
        r#"with locked as materialized (
               select course_id, turn from turns where course_id = any($1) order by course_id for no key update
           ), mine as materialized (
               select course_id from locked
               join unnest($1::bigint[], $2::bigint[]) expected (course_id, turn) using (course_id, turn)
           ), taken as (
               update turns set turn = turn + 1
               where course_id = any(array(select course_id from mine)) and course_id = any($20)
           ), written as (
               insert into check_ins (id, person_id, course_id, day, slot, at, recorded_at, source, screen, step,
                   code_age_ms, device_hash, network, bound_after_ms, bound_network, presented_after_ms, presented_network,
                   client_kind, scene, assisted_by, reason, approved_afterwards)
               select id, person_id, course_id, day, slot, at, $3, source, screen, step,
                   code_age_ms, device_hash, network, bound_after_ms, bound_network, presented_after_ms, presented_network,
                   client_kind, scene, assisted_by, reason, approved_afterwards
               from (
                   -- In the select list, and not in `from`: there each column would be laid by in a store of its own.
                   select unnest($4::uuid[]) as id, unnest($5::bigint[]) as person_id, unnest($6::bigint[]) as course_id,
                       unnest($7::date[]) as day, unnest($8::bigint[]) as slot, unnest($9::timestamptz[]) as at,
                       unnest($10::text[]) as source, unnest($11::bigint[]) as screen, unnest($12::bigint[]) as step,
                       unnest($13::int[]) as code_age_ms, unnest($14::bytea[]) as device_hash, unnest($24::bytea[]) as network,
                       unnest($25::int[]) as bound_after_ms, unnest($26::bytea[]) as bound_network,
                       unnest($27::int[]) as presented_after_ms, unnest($28::bytea[]) as presented_network,
                       unnest($15::text[]) as client_kind, unnest($16::int[]) as scene,
                       unnest($17::bigint[]) as assisted_by, unnest($18::text[]) as reason,
                       unnest($29::bool[]) as approved_afterwards
               ) arrived
               where course_id = any(array(select course_id from mine))
           ), audited as (
               -- Staff's word is an act of theirs: as one with its row, so that no record is without it. Whether there is any
               -- is known before a row is looked at: a batch of scans alone pays nothing.
               insert into audit_log (at, account_id, unit_id, action, noun, noun_id, detail)
               select $3, assisted_by, unit_id, 'assist_check_in', 'person', person_id,
                   jsonb_build_object('course', course_id, 'check_in', assisted.id, 'reason', reason)
               from (
                   select unnest($4::uuid[]) as id, unnest($5::bigint[]) as person_id, unnest($6::bigint[]) as course_id,
                       unnest($17::bigint[]) as assisted_by, unnest($18::text[]) as reason
               ) assisted
               join accounts on accounts.id = assisted_by
               where array_remove($17::bigint[], null) <> '{}' and course_id = any(array(select course_id from mine))
           ), tallied as (
               insert into tallies (course_id, day, attendees, newcomers, check_ins)
               select course_id, day, attendees, newcomers, check_ins
               from unnest($20::bigint[], $19::date[], $21::int[], $22::int[], $23::int[])
                   added (course_id, day, attendees, newcomers, check_ins)
               where course_id = any(array(select course_id from mine))
               on conflict on constraint tally_is_once_per_day do update
               set attendees = tallies.attendees + excluded.attendees,
                   newcomers = tallies.newcomers + excluded.newcomers,
                   check_ins = tallies.check_ins + excluded.check_ins
               returning course_id, day, attendees, check_ins,
                   newcomers + coalesce((select sum(newcomers) from tallies every_day
                       where every_day.course_id = tallies.course_id and every_day.day <> tallies.day), 0) as seats_taken
           )
           select mine.course_id as "course_id!", tallied.day as "day?", tallied.attendees as "attendees?",
               tallied.check_ins as "check_ins?", tallied.seats_taken as "seats_taken?"
           from mine left join tallied using (course_id)"#,
        &courses,
        &expected,
        recorded_at.to_sqlx() as _,
        &columns.ids,
        &columns.people,
        &columns.courses,
        &columns.days as _,
        &columns.slots,
        &columns.ats as _,
        &columns.sources as _,
        &columns.screens as _,
        &columns.steps as _,
        &columns.code_ages as _,
        &columns.devices as _,
        &columns.clients as _,
        &columns.scenes as _,
        &columns.assisted_by as _,
        &columns.reasons as _,
        &added.days as _,
        &added.courses,
        &added.attendees,
        &added.newcomers,
        &added.check_ins,
        &columns.networks as _,
        &columns.bound_after as _,
        &columns.bound_networks as _,
        &columns.presented_after as _,
        &columns.presented_networks as _,
        &columns.approved_afterwards,
    )
    .fetch_all(connection)
    .await?;
    Ok(Written::of(rows, recorded_at))
}
