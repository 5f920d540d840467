//! What becomes of the registrations that wait at a unit that is closed: nobody could judge them there, so each goes back to its
//! applicant, who chooses another unit. It must not know how a unit is closed.

use serde_json::json;
use sqlx::{PgConnection, query_scalar};

use super::Error;
use super::notice::TellVerdict;
use super::sql::{Proposal, Registration, count_step, subject};
use zaichang_core::ids::{RegistrationId, UnitId};
use zaichang_core::seal::Sealer;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::change::Change;
use zaichang_platform::jobs::{self, Place};
use zaichang_platform::review::{self as kit, Reason, Step};

/// What their applicants read.
const CLOSED: &str = "所选单位已停用，请改选其他单位后重新提交";

/// Returns each registration that waits at this unit or below, in the caller's change, which holds the unit's row. How many.
pub(crate) async fn send_back(
    change: &mut Change<'_>,
    sealer: &Sealer,
    unit: UnitId,
) -> Result<usize, Error> {
    let ids = waiting(change.connection(), unit).await?;
    change.lock_rows::<Registration>(&ids).await?;
    // Some were judged or withdrawn before they were locked; none has come, as who submits needs the unit's row.
    let ids = waiting(change.connection(), unit).await?;
    let (by, now) = (change.by(), change.now());
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
    Ok(ids.len())
}

/// Those that wait for a verdict at this unit or below.
async fn waiting(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<Vec<i64>> {
    let ids = query_scalar!(
        "select registrations.id from registrations
         join reviews on noun = 'registration' and noun_id = registrations.id and reviews.state = 'submitted'
         where person_id is null and unit_id in (select unit_and_below($1)) order by registrations.id",
        unit.0,
    );
    ids.fetch_all(connection).await
}
