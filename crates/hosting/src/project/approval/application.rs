//! A project as those see it who apply for it and who judge it: with its plan and the newest review of that. One query for the
//! projects, one for the reviews.

use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, query};
use utoipa::ToSchema;

use super::Plan;
use crate::project::{Period, ProjectState};
use zaichang_core::ids::{ProjectId, UnitId};
use zaichang_platform::db;
use zaichang_platform::http::Version;
use zaichang_platform::review::{self, Review, Subject};

/// Who has approved the activity that a project holds: the words of the constraint `catalogue_level_is_known`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ProjectLevel)]
pub enum Level {
    National,
    Provincial,
    City,
}

/// A project with its plan and where its review stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    pub id: ProjectId,
    pub version: Version,
    pub unit: UnitId,
    pub unit_name: String,
    pub number: String,
    pub name: String,
    pub level: Level,
    pub venue: String,
    pub leader: String,
    pub courses: i64,
    pub state: ProjectState,
    /// In force once it has been approved; before that, what is applied for.
    pub plan: Plan,
    /// The newest; none of a plan that is not submitted or changed yet, and of what was approved before reviews were kept.
    pub review: Option<Review<Plan>>,
}

/// What a review calls a project.
pub(super) const fn subject(id: ProjectId) -> Subject {
    Subject { noun: "project", id: id.0 }
}

/// Those of these projects that there are.
pub(super) async fn read(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<Application>> {
    read_each(connection, ids).await?.into_iter().map(|(_, row)| row).collect()
}

/// The same, each with its id; one that cannot be read stops no other.
pub(super) async fn read_each(
    connection: &mut PgConnection,
    ids: &[i64],
) -> sqlx::Result<Vec<(ProjectId, sqlx::Result<Application>)>> {
    let rows = query!(
        r#"select projects.id, version, projects.unit_id, units.name as unit_name, number,
               catalogue_entries.name, level, venue, leader, state,
               (select count(*) from courses where courses.project_id = projects.id) as "courses!",
               coalesce(project_plans.credits, catalogue_entries.credits)::text as "credits!",
               coalesce(project_plans.hours, catalogue_entries.hours)::text as "hours!",
               array(select first_day from periods where periods.project_id = projects.id order by first_day) as "first_days!: Vec<jiff_sqlx::Date>",
               array(select last_day from periods where periods.project_id = projects.id order by first_day) as "last_days!: Vec<jiff_sqlx::Date>"
           from projects
           join project_plans using (id)
           join units on units.id = projects.unit_id
           join catalogue_entries on catalogue_entries.id = catalogue_entry_id
           where projects.id = any($1)"#,
        ids,
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut reviews = review::newest::<Plan>(connection, subject(ProjectId(0)).noun, ids).await?;
    let applications = rows.into_iter().map(|row| {
        let periods = row.first_days.iter().zip(&row.last_days);
        let amount = |error| sqlx::Error::Decode(Box::new(error));
        let id = ProjectId(row.id);
        let review = reviews.iter().position(|(id, _)| *id == row.id);
        let review = review.map(|at| reviews.swap_remove(at).1).transpose();
        let application = || {
            Ok(Application {
                id,
                version: Version(row.version),
                unit: UnitId(row.unit_id),
                unit_name: row.unit_name,
                number: row.number,
                name: row.name,
                level: db::word("catalogue_entries", "level", row.id, &row.level)?,
                venue: row.venue,
                leader: row.leader,
                courses: row.courses,
                state: db::word("projects", "state", row.id, &row.state)?,
                plan: Plan {
                    period: periods
                        .map(|(from, to)| Period { from: from.to_jiff(), to: to.to_jiff() })
                        .collect(),
                    credits: row.credits.parse().map_err(amount)?,
                    hours: row.hours.parse().map_err(amount)?,
                },
                review: review?,
            })
        };
        (id, application())
    });
    Ok(applications.collect())
}

zaichang_platform::changeable!(Application, "project" in "project_plans", read);

/// Writes where the project stands, and why if it was sent back, in a change.
pub(super) async fn write_state(
    connection: &mut PgConnection,
    project: ProjectId,
    state: ProjectState,
    reason: Option<&str>,
) -> sqlx::Result<()> {
    query!(
        "update projects set state = $2, state_reason = $3 where id = $1",
        project.0,
        state.word(),
        reason
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes what the project plans, in a change. It is a new version, even if the same stands there again.
pub(super) async fn write_plan(
    connection: &mut PgConnection,
    project: ProjectId,
    plan: &Plan,
) -> sqlx::Result<()> {
    query!(
        "update project_plans set credits = $2::text::numeric, hours = $3::text::numeric where id = $1",
        project.0,
        plan.credits.to_string(),
        plan.hours.to_string(),
    )
    .execute(&mut *connection)
    .await?;
    let (from, to): (Vec<_>, Vec<_>) =
        plan.period.iter().map(|period| (period.from.to_sqlx(), period.to.to_sqlx())).unzip();
    // Only those that are others: each row that is written is told to every node.
    query!(
        "with planned as (select * from unnest($2::date[], $3::date[]) as planned (first_day, last_day))
         delete from periods where project_id = $1 and (first_day, last_day) not in (select first_day, last_day from planned)",
        project.0,
        &from as _,
        &to as _,
    )
    .execute(&mut *connection)
    .await?;
    query!(
        "insert into periods (project_id, first_day, last_day)
         select $1, first_day, last_day from unnest($2::date[], $3::date[]) as planned (first_day, last_day)
         where not exists (
             select from periods
             where project_id = $1 and periods.first_day = planned.first_day and periods.last_day = planned.last_day
         )",
        project.0,
        &from as _,
        &to as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
