//! What a decided proposal does to the registrations that wait for it: they go on to the unit's review, or back to their applicants.
//! A job does it, some at a time: however many wait, the admin who decides waits for none of them; a node that dies has moved whole lots,
//! and another goes on. Until it has come to one, its applicant sees that it is on its way. It must not know who decided, or how.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::{PgConnection, query};

use super::closing::CLOSED;
use super::returning::send_back;
use super::sql::{Registration, subject};
use super::unit_proposal::{self, decide, waiting};
use super::{Error, UnitProposalId};
use zaichang_core::clock::Clock;
use zaichang_core::ids::{AccountId, RegistrationId, UnitId};
use zaichang_platform::auth::{Account, accounts};
use zaichang_platform::change::Change;
use zaichang_platform::jobs::{self, Failed, Job, RunsOn, Try};
use zaichang_platform::review::{self as kit, Reason};

/// Registrations of one lot: locks are held for a fraction of a second.
const AT_A_TIME: i64 = 200;

/// Moves on the registrations that wait for this proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FollowDecision {
    proposal: i64,
    /// Who decided: it is their act.
    account: i64,
}

impl Job for FollowDecision {
    const NAME: &'static str = "follow_unit_proposal";
    /// Nearly two days.
    const TRIES: u8 = 16;

    fn key(&self) -> String {
        format!("proposal:{}", self.proposal)
    }
}

/// Keeps what came of a proposal that the caller has locked, and has the registrations follow that wait for it. How many they are.
pub(crate) async fn decided(
    change: &mut Change<'_>,
    id: UnitProposalId,
    became: Option<UnitId>,
) -> sqlx::Result<i32> {
    let (by, now) = (change.by(), change.now());
    let registrations = decide(change.connection(), id, became, now).await?;
    let job = FollowDecision { proposal: id.0, account: by.id.0 };
    jobs::enqueue(change.connection(), &job, &RunsOn::Anywhere).await?;
    Ok(registrations)
}

pub(super) async fn run(job: FollowDecision, attempt: Try, clock: Clock) -> Result<(), Failed> {
    let failed = |error: Error| {
        tracing::error!(%error, proposal = job.proposal, "what waits for a decided proposal is put off");
        Failed("database")
    };
    let by = accounts::account_also_disabled(&attempt.pool, AccountId(job.account)).await;
    let by = by.map_err(|error| failed(error.into()))?.ok_or(Failed("account_gone"))?;
    let (mut after, mut left) = (0, 0);
    while let Some(lot) =
        lot(&attempt, &clock, &by, UnitProposalId(job.proposal), after).await.map_err(failed)?
    {
        after = lot.last;
        left += lot.left;
    }
    // A node of the next release may read what this one cannot.
    if left > 0 { Err(Failed("rows_unreadable")) } else { Ok(()) }
}

/// What became of some of those that wait.
struct Lot {
    /// The id of the last of them.
    last: i64,
    /// How many stay, because they cannot be read here.
    left: usize,
}

/// Moves the next of those that wait on, after this id; none once there are no more.
async fn lot(
    attempt: &Try,
    clock: &Clock,
    by: &Account,
    id: UnitProposalId,
    after: i64,
) -> Result<Option<Lot>, Error> {
    let mut change = Change::begin(&attempt.pool, clock, by).await?;
    let decision = Decision::of(change.connection(), id).await?;
    let ids = waiting(change.connection(), id, after, AT_A_TIME).await?;
    let Some(last) = ids.last().copied() else { return Ok(None) };
    change.lock_rows::<Registration>(&ids).await?;
    // Some were withdrawn before they were locked.
    let still = waiting(change.connection(), id, after, AT_A_TIME).await?;
    let ids: Vec<_> = ids.into_iter().filter(|id| still.contains(id)).collect();
    let left = match &decision {
        Decision::Unit(unit, name) => {
            place(change.connection(), &ids, *unit, name).await?;
            0
        }
        Decision::None(reason) => send_back(&mut change, &ids, reason).await?,
    };
    change.commit().await?;
    Ok(Some(Lot { last, left }))
}

/// What those who wait go on to.
enum Decision {
    /// The review of this unit, which is held open.
    Unit(UnitId, String),
    /// None: they go back, for this reason.
    None(Reason),
}

impl Decision {
    async fn of(connection: &mut PgConnection, id: UnitProposalId) -> Result<Self, Error> {
        let decided =
            query!("select unit_id from unit_proposals where id = $1 and decided_at is not null", id.0);
        let decided = decided.fetch_optional(&mut *connection).await?.ok_or(Error::NotFound)?;
        if let Some(unit) = decided.unit_id {
            return Ok(match hold(connection, unit).await? {
                Some((unit, name)) => Self::Unit(unit, name),
                None => Self::None(Reason::read(CLOSED).expect("it is 2 to 200 characters without a number")),
            });
        }
        // Only where it stands is of interest: what was proposed may hold words of another release.
        let noun = unit_proposal::subject(id).noun;
        let review = kit::newest::<Value>(connection, noun, &[id.0]).await?.pop();
        let (_, review) = review.ok_or(sqlx::Error::RowNotFound)?;
        review?.state.reason().cloned().map(Self::None).ok_or(Error::NotFound)
    }
}

/// The unit, or the one that it has been merged into since, held open until the transaction ends; none if it is closed by now.
async fn hold(connection: &mut PgConnection, unit: i64) -> sqlx::Result<Option<(UnitId, String)>> {
    let mut at = unit;
    loop {
        let now = query!(
            r#"with recursive way (id, up) as (
                   select $1::bigint, 0
                   union all
                   select merged_into, up + 1 from way join units using (id) where merged_into is not null and up < 100
               )
               select id as "id!" from way order by up desc limit 1"#,
            at,
        );
        at = now.fetch_one(&mut *connection).await?.id;
        let held = query!(
            r#"select name, closed_at is not null as "is_closed!", merged_into from units where id = $1 for share"#,
            at,
        );
        let held = held.fetch_one(&mut *connection).await?;
        match held.merged_into {
            // It was merged between the two.
            Some(into) => at = into,
            None => return Ok((!held.is_closed).then_some((UnitId(at), held.name))),
        }
    }
}

/// Gives the unit to registrations that are locked: each waits for its review from now on, as of when it was submitted.
async fn place(connection: &mut PgConnection, ids: &[i64], unit: UnitId, name: &str) -> sqlx::Result<()> {
    query!(
        "update registrations set unit_id = $2, department_id = null, proposed_name = null, proposed_division = null,
             proposed_category = null, proposed_address = null, unit_proposal_id = null
         where id = any($1)",
        ids,
        unit.0,
    )
    .execute(&mut *connection)
    .await?;
    let noun = subject(RegistrationId(0)).noun;
    kit::correct_all(connection, noun, ids, &json!({ "unit": name, "department": null })).await
}
