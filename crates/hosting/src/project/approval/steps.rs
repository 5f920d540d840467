//! What is done to one project: its plan is changed, its unit submits or withdraws it, and what a step makes of it. Each inside a
//! change, whose lock it has.

use jiff::civil::Date;
use sqlx::{PgPool, query_scalar};

use super::application::{Application, subject, write_plan, write_state};
use super::plan::ValidPlan;
use super::{Error, Plan};
use crate::project::ProjectState;
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::ids::{ProjectId, UnitId};
use zaichang_platform::auth::Account;
use zaichang_platform::change::{Change, Outcome};
use zaichang_platform::http::IfMatch;
use zaichang_platform::review::{self, Levels, NotNow, Review, State, Step, StepWord};

/// How many levels judge a project: the authority above its unit.
const LEVELS: Levels = Levels::ONE;

impl ProjectState {
    /// What a review's state makes of it. What has passed once is held as it is while another plan is reviewed.
    fn reviewed(self, state: &State) -> Self {
        match state {
            _ if self.has_passed() => self,
            State::Draft => Self::Draft,
            State::Submitted { .. } => Self::Submitted,
            State::Returned { .. } => Self::Returned,
            State::Rejected { .. } => Self::Rejected,
            State::Approved => Self::Approved,
        }
    }
}

impl Application {
    /// The plan in force, if there is one.
    fn in_force(&self) -> Option<&Plan> {
        self.state.has_passed().then_some(&self.plan)
    }

    /// The review that goes on, or whose verdict stands; none where the next one begins.
    pub(super) fn standing_review(&self) -> Option<&Review<Plan>> {
        let stands = |review: &&Review<Plan>| review.state.turn().is_some() || !self.state.has_passed();
        self.review.as_ref().filter(stands)
    }

    /// The same, or a new draft of this plan.
    async fn open_review(&self, change: &mut Change<'_>) -> Result<Review<Plan>, Error> {
        match self.standing_review() {
            Some(review) => Ok(review.clone()),
            None => {
                let (before, after) = (self.in_force().cloned(), self.plan.clone());
                Ok(review::begin(change.connection(), subject(self.id), LEVELS, before, after).await?)
            }
        }
    }

    /// Whether this step may be taken on this day, or why not.
    pub(super) fn may_take(&self, step: StepWord, today: Date) -> Result<(), Error> {
        if self.state == ProjectState::Closed {
            return Err(Error::Closed);
        }
        // A plan that is approved, and not under change, waits for nothing.
        if self.state.has_passed() && self.review.as_ref().is_none_or(|review| review.state.turn().is_none())
        {
            return Err(Error::NotNow(NotNow::Over));
        }
        let (state, before, after) = match self.standing_review() {
            Some(review) => (&review.state, review.before.as_ref(), &review.after),
            None => (&State::Draft, self.in_force(), &self.plan),
        };
        // Whose turn it is is said before what is missing.
        state.admits(step).map_err(Error::NotNow)?;
        if !matches!(step, StepWord::Submit | StepWord::Approve) {
            return Ok(());
        }
        if after.period.is_empty() || self.courses == 0 {
            return Err(Error::Incomplete);
        }
        if before == Some(after) {
            return Err(Error::Unchanged);
        }
        // The first plan that comes to its verdict too late is the authority's to judge.
        if step == StepWord::Submit || before.is_some() {
            after.fits(before, today)?;
        }
        Ok(())
    }
}

/// Plans the project otherwise: at once before it is submitted; as what is submitted next, once it has been approved.
pub(super) async fn change_plan(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: ProjectId,
    seen: &IfMatch,
    wanted: &ValidPlan,
) -> Result<Outcome<Application>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let project = match change.lock::<Application>(id.0, seen).await?.ok_or(Error::NotFound)? {
        Ok(project) => project,
        standing => return Ok(standing),
    };
    if project.state == ProjectState::Closed {
        return Err(Error::Closed);
    }
    hold_open(&mut change, project.unit).await?;
    let review = project.open_review(&mut change).await?;
    let before = review.after.clone();
    let after = before.changed(wanted);
    review.state.may_be_changed().map_err(Error::NotNow)?;
    // What changes nothing is no act, and no new version.
    if after == before {
        return Ok(Ok(project));
    }
    review::propose(change.connection(), review, after.clone()).await?;
    // Of what is in force, the same once more: what is proposed instead is a new version too.
    write_plan(change.connection(), id, project.in_force().unwrap_or(&after)).await?;
    let detail = serde_json::json!({ "before": before, "after": after });
    change.record("change_plan", &project, detail).await?;
    Ok(Ok(change.commit_row(project).await?))
}

/// Holds the project's unit until the change is made, and refuses a closed one: closing the unit sees the days that are planned
/// for it, or they are not planned.
async fn hold_open(change: &mut Change<'_>, unit: UnitId) -> Result<(), Error> {
    let open = query_scalar!("select id from units where id = $1 and closed_at is null for share", unit.0);
    open.fetch_optional(change.connection()).await?.map(drop).ok_or(Error::UnitClosed)
}

/// Takes one step of its unit in a project's review.
pub(super) async fn take(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: ProjectId,
    seen: &IfMatch,
    step: Step,
) -> Result<Outcome<Application>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let project = match change.lock::<Application>(id.0, seen).await?.ok_or(Error::NotFound)? {
        Ok(project) => project,
        standing => return Ok(standing),
    };
    let word = step.word();
    project.may_take(word, day_of(change.now()))?;
    if word == StepWord::Submit {
        hold_open(&mut change, project.unit).await?;
    }
    let review = project.open_review(&mut change).await?;
    let (by, now) = (change.by(), change.now());
    let review = review::take(change.connection(), review, step, by, now).await?;
    let detail = follow(&mut change, &project, &review).await?;
    change.record(&action(word), &project, detail).await?;
    Ok(Ok(change.commit_row(project).await?))
}

/// What the log calls a step.
pub(super) fn action(step: StepWord) -> String {
    format!("{}_project", step.word())
}

/// Has the project stand as its review does now; before and after, as the log has them.
pub(super) async fn follow(
    change: &mut Change<'_>,
    project: &Application,
    review: &Review<Plan>,
) -> Result<serde_json::Value, Error> {
    let state = project.state.reviewed(&review.state);
    let reason = review.state.reason().map(review::Reason::as_str);
    let plan = if review.state == State::Approved { &review.after } else { &project.plan };
    // One of the two is written: each step is a new version, also where the project stands as before.
    if state == project.state || *plan != project.plan {
        write_plan(change.connection(), project.id, plan).await?;
    }
    if state != project.state {
        let reason = reason.filter(|_| !state.has_passed());
        write_state(change.connection(), project.id, state, reason).await?;
    }
    Ok(serde_json::json!({
        "before": { "state": project.state, "plan": review.before },
        "after": { "state": state, "plan": review.after },
        "reason": reason,
    }))
}
