//! What becomes of the registrations that wait at a unit that is closed: nobody could judge them there, so each goes back to its
//! applicant, who chooses another unit. A job does it, some at a time: a node that dies has returned what it has, and another goes
//! on. It must not know how a unit is closed.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{PgConnection, query_scalar};

use super::Error;
use super::notice::TellVerdict;
use super::sql::{Proposal, Registration, count_step, subject};
use zaichang_core::clock::Clock;
use zaichang_core::ids::{AccountId, RegistrationId, UnitId};
use zaichang_core::seal::Sealer;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::{Account, accounts};
use zaichang_platform::change::Change;
use zaichang_platform::http::Version;
use zaichang_platform::jobs::{self, Failed, Job, Place, Try};
use zaichang_platform::review::{self as kit, Reason, Step};

/// What their applicants read.
const CLOSED: &str = "所选单位已停用，请改选其他单位后重新提交";
/// Registrations that are returned at a time: locks are held for a fraction of a second.
const AT_A_TIME: i64 = 100;

/// Returns what waits at a unit that was closed when it had this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReturnWaiting {
    unit: i64,
    /// Who closed it: it is their act.
    account: i64,
    version: i64,
}

impl Job for ReturnWaiting {
    const NAME: &'static str = "return_registrations";
    /// Nearly two days.
    const TRIES: u8 = 16;

    fn key(&self) -> String {
        format!("closed:{}:{}", self.unit, self.version)
    }
}

/// Has each registration returned that waits at this unit or below, in the transaction that closes it.
pub(crate) async fn return_waiting(
    transaction: &mut PgConnection,
    unit: UnitId,
    version: Version,
    by: &Account,
) -> sqlx::Result<()> {
    let job = ReturnWaiting { unit: unit.0, account: by.id.0, version: version.0 };
    jobs::enqueue(transaction, &job, &Place::Anywhere).await
}

pub(super) async fn run(
    job: ReturnWaiting,
    attempt: Try,
    sealer: Sealer,
    clock: Clock,
) -> Result<(), Failed> {
    let failed = |error: Error| {
        tracing::error!(%error, unit = job.unit, "returning what waits at a closed unit is put off");
        Failed("database")
    };
    let by = accounts::whoever(&attempt.pool, AccountId(job.account)).await;
    let by = by.map_err(|error| failed(error.into()))?.ok_or(Failed("account_gone"))?;
    while some(&attempt, &sealer, &clock, &by, UnitId(job.unit)).await.map_err(failed)? {}
    Ok(())
}

/// Returns some of those that wait. False once there is nothing left to return, or the unit has been opened again: what waits there
/// may be judged.
async fn some(
    attempt: &Try,
    sealer: &Sealer,
    clock: &Clock,
    by: &Account,
    unit: UnitId,
) -> Result<bool, Error> {
    let mut change = Change::begin(&attempt.pool, clock, by).await?;
    // The unit before what waits there, as who submits to it does; it is not opened meanwhile.
    let closed =
        query_scalar!("select id from units where id = $1 and closed_at is not null for share", unit.0);
    if closed.fetch_optional(change.connection()).await?.is_none() {
        return Ok(false);
    }
    let ids = waiting(change.connection(), unit).await?;
    if ids.is_empty() {
        return Ok(false);
    }
    change.lock_rows::<Registration>(&ids).await?;
    // Some were withdrawn before they were locked.
    let still = waiting(change.connection(), unit).await?;
    let ids: Vec<_> = ids.into_iter().filter(|id| still.contains(id)).collect();
    let now = change.now();
    // Only nodes that can open what was sealed tell the applicant.
    let place = Place::Key(hex::encode(sealer.key_id()));
    let reviews = kit::newest::<Proposal>(change.connection(), subject(RegistrationId(0)).noun, &ids).await?;
    for (id, review) in reviews {
        let id = RegistrationId(id);
        let review = review.map_err(Error::Unreadable)?;
        let reason = Reason::read(CLOSED).expect("it is 2 to 200 characters without a number");
        let review = kit::take(change.connection(), review, Step::Return(reason), by, now).await?;
        count_step(change.connection(), id, by.id, now).await?;
        let mut detail = serde_json::to_value(&review.after).unwrap_or_default();
        detail["reason"] = json!(CLOSED);
        let entry = Entry { action: "return_registration", noun: "registration", noun_id: id.0, detail };
        audit::record(change.connection(), by, now, entry).await?;
        let told = TellVerdict::newest(change.connection(), id).await?;
        jobs::enqueue(change.connection(), &told, &place).await?;
    }
    change.commit().await?;
    Ok(true)
}

/// The first of those that wait for a verdict at this unit or below.
async fn waiting(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<Vec<i64>> {
    let ids = query_scalar!(
        "select registrations.id from registrations
         join reviews on noun = 'registration' and noun_id = registrations.id and reviews.state = 'submitted'
         where person_id is null and unit_id in (select unit_and_below($1)) order by registrations.id limit $2",
        unit.0,
        AT_A_TIME,
    );
    ids.fetch_all(connection).await
}
