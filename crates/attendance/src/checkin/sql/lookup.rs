//! What is looked up around a check-in: screens, counts, what was made before, what a receipt attests.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgPool, query, query_scalar};
use uuid::Uuid;

use super::source;
use crate::checkin::admission::Face;
use crate::checkin::counts::Count;
use crate::checkin::record::{CheckIn, Slot};
use crate::checkin::roster::Screen;
use crate::checkin::{Attested, Device, Ending, Receipt};
use zaichang_core::MaskedName;
use zaichang_core::ids::{CourseId, PersonId, ScreenNumber};
use zaichang_platform::db;

pub(in crate::checkin) async fn screens(
    pool: &PgPool,
    screens: &[ScreenNumber],
) -> sqlx::Result<Vec<Arc<Screen>>> {
    let numbers: Vec<_> = screens.iter().map(|screen| screen.stored()).collect();
    let rows = query!(
        "select screen, course_id, day, place, closed_at from screens where screen = any($1)",
        &numbers
    )
    .fetch_all(pool)
    .await?;
    let screens = rows.into_iter().map(|row| {
        Arc::new(Screen {
            screen: ScreenNumber::from_stored(row.screen),
            course: CourseId(row.course_id),
            day: row.day.to_jiff(),
            place: row.place,
            closed_at: row.closed_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    });
    Ok(screens.collect())
}

/// The counts of these courses on a day.
pub(in crate::checkin) async fn counts(
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

/// The check-in of a slot, if one of these people has one there.
pub(in crate::checkin) async fn of_slot(
    pool: &PgPool,
    slot: Slot,
    people: &[PersonId],
) -> sqlx::Result<Option<CheckIn>> {
    let row = query!(
        "select id, person_id, at, recorded_at, source from check_ins
         where person_id = any($1) and course_id = $2 and day = $3 and slot = $4 order by at limit 1",
        &ids(people),
        slot.course.0,
        slot.day.to_sqlx() as _,
        slot.slot,
    )
    .fetch_optional(pool)
    .await?;
    row.map(|row| {
        Ok(CheckIn {
            id: row.id,
            slot: Slot { person: PersonId(row.person_id), ..slot },
            at: row.at.to_jiff(),
            recorded_at: row.recorded_at.to_jiff(),
            source: source(row.id, &row.source)?,
        })
    })
    .transpose()
}

/// As Postgres takes them.
fn ids(people: &[PersonId]) -> Vec<i64> {
    people.iter().map(|person| person.0).collect()
}

/// The first check-in that one of these people made on this device with this very code.
pub(in crate::checkin) async fn of_code(
    pool: &PgPool,
    people: &[PersonId],
    course: CourseId,
    day: Date,
    evidence: (ScreenNumber, i64, Device),
) -> sqlx::Result<Option<CheckIn>> {
    let (screen, step, device) = evidence;
    let row = query!(
        "select id, person_id, slot, at, recorded_at, source from check_ins
         where person_id = any($1) and course_id = $2 and day = $3 and screen = $4 and step = $5 and device_hash = $6
         order by at limit 1",
        &ids(people),
        course.0,
        day.to_sqlx() as _,
        screen.stored(),
        step,
        device.0.as_slice(),
    )
    .fetch_optional(pool)
    .await?;
    row.map(|row| {
        Ok(CheckIn {
            id: row.id,
            slot: Slot { person: PersonId(row.person_id), course, day, slot: row.slot },
            at: row.at.to_jiff(),
            recorded_at: row.recorded_at.to_jiff(),
            source: source(row.id, &row.source)?,
        })
    })
    .transpose()
}

/// Where a record lies in a person's list.
pub(in crate::checkin) type Keyset = (Timestamp, Uuid);

/// These people's own check-ins, who are one, newest first, before the given one; each with whether it has been struck. One that
/// cannot be read stops no other.
pub(in crate::checkin) async fn of_person(
    pool: &PgPool,
    people: &[PersonId],
    before: Option<Keyset>,
    limit: i64,
) -> sqlx::Result<Vec<(Keyset, sqlx::Result<(CheckIn, bool)>)>> {
    let (before_at, before_id) = before.unwrap_or((Timestamp::MAX, Uuid::max()));
    let rows = query!(
        r#"select id, person_id, course_id, day, slot, at, recorded_at, source,
             coalesce((
                 select verdict from verdicts v
                 where v.course_id = check_ins.course_id and v.day = check_ins.day
                   and v.person_id = check_ins.person_id and v.slot = check_ins.slot
                 order by v.id desc limit 1
             ) = 'struck', false) as "struck!"
         from check_ins
         where person_id = any($1) and (at, id) < ($2, $3) and day <= $4
         order by at desc, id desc limit $5"#,
        &ids(people),
        before_at.min(stored_max()).to_sqlx() as _,
        before_id,
        zaichang_core::clock::day_of(before_at.min(stored_max())).to_sqlx() as _,
        limit,
    )
    .fetch_all(pool)
    .await?;
    let check_ins = rows.into_iter().map(|row| {
        let place = (row.at.to_jiff(), row.id);
        let check_in = source(row.id, &row.source).map(|source| CheckIn {
            id: row.id,
            slot: Slot {
                person: PersonId(row.person_id),
                course: CourseId(row.course_id),
                day: row.day.to_jiff(),
                slot: row.slot,
            },
            at: row.at.to_jiff(),
            recorded_at: row.recorded_at.to_jiff(),
            source,
        });
        (place, check_in.map(|check_in| (check_in, row.struck)))
    });
    Ok(check_ins.collect())
}

/// What a provider said of this person's face, for this course on this day.
pub(in crate::checkin) async fn face(
    pool: &PgPool,
    person: PersonId,
    course: CourseId,
    day: Date,
) -> sqlx::Result<Face> {
    let decided = query_scalar!(
        r#"select state = 'passed' as "passed!" from face_checks
           where person_id = $1 and course_id = $2 and day = $3 and state <> 'pending'
           order by state = 'passed' desc limit 1"#,
        person.0,
        course.0,
        day.to_sqlx() as _,
    );
    Ok(match decided.fetch_optional(pool).await? {
        None => Face::Unseen,
        Some(true) => Face::Passed,
        Some(false) => Face::Failed,
    })
}

/// A timestamp later than any check-in and within what Postgres keeps.
fn stored_max() -> Timestamp {
    Timestamp::from_second(7_258_118_400).expect("the year 2200 is within jiff's")
}

/// What a receipt attests.
pub async fn attested(pool: &PgPool, Receipt { slot, .. }: Receipt) -> sqlx::Result<Option<Attested>> {
    let row = query!(
        r#"select people.name as person, units.name as unit, courses.title, number, catalogue_entries.name as project,
             check_ins.id, at, recorded_at, source,
             coalesce((
                 select verdict from verdicts v
                 where v.course_id = check_ins.course_id and v.day = check_ins.day
                   and v.person_id = check_ins.person_id and v.slot = check_ins.slot
                 order by v.id desc limit 1
             ) = 'struck', false) as "struck!"
         from check_ins
         join people written on written.id = person_id
         -- A merged row has the name of the row that stays.
         join people on people.id = coalesce(written.merged_into, written.id)
         join units on units.id = people.unit_id
         join courses on courses.id = course_id
         join projects on projects.id = project_id
         join catalogue_entries on catalogue_entries.id = catalogue_entry_id
         where person_id = $1 and course_id = $2 and day = $3 and slot = $4"#,
        slot.person.0,
        slot.course.0,
        slot.day.to_sqlx() as _,
        slot.slot,
    )
    .fetch_optional(pool)
    .await?;
    row.map(|row| {
        Ok(Attested {
            name: MaskedName::of(&row.person).into(),
            unit: row.unit,
            course_title: row.title,
            project_number: row.number,
            project_name: row.project,
            at: row.at.to_jiff(),
            recorded_at: row.recorded_at.to_jiff(),
            day: slot.day,
            source: db::word("check_ins", "source", format_args!("{slot:?}"), &row.source)?,
            ending: Ending::of(row.id).to_string(),
            recognised: !row.struck,
        })
    })
    .transpose()
}

/// Makes the partitions of last month to three months ahead.
pub async fn ensure_months(pool: &PgPool, today: Date) -> sqlx::Result<()> {
    for months in -1..=3 {
        let day = today.first_of_month().saturating_add(Span::new().months(months));
        let mut transaction = pool.begin().await?;
        // Of nodes that start at once one makes it, the others wait and find it there.
        query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", "check_in_months")
            .execute(&mut *transaction)
            .await?;
        query_scalar!("select ensure_check_in_month($1)", day.to_sqlx() as _)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
    }
    Ok(())
}
