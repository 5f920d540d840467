//! A batch in Postgres: the courses' locks, what is held about each check-in, and the one statement that writes them.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::checkin::batch::{Held, Seats};
use crate::checkin::counts::Count;
use crate::checkin::record::{CheckIn, Ground, NewCheckIn, Source};
use crate::ids::{CourseId, PersonId};

/// Locks the courses of a batch, in the order of their ids so that two batches never wait for each other, and reads
/// what their caps have counted. The sum is read after the lock is held: no seat is given twice.
pub(in crate::checkin) async fn lock_courses(
    connection: &mut PgConnection,
    courses: &[i64],
) -> sqlx::Result<HashMap<CourseId, Seats>> {
    let locked =
        query!("select id, cap from courses where id = any($1) order by id for no key update", courses)
            .fetch_all(&mut *connection)
            .await?;
    let capped: Vec<_> =
        locked.iter().filter(|course| course.cap.is_some()).map(|course| course.id).collect();
    let mut taken = HashMap::new();
    if !capped.is_empty() {
        let sums = query!(
            r#"select course_id, sum(newcomers) as "taken!" from tallies where course_id = any($1) group by course_id"#,
            &capped,
        );
        taken.extend(sums.fetch_all(connection).await?.into_iter().map(|row| (row.course_id, row.taken)));
    }
    let seats = |id| taken.get(&id).copied().unwrap_or(0);
    Ok(locked.iter().map(|row| (CourseId(row.id), Seats { cap: row.cap, taken: seats(row.id) })).collect())
}

/// What Postgres holds about each check-in of a batch, in its order. To be asked under the courses' locks.
pub(in crate::checkin) async fn held(
    connection: &mut PgConnection,
    batch: &[NewCheckIn],
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
               exists (select from attendees a
                   where a.course_id = asked.course_id and a.person_id = asked.person_id and a.day = asked.day) as "today!",
               exists (select from attendees a
                   where a.course_id = asked.course_id and a.person_id = asked.person_id) as "before!",
               (select other.person_id from check_ins other
                   where other.course_id = asked.course_id and other.day = asked.day
                     and other.device_hash = asked.device_hash and other.person_id <> asked.person_id
                   limit 1) as holder
           from unnest($1::bigint[], $2::bigint[], $3::date[], $4::bigint[], $5::bytea[])
               with ordinality asked (person_id, course_id, day, slot, device_hash, place)
           left join check_ins same
               on same.person_id = asked.person_id and same.course_id = asked.course_id
               and same.day = asked.day and same.slot = asked.slot
           order by asked.place"#,
        &people,
        &courses,
        &days as _,
        &slots,
        &devices as _,
    )
    .fetch_all(connection)
    .await?;
    let held = rows.into_iter().zip(batch).map(|(row, check_in)| Held {
        same: row.id.zip(row.at).zip(row.recorded_at).zip(row.source).map(
            |(((id, at), recorded_at), source)| CheckIn {
                id,
                slot: check_in.slot,
                at: at.to_jiff(),
                recorded_at: recorded_at.to_jiff(),
                source: Source::from_word(&source),
            },
        ),
        attended_today: row.today,
        attended_before: row.before,
        device_holder: row.holder.map(PersonId),
    });
    Ok(held.collect())
}

/// A check-in that is to be written, and what it adds to the counts.
pub(in crate::checkin) struct Write<'a> {
    pub check_in: &'a NewCheckIn,
    pub first_today: bool,
    pub newcomer: bool,
}

/// The batch's rows as columns, as UNNEST takes them.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    people: Vec<i64>,
    courses: Vec<i64>,
    days: Vec<jiff_sqlx::Date>,
    slots: Vec<i64>,
    ats: Vec<jiff_sqlx::Timestamp>,
    sources: Vec<&'static str>,
    screens: Vec<Option<i64>>,
    steps: Vec<Option<i64>>,
    code_ages: Vec<Option<i32>>,
    devices: Vec<Option<Vec<u8>>>,
    clients: Vec<&'static str>,
    scenes: Vec<Option<i32>>,
    assisted_by: Vec<Option<i64>>,
    reasons: Vec<Option<String>>,
    first_today: Vec<bool>,
    newcomers: Vec<bool>,
}

