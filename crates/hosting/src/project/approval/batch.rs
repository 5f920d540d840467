//! One verdict on many projects: first what it would come to, then the verdict, on all that were chosen or on none.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, query_scalar};
use utoipa::ToSchema;

use super::application::read;
use super::judges::Judge;
use super::steps::take_in;
use super::{Application, Error};
use zaichang_core::amounts::{Credits, Hours};
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::ids::{ProjectId, UnitId};
use zaichang_platform::auth::Account;
use zaichang_platform::change::Change;
use zaichang_platform::http::{Problem, Refusal, Version};
use zaichang_platform::review::{State, Step};

/// The most projects of one verdict.
const MOST: usize = 200;

/// A project as it was when it was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChosenProject)]
pub(super) struct Chosen {
    pub id: ProjectId,
    /// The `version` that was seen.
    #[schema(value_type = String, max_length = 22, example = "\"7\"")]
    pub version: Version,
}

/// What was chosen, as it stands: what a verdict on it would come to. Amounts are those that are applied for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = VerdictPreview)]
pub(super) struct Preview {
    /// How many projects.
    projects: usize,
    /// How many units hold them.
    units: usize,
    /// How many of them have been approved, and are to be held otherwise.
    changes: usize,
    #[schema(example = "120.5")]
    credits: String,
    #[schema(example = "361.5")]
    hours: String,
    days: usize,
    #[schema(value_type = Option<String>, format = Date)]
    first_day: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    last_day: Option<Date>,
    /// Those that have changed since they were chosen.
    changed: Vec<ProjectId>,
    /// Those that wait for no verdict.
    not_waiting: Vec<ProjectId>,
    /// Those that cannot be approved now, and why; with the refusal of a verdict, those on which it cannot be given.
    refused: Vec<Refused>,
}

