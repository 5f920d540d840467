//! The queries of spot checks.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use crate::presence::spot_check::{Mode, NewSpotCheck};
use zaichang_core::ids::{AccountId, CourseId, PersonId, SpotCheckId};
use zaichang_platform::db::{self, Readable};

pub(in crate::presence) async fn insert(
    connection: &mut PgConnection,
    course: CourseId,
    new: &NewSpotCheck,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<SpotCheckId> {
    let range = new.range();
    let id = query_scalar!(
        "insert into spot_checks (course_id, day, mode, opens_at, closes_at, range_from, range_until, ordered_by, ordered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
        course.0,
        new.day.to_sqlx() as _,
        new.mode.word(),
        new.opens_at.to_sqlx() as _,
        new.closes_at.to_sqlx() as _,
        range.map(|(from, _)| from.to_sqlx()) as _,
        range.map(|(_, until)| until.to_sqlx()) as _,
        by.0,
        now.to_sqlx() as _,
    );
    Ok(SpotCheckId(id.fetch_one(connection).await?))
}

/// Cancels a spot check that is not over; false if there is none.
pub(in crate::presence) async fn cancel(
    connection: &mut PgConnection,
    course: CourseId,
    id: SpotCheckId,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let cancelled = query!(
        "update spot_checks set cancelled_by = $3, cancelled_at = $4
         where id = $1 and course_id = $2 and cancelled_at is null and closes_at > $4",
        id.0,
        course.0,
        by.0,
        now.to_sqlx() as _,
    );
    Ok(cancelled.execute(connection).await?.rows_affected() == 1)
}

/// What spot checks are called: their course.
pub(in crate::presence) async fn titles(pool: PgPool, ids: Vec<i64>) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query!(
        "select spot_checks.id, title from spot_checks join courses on courses.id = course_id where spot_checks.id = any($1)",
        &ids,
    );
    Ok(rows.fetch_all(&pool).await?.into_iter().map(|row| (row.id, row.title)).collect())
}

/// A spot check with what came of it.
pub(in crate::presence) struct SpotCheckRow {
    pub id: i64,
    pub mode: Mode,
    pub opens_at: Timestamp,
    pub closes_at: Timestamp,
    pub range: Option<(Timestamp, Timestamp)>,
    pub ordered_by: String,
    pub ordered_at: Timestamp,
    pub cancelled_at: Option<Timestamp>,
    /// Distinct people who had come before it opened, by scan.
    pub expected: i64,
    /// Of them, those who have answered.
    pub answered: i64,
    /// Others who came while it was open: for the first time, or checked in by staff.
    pub newcomers: i64,
}

/// Those of a course's day, the newest order first. One that cannot be read is left out.
pub(in crate::presence) async fn of_day(
    pool: &PgPool,
    course: CourseId,
    day: Date,
) -> sqlx::Result<Readable<SpotCheckRow>> {
    let rows = query!(
        r#"select asked.id, mode, opens_at, closes_at, range_from, range_until, accounts.name as ordered_by, ordered_at,
               cancelled_at,
               expected as "expected!", answered as "answered!", newcomers as "newcomers!"
           from spot_checks asked
           join accounts on accounts.id = ordered_by
           join lateral (
               select count(*) filter (where had_come) as expected,
                   count(*) filter (where had_come and has_answered) as answered,
                   count(*) filter (where not had_come and has_answered) as newcomers
               from (
                   select bool_or(c.at < asked.opens_at and c.source = 'scan') as had_come,
                       bool_or(c.slot = -asked.id) as has_answered
                   from check_ins c
                   left join people merged on merged.id = c.person_id and merged.merged_into is not null
                   where c.course_id = asked.course_id and c.day = asked.day
                   group by coalesce(merged.merged_into, c.person_id)
               ) people_of_day
           ) counted on true
           where asked.course_id = $1 and asked.day = $2
           order by asked.id desc"#,
        course.0,
        day.to_sqlx() as _,
    );
    let rows = rows.fetch_all(pool).await?.into_iter().map(|row| {
        Ok(SpotCheckRow {
            id: row.id,
            mode: db::word("spot_checks", "mode", row.id, &row.mode)?,
            opens_at: row.opens_at.to_jiff(),
            closes_at: row.closes_at.to_jiff(),
            range: row.range_from.zip(row.range_until).map(|(from, until)| (from.to_jiff(), until.to_jiff())),
            ordered_by: row.ordered_by,
            ordered_at: row.ordered_at.to_jiff(),
            cancelled_at: row.cancelled_at.map(jiff_sqlx::Timestamp::to_jiff),
            expected: row.expected,
            answered: row.answered,
            newcomers: row.newcomers,
        })
    });
    Ok(db::readable(rows))
}