impl Columns {
    fn of(writes: &[Write<'_>]) -> Self {
        let mut columns = Self::default();
        for Write { check_in, first_today, newcomer } in writes {
            let (evidence, assistance) = match &check_in.ground {
                Ground::Scan(evidence) => (Some(evidence), None),
                Ground::Assisted { by, reason } => (None, Some((by.0, reason.clone()))),
            };
            columns.ids.push(check_in.id);
            columns.people.push(check_in.slot.person.0);
            columns.courses.push(check_in.slot.course.0);
            columns.days.push(check_in.slot.day.to_sqlx());
            columns.slots.push(check_in.slot.slot);
            columns.ats.push(check_in.at.to_sqlx());
            columns.sources.push(check_in.source().word());
            columns.screens.push(evidence.map(|evidence| evidence.screen.stored()));
            columns.steps.push(evidence.map(|evidence| evidence.step));
            columns.code_ages.push(evidence.map(|evidence| evidence.code_age_ms));
            columns.devices.push(evidence.map(|evidence| evidence.device.0.to_vec()));
            columns.clients.push(check_in.client.word());
            columns.scenes.push(check_in.scene.map(i32::from));
            let (by, reason) = assistance.unzip();
            columns.assisted_by.push(by);
            columns.reasons.push(reason);
            columns.first_today.push(*first_today);
            columns.newcomers.push(*newcomer);
        }
        columns
    }
}

/// Writes a batch: the rows, the attendees they add, and the tallies they change, which come back.
pub(in crate::checkin) async fn write(
    connection: &mut PgConnection,
    writes: &[Write<'_>],
    recorded_at: Timestamp,
) -> sqlx::Result<Vec<Count>> {
    let columns = Columns::of(writes);
    let rows = query!(
        r#"with arrived as (
               select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::date[], $5::bigint[], $6::timestamptz[],
                   $7::text[], $8::bigint[], $9::bigint[], $10::int[], $11::bytea[], $12::text[], $13::int[],
                   $14::bigint[], $15::text[], $16::bool[], $17::bool[])
               arrived (id, person_id, course_id, day, slot, at, source, screen, step, code_age_ms, device_hash,
                   client_kind, scene, assisted_by, reason, first_today, newcomer)
           ), written as (
               insert into check_ins (id, person_id, course_id, day, slot, at, recorded_at, source, screen, step,
                   code_age_ms, device_hash, client_kind, scene, assisted_by, reason)
               select id, person_id, course_id, day, slot, at, $18, source, screen, step,
                   code_age_ms, device_hash, client_kind, scene, assisted_by, reason from arrived
           ), counted as (
               insert into attendees (course_id, person_id, day)
               select course_id, person_id, day from arrived where first_today
           )
           insert into tallies (course_id, day, attendees, newcomers, check_ins)
           select course_id, day, count(*) filter (where first_today), count(*) filter (where newcomer), count(*)
           from arrived group by course_id, day order by course_id, day
           on conflict on constraint tally_is_once_per_day do update
           set attendees = tallies.attendees + excluded.attendees,
               newcomers = tallies.newcomers + excluded.newcomers,
               check_ins = tallies.check_ins + excluded.check_ins
           returning course_id, day, attendees, check_ins,
               (select sum(newcomers) from tallies every_day where every_day.course_id = tallies.course_id
                   and every_day.day <> tallies.day) as seats_before, newcomers"#,
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
        &columns.first_today,
        &columns.newcomers,
        recorded_at.to_sqlx() as _,
    )
    .fetch_all(connection)
    .await?;
    let counts = rows.into_iter().map(|row| Count {
        course: CourseId(row.course_id),
        day: row.day.to_jiff(),
        attendees: row.attendees,
        check_ins: row.check_ins,
        seats_taken: row.seats_before.unwrap_or(0) + i64::from(row.newcomers),
        at: recorded_at,
    });
    Ok(counts.collect())
}