/// A project on which a verdict cannot be given, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RefusedProject)]
pub(super) struct Refused {
    id: ProjectId,
    number: String,
    /// The code of the refusal that the same verdict on it alone would meet.
    #[schema(value_type = String, example = "days_have_passed")]
    #[serde(serialize_with = "as_code", rename = "code")]
    refusal: Refusal,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn as_code<S: serde::Serializer>(refusal: &Refusal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(refusal.word())
}

/// What became of a verdict on many.
pub(super) enum Outcome {
    Given(Vec<Application>),
    /// Some were chosen as they are no longer: what stands.
    Changed(Preview),
    /// On some it cannot be given: why on the first of them, and what stands, which names them all.
    Refused(Refusal, Preview),
}

/// Each project once, 1 to 200 of them.
pub(super) fn chosen(mut chosen: Vec<Chosen>) -> Result<Vec<Chosen>, Problem> {
    chosen.sort_unstable();
    let all = chosen.len();
    chosen.dedup_by_key(|chosen| chosen.id);
    if (1..=MOST).contains(&all) && chosen.len() == all {
        Ok(chosen)
    } else {
        Err(Problem::field("projects", "they are 1 to 200, each once"))
    }
}

impl Preview {
    /// Of this step on this day by this judge. `projects` are those that were chosen, in the same order.
    fn of(projects: &[Application], chosen: &[Chosen], judge: &Judge, step: &Step, today: Date) -> Self {
        let plans = || {
            projects
                .iter()
                .map(|project| project.review.as_ref().map_or(&project.plan, |review| &review.after))
        };
        let those = |are: &dyn Fn(&Application, &Chosen) -> bool| -> Vec<ProjectId> {
            let all = projects.iter().zip(chosen);
            all.filter(|(project, chosen)| are(project, chosen)).map(|(project, _)| project.id).collect()
        };
        let waits = |project: &Application| {
            project.review.as_ref().is_some_and(|review| matches!(review.state, State::Submitted { .. }))
        };
        Self {
            projects: projects.len(),
            units: projects.iter().map(|project| project.unit).collect::<BTreeSet<_>>().len(),
            changes: projects.iter().filter(|project| project.state.has_passed()).count(),
            credits: Credits::sum(plans().map(|plan| plan.credits)),
            hours: Hours::sum(plans().map(|plan| plan.hours)),
            days: plans().map(super::Plan::count_days).sum(),
            first_day: plans().flat_map(|plan| &plan.period).map(|period| period.from).min(),
            last_day: plans().flat_map(|plan| &plan.period).map(|period| period.to).max(),
            changed: those(&|project, chosen| project.version != chosen.version),
            not_waiting: those(&|project, _| !waits(project)),
            refused: projects.iter().filter_map(|project| Refused::of(project, judge, step, today)).collect(),
        }
    }
}

impl Refused {
    fn of(project: &Application, judge: &Judge, step: &Step, today: Date) -> Option<Self> {
        let may = project.may_take(step, today).and_then(|()| judge.may_judge(project.unit));
        let refusal = may.err()?.refusal()?;
        Some(Self { id: project.id, number: project.number.clone(), refusal })
    }
}

/// All of them, in their order; not found if one is missing or does not lie under the unit.
async fn all_of(
    connection: &mut sqlx::PgConnection,
    unit: UnitId,
    chosen: &[Chosen],
    mut projects: Vec<Application>,
) -> Result<Vec<Application>, Error> {
    projects.sort_unstable_by_key(|project| project.id);
    let units: Vec<i64> = projects.iter().map(|project| project.unit.0).collect();
    let are_below = query_scalar!(
        r#"select bool_and($2 in (select unit_and_above(unit))) as "are!"
           from (select distinct unit from unnest($1::bigint[]) unit) units"#,
        &units,
        unit.0,
    );
    if projects.len() == chosen.len() && are_below.fetch_one(connection).await? {
        Ok(projects)
    } else {
        Err(Error::NotFound)
    }
}

fn ids_of(chosen: &[Chosen]) -> Vec<i64> {
    chosen.iter().map(|chosen| chosen.id.0).collect()
}

/// What a verdict would come to, and which of them could not be approved.
pub(super) async fn preview(
    pool: &PgPool,
    clock: &Clock,
    unit: UnitId,
    chosen: &[Chosen],
) -> Result<Preview, Error> {
    let mut connection = pool.acquire().await?;
    let projects = read(&mut connection, &ids_of(chosen)).await?;
    let projects = all_of(&mut connection, unit, chosen, projects).await?;
    let judge = Judge::of(&mut connection, unit).await?;
    Ok(Preview::of(&projects, chosen, &judge, &Step::Approve, day_of(clock.now())))
}

/// Gives the verdict on all of them, if all are as they were when they were chosen.
pub(super) async fn judge(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    chosen: &[Chosen],
    step: &Step,
) -> Result<Outcome, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let ids = ids_of(chosen);
    // Proved before anything is locked: nobody makes the projects of others wait.
    let projects = read(change.connection(), &ids).await?;
    all_of(change.connection(), by.unit.id, chosen, projects).await?;
    let projects = change.lock_all::<Application>(&ids).await?;
    let projects = all_of(change.connection(), by.unit.id, chosen, projects).await?;
    let judge = Judge::of(change.connection(), by.unit.id).await?;
    let preview = Preview::of(&projects, chosen, &judge, step, day_of(change.now()));
    if !preview.changed.is_empty() {
        return Ok(Outcome::Changed(preview));
    }
    // Who may is said with the refusal.
    projects.iter().try_for_each(|project| judge.may_judge(project.unit))?;
    if let Some(first) = preview.refused.first() {
        return Ok(Outcome::Refused(first.refusal, preview));
    }
    for project in &projects {
        take_in(&mut change, project, step.clone()).await?;
    }
    let projects = read(change.connection(), &ids).await?;
    change.commit().await?;
    Ok(Outcome::Given(projects))
}
