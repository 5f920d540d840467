//! What a verdict on projects does, and what its preview counts. The kit says which are judged.

use std::collections::{BTreeSet, HashSet};

use jiff::civil::Date;
use serde::Serialize;
use sqlx::{PgConnection, PgPool, query_scalar};
use utoipa::ToSchema;

use super::application::{read_each, subject};
use super::judges::Judge;
use super::steps::{action, follow};
use super::{Application, Error, Plan};
use zaichang_core::amounts::{Credits, Hours};
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::ids::{ProjectId, UnitId};
use zaichang_platform::audit;
use zaichang_platform::auth::Account;
use zaichang_platform::change::{Change, Changeable as _, Outcome};
use zaichang_platform::http::{IfMatch, Problem, Refusal, refusals};
use zaichang_platform::review::{
    self, Found, Judging, NotNow, Preview, Refused, Step, StepRequest, StepWord,
};

/// Projects as they are judged.
pub(super) struct ProjectReviews;

/// Takes one verdict on one project, as it was seen.
pub(super) async fn judge(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: ProjectId,
    seen: &IfMatch,
    step: &Step,
) -> Result<Outcome<Application>, Problem> {
    let mut change = Change::begin(pool, clock, by).await.map_err(Error::from)?;
    let locked = change.lock::<Application>(id.0, seen).await.map_err(Error::from)?;
    let project = match locked.ok_or(Error::NotFound)? {
        Ok(project) => project,
        standing => return Ok(standing),
    };
    review::judge_one(&ProjectReviews, &mut change, project.clone(), step).await?;
    Ok(Ok(change.commit_row(project).await.map_err(Error::from)?))
}

impl Judging for ProjectReviews {
    const NOUN: &'static str = subject(ProjectId(0)).noun;
    type Row = Application;
    type Error = Error;

    async fn below(
        &self,
        connection: &mut PgConnection,
        ids: &[i64],
        above: UnitId,
    ) -> sqlx::Result<Vec<i64>> {
        let below = query_scalar!(
            "with units as materialized (select distinct unit_id from projects where id = any($1))
             select id from projects
             where id = any($1) and unit_id in (select unit_id from units where $2 in (select unit_and_above(unit_id)))",
            ids,
            above.0,
        );
        below.fetch_all(connection).await
    }

    async fn read_each(
        &self,
        connection: &mut PgConnection,
        ids: &[i64],
    ) -> Result<Vec<Found<Application>>, Error> {
        let rows = read_each(connection, ids).await?.into_iter();
        Ok(rows.map(|(id, row)| (id.0, row.map_err(|error| Error::from(error).into()))).collect())
    }

    async fn refused(
        &self,
        connection: &mut PgConnection,
        asked: &StepRequest<'_>,
        rows: &[Application],
    ) -> Result<Vec<Refused>, Error> {
        let judge = Judge::of(&mut *connection, asked.by.unit.id).await?;
        let closed: HashSet<_> = match asked.step {
            StepWord::Approve => closed(connection, rows).await?.into_iter().collect(),
            _ => HashSet::new(),
        };
        let today = day_of(asked.now);
        let refused = rows.iter().filter_map(|project| {
            let may = project.may_take(asked.step, today).and_then(|()| judge.may_judge(project.unit));
            let is_closed = closed.contains(&project.unit.0);
            let may = may.and_then(|()| if is_closed { Err(Error::UnitClosed) } else { Ok(()) });
            Some((project.id.0, may.err()?.into()))
        });
        Ok(refused.collect())
    }

