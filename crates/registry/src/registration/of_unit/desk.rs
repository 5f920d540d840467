//! Who waits, found by a whole number at the check-in desk. It must not put the number into a log or an address.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sqlx::{Connection as _, PgConnection, query_scalar};
use strum::IntoEnumIterator as _;
use utoipa::ToSchema;

use super::RegistrationBody;
use crate::document::{Document, DocumentKind};
use crate::registration::Error;
use crate::registration::module::RegistrationState;
use crate::registration::sql::read_each;
use zaichang_core::Phone;
use zaichang_core::ids::UnitId;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::audit;
use zaichang_platform::authority::Permitted;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Text};
use zaichang_platform::list::Reads;

/// Whom the desk looks for, with the document or the phone in hand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RegistrationSearch {
    /// A whole document number or a whole phone number.
    #[schema(value_type = String, max_length = 40)]
    number: Text<40>,
}

/// The registrations that wait and have this number.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundRegistrations {
    /// 20 at most.
    items: Vec<RegistrationBody>,
    /// Those with this number that cannot be read or opened here: they are left out, and named in the log.
    #[schema(minimum = 0)]
    unreadable: usize,
}

/// Find who waits for the unit's verdict by a whole number, at the check-in desk. The search is in the audit log, without the number,
/// and an admin may do no more of them than a hall's desk needs.
#[utoipa::path(post, path = "/api/v1/registrations/searches", operation_id = "find_waiting_registrations", tag = "registrations", request_body = RegistrationSearch, responses(
    (status = 200, body = FoundRegistrations),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
    (status = 429, body = ProblemBody, description = "too_many_requests: as many as a hall's desk needs may be looked up"),
))]
pub(super) async fn find_waiting(
    State(state): State<RegistrationState>,
    Permitted { admin, .. }: Permitted,
    Checked(asked): Checked<RegistrationSearch>,
) -> Result<Json<FoundRegistrations>, Problem> {
    let RegistrationState { guard, sealer, .. } = &state;
    let now = guard.clock.now();
    // Before the look-up is counted: a request that finds the lane full has looked up no one.
    let mut turn = state.lanes.turn(admin.account.id, Reads::Desk).await?;
    state.look_ups.admit(admin.account.id.0, now)?;
    let mut found = turn.begin().await.map_err(Error::from)?;
    let ids = waiting_with(&mut found, sealer, &asked.number, admin.account.unit.id).await;
    let ids = ids.map_err(|error| Reads::Desk.unread::<Error>(error))?;
    let entry = audit::Entry {
        action: "look_up_registrations",
        noun: "unit",
        noun_id: admin.account.unit.id.0,
        detail: serde_json::json!({ "found": ids.len() }),
    };
    audit::record(&mut found, &admin.account, now, entry).await.map_err(Error::from)?;
    let rows = read_each(&mut found, &ids).await.map_err(Error::from)?;
    found.commit().await.map_err(Error::from)?;
    let (items, unreadable) = RegistrationBody::each(rows, sealer);
    Ok(Json(FoundRegistrations { items, unreadable }))
}

/// Registrations under this unit that wait and have this number, as any document's or as the phone.
async fn waiting_with(
    connection: &mut PgConnection,
    sealer: &Sealer,
    number: &str,
    unit: UnitId,
) -> sqlx::Result<Vec<i64>> {
    let documents = DocumentKind::iter().flat_map(|kind| {
        let document = Document::unchecked(kind, number).expose();
        sealer.indexes(Kind::IdNumber, &document).collect::<Vec<_>>()
    });
    let numbers: Vec<_> = documents.collect();
    let phones: Vec<_> = match Phone::parse(number) {
        Ok(phone) => sealer.indexes(Kind::Phone, phone.expose()).collect(),
        Err(_) => Vec::new(),
    };
    let found = query_scalar!(
        r#"select registrations.id from registrations
           where person_id is null and (number_indexes && $1 or phone_index = any($2))
               and unit_id in (select unit_and_below($3))
               and 'submitted' = (
                   select state from reviews where noun = 'registration' and noun_id = registrations.id order by id desc limit 1
               )
           order by registrations.id limit 20"#,
        &numbers,
        &phones,
        unit.0,
    );
    found.fetch_all(connection).await
}
