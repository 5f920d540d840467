//! Registrations that wait and go back to their applicants, several at a time, because nobody could judge them where they are. It
//! must not know why that is.

use serde_json::json;

use super::Error;
use super::notice;
use super::sql::{Proposal, count_step, subject};
use zaichang_core::ids::RegistrationId;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::change::Change;
use zaichang_platform::review::{self as kit, Reason, Step};

/// Returns registrations that are locked to their applicants, who are told why. How many are left where they are: those whose
/// review cannot be read here. Each is in the log, and stops no other.
pub(super) async fn send_back(change: &mut Change<'_>, ids: &[i64], reason: &Reason) -> Result<usize, Error> {
    let (by, now) = (change.by(), change.now());
    let mut left = 0;
    let reviews = kit::newest::<Proposal>(change.connection(), subject(RegistrationId(0)).noun, ids).await?;
    for (id, review) in reviews {
        let id = RegistrationId(id);
        let review = match review {
            Ok(review) => review,
            Err(error) => {
                tracing::error!(%error, registration = id.0, "a registration that is to go back cannot be read");
                left += 1;
                continue;
            }
        };
        let review = kit::take(change.connection(), review, Step::Return(reason.clone()), by, now).await?;
        count_step(change.connection(), id, by.id, now).await?;
        let mut detail = serde_json::to_value(&review.after).unwrap_or_default();
        detail["reason"] = json!(reason.as_str());
        let entry = Entry { action: "return_registration", noun: "registration", noun_id: id.0, detail };
        audit::record(change.connection(), by, now, entry).await?;
        notice::write(change.connection(), id, (by.unit.id, &by.unit.name), now).await?;
    }
    Ok(left)
}
