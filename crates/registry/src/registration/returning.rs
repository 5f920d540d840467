//! Registrations that wait and go back to their applicants, several at a time, because they could not be judged where they are. It
//! must not know why that is.

use super::Error;
use super::judging::give;
use super::sql::{Proposal, subject};
use zaichang_core::ids::RegistrationId;
use zaichang_platform::change::Change;
use zaichang_platform::review::{self as kit, Reason, Step};

/// Returns registrations that are locked to their applicants, who are told why. How many are left where they are: those whose
/// review cannot be read here. Each is in the log, and stops no other.
pub(super) async fn send_back(change: &mut Change<'_>, ids: &[i64], reason: &Reason) -> Result<usize, Error> {
    let (mut judged, mut left) = (Vec::new(), 0);
    let reviews = kit::newest::<Proposal>(change.connection(), subject(RegistrationId(0)).noun, ids).await?;
    for (id, review) in reviews {
        match review {
            Ok(review) => judged.push((RegistrationId(id), review, None)),
            Err(error) => {
                tracing::error!(%error, registration = id, "a registration that is to go back cannot be read");
                left += 1;
            }
        }
    }
    give(change, judged, &Step::Return(reason.clone())).await?;
    Ok(left)
}
