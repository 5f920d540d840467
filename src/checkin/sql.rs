//! The queries of the corridor: what a batch needs to know, its one write, and what is looked up afterwards.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};
use uuid::Uuid;

use super::batch::{Held, Seats};
use super::counts::Count;
use super::record::{CheckIn, Ground, NewCheckIn, Slot, Source};
use super::roster::Screen;
use super::{Attested, Device, Receipt};
use crate::ids::{CourseId, PersonId, ScreenNumber};
use crate::people::masked::MaskedName;

pub(super) async fn screen(pool: &PgPool, screen: ScreenNumber) -> sqlx::Result<Option<Screen>> {
    let row =
        query!("select course_id, day, place, closed_at from screens where screen = $1", screen.stored())
            .fetch_optional(pool)
            .await?;
    Ok(row.map(|row| Screen {
        screen,
        course: CourseId(row.course_id),
        day: row.day.to_jiff(),
        place: row.place,
        closed_at: row.closed_at.map(jiff_sqlx::Timestamp::to_jiff),
    }))
}

/// Locks the courses of a batch, in the order of their ids so that two batches never wait for each other, and reads
/// what their caps have counted. The sum is read after the lock is held: no seat is given twice.
pub(super) async fn lock_courses(
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
pub(super) async fn held(connection: &mut PgConnection, batch: &[NewCheckIn]) -> sqlx::Result<Vec<Held>> {
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
pub(super) struct Write<'a> {
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
pub(super) async fn write(
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

/// The counts of these courses on a day.
pub(super) async fn counts(
    pool: &PgPool,
    courses: &[i64],
    day: Date,
    at: Timestamp,
) -> sqlx::Result<Vec<Count>> {
    let rows = query!(
        r#"select asked.id as "id!", coalesce(today.attendees, 0) as "attendees!", coalesce(today.check_ins, 0) as "check_ins!",
               coalesce((select sum(newcomers) from tallies every_day where every_day.course_id = asked.id), 0) as "seats_taken!"
           from unnest($1::bigint[]) asked (id)
           left join tallies today on today.course_id = asked.id and today.day = $2"#,
        courses,
        day.to_sqlx() as _,
    )
    .fetch_all(pool)
    .await?;
    let counts = rows.into_iter().map(|row| Count {
        course: CourseId(row.id),
        day,
        attendees: row.attendees,
        check_ins: row.check_ins,
        seats_taken: row.seats_taken,
        at,
    });
    Ok(counts.collect())
}

/// The check-in of a slot, if it is there.
pub(super) async fn of_slot(pool: &PgPool, slot: Slot) -> sqlx::Result<Option<CheckIn>> {
    let row = query!(
        "select id, at, recorded_at, source from check_ins
         where person_id = $1 and course_id = $2 and day = $3 and slot = $4",
        slot.person.0,
        slot.course.0,
        slot.day.to_sqlx() as _,
        slot.slot,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| CheckIn {
        id: row.id,
        slot,
        at: row.at.to_jiff(),
        recorded_at: row.recorded_at.to_jiff(),
        source: Source::from_word(&row.source),
    }))
}

/// The first check-in that this person and device made with this very code.
pub(super) async fn of_code(
    pool: &PgPool,
    person: PersonId,
    course: CourseId,
    day: Date,
    evidence: (ScreenNumber, i64, Device),
) -> sqlx::Result<Option<CheckIn>> {
    let (screen, step, device) = evidence;
    let row = query!(
        "select id, slot, at, recorded_at, source from check_ins
         where person_id = $1 and course_id = $2 and day = $3 and screen = $4 and step = $5 and device_hash = $6
         order by at limit 1",
        person.0,
        course.0,
        day.to_sqlx() as _,
        screen.stored(),
        step,
        device.0.as_slice(),
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| CheckIn {
        id: row.id,
        slot: Slot { person, course, day, slot: row.slot },
        at: row.at.to_jiff(),
        recorded_at: row.recorded_at.to_jiff(),
        source: Source::from_word(&row.source),
    }))
}

/// A person's own check-ins, newest first, before the given one.
pub(super) async fn of_person(
    pool: &PgPool,
    person: PersonId,
    before: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> sqlx::Result<Vec<CheckIn>> {
    let (before_at, before_id) = before.unwrap_or((Timestamp::MAX, Uuid::max()));
    let rows = query!(
        "select id, course_id, day, slot, at, recorded_at, source from check_ins
         where person_id = $1 and (at, id) < ($2, $3) and day <= $4
         order by at desc, id desc limit $5",
        person.0,
        before_at.min(stored_max()).to_sqlx() as _,
        before_id,
        crate::clock::day_of(before_at.min(stored_max())).to_sqlx() as _,
        limit,
    )
    .fetch_all(pool)
    .await?;
    let check_ins = rows.into_iter().map(|row| CheckIn {
        id: row.id,
        slot: Slot { person, course: CourseId(row.course_id), day: row.day.to_jiff(), slot: row.slot },
        at: row.at.to_jiff(),
        recorded_at: row.recorded_at.to_jiff(),
        source: Source::from_word(&row.source),
    });
    Ok(check_ins.collect())
}

/// A timestamp later than any check-in and within what Postgres keeps.
fn stored_max() -> Timestamp {
    Timestamp::from_second(7_258_118_400).expect("the year 2200 is within jiff's")
}

/// What a receipt attests.
pub async fn attested(pool: &PgPool, Receipt(slot): Receipt) -> sqlx::Result<Option<Attested>> {
    let row = query!(
        "select people.name as person, units.name as unit, courses.title, number, catalogue_entries.name as project,
             at, recorded_at, source
         from check_ins
         join people on people.id = person_id
         join units on units.id = people.unit_id
         join courses on courses.id = course_id
         join projects on projects.id = project_id
         join catalogue_entries on catalogue_entries.id = catalogue_entry_id
         where person_id = $1 and course_id = $2 and day = $3 and slot = $4",
        slot.person.0,
        slot.course.0,
        slot.day.to_sqlx() as _,
        slot.slot,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Attested {
        name: MaskedName::of(&row.person).into(),
        unit: row.unit,
        course_title: row.title,
        project_number: row.number,
        project_name: row.project,
        at: row.at.to_jiff(),
        recorded_at: row.recorded_at.to_jiff(),
        day: slot.day,
        source: Source::from_word(&row.source),
    }))
}

/// Makes the partitions of last month to three months ahead.
pub async fn ensure_months(pool: &PgPool, today: Date) -> sqlx::Result<()> {
    for months in -1..=3 {
        let day = today.first_of_month().saturating_add(Span::new().months(months));
        query_scalar!("select ensure_check_in_month($1)", day.to_sqlx() as _).execute(pool).await?;
    }
    Ok(())
}
