//! The queries of projects, periods and courses.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgExecutor, PgPool, query};

use super::settings::Settings;
use super::{Course, Location, OpeningHours, Period, Project, SpotCheck};
use zaichang_core::ids::{CourseId, ProjectId, SpotCheckId, UnitId};
use zaichang_platform::db;
use zaichang_platform::http::Version;

struct CourseRow {
    id: i64,
    version: i64,
    title: String,
    lecturer: Option<String>,
    hours: String,
    place: String,
    cap: Option<i32>,
    face: bool,
    latitude: Option<i32>,
    longitude: Option<i32>,
    profile: String,
    opens_minute: i16,
    closes_minute: i16,
    project_id: i64,
    unit_id: i64,
    number: String,
    name: String,
    venue: String,
    state: String,
    first_days: Vec<jiff_sqlx::Date>,
    last_days: Vec<jiff_sqlx::Date>,
    spot_ids: Vec<i64>,
    spots_open: Vec<jiff_sqlx::Timestamp>,
    spots_close: Vec<jiff_sqlx::Timestamp>,
}

impl TryFrom<CourseRow> for Course {
    type Error = sqlx::Error;

    fn try_from(row: CourseRow) -> sqlx::Result<Self> {
        let periods = row.first_days.iter().zip(&row.last_days);
        let spot_checks = row.spot_ids.iter().zip(&row.spots_open).zip(&row.spots_close);
        Ok(Self {
            id: CourseId(row.id),
            version: Version(row.version),
            title: row.title,
            lecturer: row.lecturer,
            hours: row.hours,
            place: row.place,
            cap: row.cap,
            face: row.face,
            location: row
                .latitude
                .zip(row.longitude)
                .map(|(latitude, longitude)| Location { latitude, longitude }),
            profile: db::word("courses", "profile", row.id, &row.profile)?,
            opening: OpeningHours { opens: row.opens_minute, closes: row.closes_minute },
            spot_checks: spot_checks
                .map(|((id, opens_at), closes_at)| SpotCheck {
                    id: SpotCheckId(*id),
                    opens_at: opens_at.to_jiff(),
                    closes_at: closes_at.to_jiff(),
                })
                .collect(),
            project: Project {
                id: ProjectId(row.project_id),
                unit: UnitId(row.unit_id),
                number: row.number,
                name: row.name,
                venue: row.venue,
                state: db::word("projects", "state", row.project_id, &row.state)?,
                periods: periods
                    .map(|(from, to)| Period { from: from.to_jiff(), to: to.to_jiff() })
                    .collect(),
            },
        })
    }
}

/// The course with its project and periods.
pub(super) async fn course(pool: &PgPool, id: CourseId) -> sqlx::Result<Option<Course>> {
    courses(pool, &[id.0]).await?.pop().map(|(_, course)| course).transpose()
}

/// These courses, in the order of their projects' numbers.
pub async fn courses(
    executor: impl PgExecutor<'_>,
    ids: &[i64],
) -> sqlx::Result<Vec<(CourseId, sqlx::Result<Course>)>> {
    let rows = sqlx::query_as!(
        CourseRow,
        r#"select courses.id, version, title, lecturer, courses.hours::text as "hours!", place, cap, face, latitude, longitude, profile,
               opens_minute, closes_minute, project_id, projects.unit_id, number, catalogue_entries.name, venue, projects.state,
               array(select first_day from periods where periods.project_id = projects.id order by first_day) as "first_days!: Vec<jiff_sqlx::Date>",
               array(select last_day from periods where periods.project_id = projects.id order by first_day) as "last_days!: Vec<jiff_sqlx::Date>",
               coalesce(spot_ids, '{}') as "spot_ids!",
               coalesce(spots_open, '{}') as "spots_open!: Vec<jiff_sqlx::Timestamp>",
               coalesce(spots_close, '{}') as "spots_close!: Vec<jiff_sqlx::Timestamp>"
           from courses
           join projects on projects.id = project_id
           join catalogue_entries on catalogue_entries.id = catalogue_entry_id
           left join lateral (
               -- A cancelled one was open until then: who had answered it is not asked again. A pass may be a day old.
               select array_agg(asked.id order by opens_at) as spot_ids, array_agg(opens_at order by opens_at) as spots_open,
                   array_agg(least(closes_at, cancelled_at) order by opens_at) as spots_close
               from (
                   select id, opens_at, closes_at, cancelled_at from spot_checks
                   where spot_checks.course_id = courses.id and opens_at < least(closes_at, cancelled_at)
                   order by opens_at desc limit 64
               ) asked
           ) asked_for on true
           where courses.id = any($1)
           order by number, courses.id"#,
        ids,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(|row| (CourseId(row.id), Course::try_from(row))).collect())
}

/// What courses are called.
pub(super) async fn titles(pool: PgPool, ids: Vec<i64>) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query!("select id, title from courses where id = any($1)", &ids).fetch_all(&pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}

/// What projects are called.
pub(super) async fn project_titles(pool: PgPool, ids: Vec<i64>) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query!(
        "select projects.id, catalogue_entries.name from projects
         join catalogue_entries on catalogue_entries.id = catalogue_entry_id where projects.id = any($1)",
        &ids,
    );
    Ok(rows.fetch_all(&pool).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

/// What a course's day has counted so far, and how many screens are open.
pub(super) struct Numbers {
    pub course_id: i64,
    pub attendees: i32,
    pub check_ins: i32,
    pub seats_taken: i64,
    pub open_screens: i64,
}

pub(super) async fn numbers(
    executor: impl PgExecutor<'_>,
    courses: &[i64],
    day: Date,
) -> sqlx::Result<Vec<Numbers>> {
    sqlx::query_as!(
        Numbers,
        r#"select asked.id as "course_id!",
               coalesce(tallies.attendees, 0) as "attendees!",
               coalesce(tallies.check_ins, 0) as "check_ins!",
               coalesce((select sum(newcomers) from tallies every_day where every_day.course_id = asked.id), 0) as "seats_taken!",
               (select count(*) from screens where screens.course_id = asked.id and screens.day = $2 and closed_at is null) as "open_screens!"
           from unnest($1::bigint[]) asked (id)
           left join tallies on tallies.course_id = asked.id and tallies.day = $2"#,
        courses,
        day.to_sqlx() as _,
    )
    .fetch_all(executor)
    .await
}

/// For `changeable!`.
async fn read(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<Course>> {
    courses(connection, ids).await?.into_iter().map(|(_, course)| course).collect()
}

zaichang_platform::changeable!(Course, "course" in "courses", read);

/// Writes the settings, in a change.
pub(super) async fn update(
    connection: &mut PgConnection,
    id: CourseId,
    settings: &Settings,
) -> sqlx::Result<()> {
    query!(
        "update courses set cap = $2, face = $3, profile = $4, opens_minute = $5, closes_minute = $6, latitude = $7, longitude = $8
         where id = $1",
        id.0,
        settings.cap,
        settings.face,
        settings.profile.word(),
        settings.opening.opens,
        settings.opening.closes,
        settings.location.map(|location| location.latitude),
        settings.location.map(|location| location.longitude),
    )
    .execute(connection)
    .await?;
    Ok(())
}
