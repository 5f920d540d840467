//! The public API of invitations: what one would come to, and inviting.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::notice::SMS;
use super::{MOST, act};
use crate::people::of_unit::{Error, PeopleState};
use crate::people::refusals;
use crate::units::{Unit, UnitKind};
use zaichang_platform::authority::{Act, Acting as _, Within};
use zaichang_platform::http::budget::Budget;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem};
use zaichang_platform::list::Reads;

/// Acts of one account at once, and how soon one more.
const AT_ONCE: u32 = 20;
const EACH: Duration = Duration::from_mins(1);
/// Admins that are remembered.
const ADMINS: usize = 1 << 14;

pub(in crate::people) fn budget() -> Arc<Budget> {
    Arc::new(Budget::new(AT_ONCE, EACH, ADMINS))
}

pub(in crate::people) fn routes() -> OpenApiRouter<PeopleState> {
    OpenApiRouter::new()
        .routes(routes!(preview_invitations).act(Act::InvitePeople))
        .routes(routes!(invite_people).act(Act::InvitePeople))
}

/// Who is meant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InvitationPreview {
    /// 1 to 2,000 people of the unit; left out, all of it who can be invited.
    #[schema(value_type = Option<Vec<i64>>, min_items = 1, max_items = 2000)]
    people: Option<Vec<i64>>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewInvitations {
    /// 1 to 2,000 people of the unit; left out, all of it who can be invited.
    #[schema(value_type = Option<Vec<i64>>, min_items = 1, max_items = 2000)]
    people: Option<Vec<i64>>,
    /// `messages` of the preview: no more are sent than were told of.
    #[schema(minimum = 1, maximum = 2000)]
    at_most: u16,
}

/// What inviting would come to. Who can be invited was entered from a file, is approved and not cancelled, and has never logged in.
#[derive(Serialize, ToSchema)]
struct PreviewedInvitations {
    /// Whether the platform sends such messages: a template is set for them.
    is_offered: bool,
    /// How many messages would be sent: 2,000 at most.
    #[schema(minimum = 0, maximum = 2000)]
    messages: i64,
    /// How many more could be invited by another act.
    #[schema(minimum = 0)]
    further: i64,
    /// Of `messages`, how many go to somebody who was invited before: more than seven days ago, or by a message that was not sent.
    #[schema(minimum = 0)]
    once_more: i64,
    /// Who was invited within seven days by a message that was or may yet be sent, and is not invited again yet.
    #[schema(minimum = 0)]
    lately: i64,
    /// Of those who were chosen: who cannot be invited, as they have logged in, have registered themselves, are cancelled, or not of the unit.
    #[schema(minimum = 0)]
    others: i64,
}

#[derive(Serialize, ToSchema)]
struct InvitedPeople {
    /// How many are sent a message by and by: none a second time within seven days.
    #[schema(minimum = 0, maximum = 2000)]
    invited: usize,
}

/// The people who were chosen, each once.
fn chosen(people: Option<Vec<i64>>) -> Result<Option<Vec<i64>>, Problem> {
    let Some(mut people) = people else { return Ok(None) };
    if !(1..=usize::from(MOST)).contains(&people.len()) {
        return Err(Problem::field("people", "they are 1 to 2,000"));
    }
    people.sort_unstable();
    people.dedup();
    Ok(Some(people))
}

/// An open institution: people are of no other.
fn institution(unit: &Unit) -> Result<(), Problem> {
    if unit.kind != UnitKind::Unit {
        return Err(Error::NotAnInstitution.into());
    }
    if unit.closed_at.is_some() {
        return Err(crate::units::refusals::UNIT_CLOSED.into());
    }
    Ok(())
}

/// How many messages inviting people of a unit would send, and who would be left out. Nothing is sent.
#[utoipa::path(post, path = "/api/v1/units/{id}/invitations/preview", tag = "people", params(("id" = i64, Path)),
    request_body = InvitationPreview, responses(
    (status = 200, body = PreviewedInvitations),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "not_an_institution, unit_closed"),
))]
async fn preview_invitations(
    State(state): State<PeopleState>,
    Within { admin, row: unit, .. }: Within<Unit>,
    Checked(asked): Checked<InvitationPreview>,
) -> Result<Json<PreviewedInvitations>, Problem> {
    let chosen = chosen(asked.people)?;
    institution(&unit)?;
    let mut turn = state.lanes.turn(admin.account.id, Reads::List).await?;
    let counted = act::foresee(&mut turn, &unit, chosen.as_deref(), state.guard.clock.now()).await;
    drop(turn);
    let counted = counted.map_err(|error| Reads::List.unread::<Error>(error))?;
    let messages = counted.can_be.min(MOST.into());
    Ok(Json(PreviewedInvitations {
        is_offered: state.sender.is_set_for(SMS.message()),
        messages,
        further: counted.can_be - messages,
        once_more: counted.once_more,
        lately: counted.lately,
        others: counted.others,
    }))
}

/// Invite people of a unit to log in, by a text message each, sent by and by and not in their hours of rest. Sent twice, it invites once.
#[utoipa::path(post, path = "/api/v1/units/{id}/invitations", tag = "people", params(("id" = i64, Path)),
    request_body = NewInvitations, responses(
    (status = 200, body = InvitedPeople),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "invitations_not_offered, not_an_institution, unit_closed"),
    (status = 429, body = ProblemBody, description = "too_many_requests: 20 at once, then one a minute"),
))]
async fn invite_people(
    State(state): State<PeopleState>,
    Within { admin, row: unit, .. }: Within<Unit>,
    Checked(asked): Checked<NewInvitations>,
) -> Result<Json<InvitedPeople>, Problem> {
    let chosen = chosen(asked.people)?;
    if !(1..=MOST).contains(&asked.at_most) {
        return Err(Problem::field("at_most", "it is 1 to 2,000"));
    }
    institution(&unit)?;
    if !state.sender.is_set_for(SMS.message()) {
        return Err(refusals::INVITATIONS_NOT_OFFERED.into());
    }
    let PeopleState { guard, pool, invitations, .. } = &state;
    invitations.admit(admin.account.id, guard.clock.now())?;
    let invited = act::invite(pool, &guard.clock, &admin.account, &unit, chosen.as_deref(), asked.at_most);
    Ok(Json(InvitedPeople { invited: invited.await.map_err(Error::from)? }))
}