    async fn take(
        &self,
        change: &mut Change<'_>,
        rows: Vec<Application>,
        step: &Step,
    ) -> Result<Vec<Refused>, Error> {
        let open = match step {
            Step::Approve => Some(hold_open(change.connection(), &rows).await?),
            _ => None,
        };
        let (rows, closed): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|project| open.as_ref().is_none_or(|open| open.contains(&project.unit.0)));
        let reviews = rows.iter().map(|project| project.standing_review().cloned());
        let reviews = reviews.collect::<Option<_>>().ok_or(Error::NotNow(NotNow::ApplicantsTurn))?;
        let (by, now) = (change.by(), change.now());
        let reviews = review::take_all(change.connection(), reviews, step, by, now).await?;
        let mut acts = Vec::with_capacity(rows.len());
        for (project, review) in rows.iter().zip(&reviews) {
            acts.push((project.id.0, follow(change, project, review).await?));
        }
        let action = action(step.word());
        audit::record_all(change.connection(), by, now, &action, Application::NOUN, &acts).await?;
        Ok(closed.into_iter().map(|project| (project.id.0, Error::UnitClosed.into())).collect())
    }
}

fn units_of(projects: &[Application]) -> Vec<i64> {
    let units: BTreeSet<_> = projects.iter().map(|project| project.unit.0).collect();
    units.into_iter().collect()
}

/// Those of their units that are closed.
async fn closed(connection: &mut PgConnection, projects: &[Application]) -> sqlx::Result<Vec<i64>> {
    let units = units_of(projects);
    let closed = query_scalar!("select id from units where id = any($1) and closed_at is not null", &units);
    closed.fetch_all(connection).await
}

/// Those of their units that are open, held until the transaction ends: closing one sees the days that are planned for it.
async fn hold_open(connection: &mut PgConnection, projects: &[Application]) -> sqlx::Result<HashSet<i64>> {
    let units = units_of(projects);
    let open = query_scalar!(
        "select id from units where id = any($1) and closed_at is null order by id for share",
        &units
    );
    Ok(open.fetch_all(connection).await?.into_iter().collect())
}

/// Figures of the projects on which a verdict would be given. Amounts are those that are applied for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProjectNumbers)]
pub(super) struct Numbers {
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
    // What consoles of the release before ask for; `left` has all of it, and the next release drops these three.
    /// Of `left`, those that have changed since they were chosen.
    changed: Vec<ProjectId>,
    /// Of `left`, those that wait for no verdict.
    not_waiting: Vec<ProjectId>,
    /// Of `left`, all others.
    refused: Vec<RefusedBody>,
}

/// A project on which a verdict cannot be given, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RefusedProject)]
struct RefusedBody {
    id: ProjectId,
    number: String,
    /// The code of the refusal that the same verdict on it alone would meet.
    #[schema(example = "days_have_passed")]
    code: &'static str,
}

impl Numbers {
    pub fn of(Preview { rows, left }: &Preview<Application>) -> Self {
        let plans = || {
            rows.iter().map(|project| project.review.as_ref().map_or(&project.plan, |review| &review.after))
        };
        let changed = |refusal| refusal == refusals::CHANGED_MEANWHILE;
        let waits =
            |refusal| refusal != NotNow::ApplicantsTurn.refusal() && refusal != NotNow::Over.refusal();
        let refused = left.iter().filter(|left| !changed(left.problem.refusal)).filter_map(|left| {
            let project = left.row.as_ref()?;
            Some(RefusedBody {
                id: project.id,
                number: project.number.clone(),
                code: left.problem.refusal.word(),
            })
        });
        let those = |are: &dyn Fn(Refusal) -> bool| {
            left.iter().filter(|left| are(left.problem.refusal)).map(|left| ProjectId(left.id)).collect()
        };
        Self {
            projects: rows.len(),
            units: units_of(rows).len(),
            changes: rows.iter().filter(|project| project.state.has_passed()).count(),
            credits: Credits::sum(plans().map(|plan| plan.credits)),
            hours: Hours::sum(plans().map(|plan| plan.hours)),
            days: plans().map(Plan::count_days).sum(),
            first_day: plans().flat_map(|plan| &plan.period).map(|period| period.from).min(),
            last_day: plans().flat_map(|plan| &plan.period).map(|period| period.to).max(),
            changed: those(&changed),
            not_waiting: those(&|refusal| !waits(refusal)),
            refused: refused.collect(),
        }
    }
}