/// Where a missing person lies in the list: name and id.
pub(in crate::presence) type Keyset = (String, i64);

/// Who had come before a spot check opened and has not answered it, by name, after this place; and how many there are in all.
/// None if it has not opened.
pub(in crate::presence) async fn missing(
    connection: &mut PgConnection,
    course: CourseId,
    id: SpotCheckId,
    now: Timestamp,
    after: Option<Keyset>,
    rows: i64,
) -> sqlx::Result<Option<(i64, Vec<Missing>)>> {
    let opened = query_scalar!(
        r#"select exists (select from spot_checks where id = $1 and course_id = $2 and opens_at <= $3) as "opened!""#,
        id.0,
        course.0,
        now.to_sqlx() as _,
    );
    if !opened.fetch_one(&mut *connection).await? {
        return Ok(None);
    }
    let (name, person) = after.unzip();
    let found = query!(
        r#"with missing as (
               select people.id, people.name, people.title, people.unit_id, people.department_id
               from spot_checks asked
               join lateral (
                   select distinct coalesce(merged.merged_into, c.person_id) as person_id from check_ins c
                   left join people merged on merged.id = c.person_id and merged.merged_into is not null
                   where c.course_id = asked.course_id and c.day = asked.day and c.at < asked.opens_at and c.source = 'scan'
               ) came on true
               join people on people.id = came.person_id
               where asked.id = $1 and asked.course_id = $2
                 and not exists (
                     select from check_ins c where c.person_id in (
                           select people.id union all select merged.id from people merged where merged.merged_into = people.id
                       ) and c.course_id = asked.course_id
                       and c.day = asked.day and c.slot = -asked.id
                 )
           ), page as (
               select * from missing where $3::text is null or (name, id) > ($3, $4)
               order by name, id limit $5
           )
           select counted.people as "people!", page.id as "id?", page.name as "name?", page.title as "title?",
               units.name as "unit?", departments.name as "department?"
           from (select count(*) as people from missing) counted
           left join page on true
           left join units on units.id = page.unit_id
           left join units departments on departments.id = page.department_id
           order by page.name, page.id"#,
        id.0,
        course.0,
        name,
        person,
        rows,
    );
    let found = found.fetch_all(&mut *connection).await?;
    let people = found.first().map_or(0, |row| row.people);
    let missing = found.into_iter().filter_map(|row| {
        let (person_id, name, title, unit) = (row.id?, row.name?, row.title?, row.unit?);
        Some(Missing { person_id, name, unit, department: row.department, title })
    });
    Ok(Some((people, missing.collect())))
}

/// A person who has not answered.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = MissingPerson)]
pub(in crate::presence) struct Missing {
    pub person_id: i64,
    pub name: String,
    pub unit: String,
    pub department: Option<String>,
    pub title: String,
}

/// Whether this person has answered.
pub(in crate::presence) async fn has_answered(
    pool: &PgPool,
    person: PersonId,
    course: CourseId,
    day: Date,
    slot: i64,
) -> sqlx::Result<bool> {
    query_scalar!(
        r#"select exists (
               select from check_ins
               where person_id in (
                   -- By whichever row of a person who was merged.
                   select people.id from (select coalesce(merged_into, id) as id from people where id = $1) stays
                   join people on people.id = stays.id or people.merged_into = stays.id
               ) and course_id = $2 and day = $3 and slot = $4
           ) as "answered!""#,
        person.0,
        course.0,
        day.to_sqlx() as _,
        slot,
    )
    .fetch_one(pool)
    .await
}
