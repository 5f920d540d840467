//! The console's units: a list of them, one of them with what hangs on it, and what an authority does with it.

mod departments;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::{NewUnit, UnitBody, UnitChange, UnitMove};
use super::effects::{self, Effects};
use super::kind::UnitKind;
use super::list::{self, Keyset, UnitQuery};
use super::module::UnitsState;
use super::{Error, Unit, editing, export, import, merging};
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::{Act, Acting as _, Permitted, Within};
use zaichang_platform::change::{Current, Outcome};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Seen, Versioned};
use zaichang_platform::list::{Count, Cursor, Lanes, List, Page, Paging, Reads};

pub(super) fn routes() -> OpenApiRouter<UnitsState> {
    OpenApiRouter::new()
        .routes(routes!(units).act(Act::SeeUnits))
        .routes(routes!(add_unit).act(Act::AddUnit))
        .routes(routes!(one_unit).act(Act::SeeUnits))
        .routes(routes!(change_unit).act(Act::ChangeUnit))
        .routes(routes!(unit_effects).act(Act::SeeUnits))
        .routes(routes!(move_unit).act(Act::MoveUnit))
        .routes(routes!(close_unit).act(Act::CloseUnit))
        .routes(routes!(reopen_unit).act(Act::CloseUnit))
        .merge(departments::routes())
        .merge(merging::routes())
        .merge(export::routes())
        .merge(import::routes::routes())
}

/// A page of units.
#[derive(Serialize, ToSchema)]
struct Units {
    items: Vec<UnitBody>,
    /// How many units all pages hold: exact up to 10,000; 10,001 stands for more.
    #[schema(value_type = i64, minimum = 0, maximum = 10_001)]
    in_all: Count,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<Keyset>>,
}

/// The institutions of the admin's own unit and below, in the order of how their names are read.
#[utoipa::path(get, path = "/api/v1/units", tag = "units", params(UnitQuery, Paging), responses(
    (status = 200, body = Units),
    (status = 400, body = ProblemBody, description = "bad_request, too_many_words"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
async fn units(
    State(lanes): State<Lanes>,
    Permitted { admin, .. }: Permitted,
    list: List<UnitQuery>,
) -> Result<Json<Units>, Problem> {
    let words = list.filter.words()?;
    let reads = Reads::search_if(!words.is_empty() || list.filter.division.is_some());
    let mut turn = lanes.turn(admin.account.id, reads).await?;
    let page = list::page(&mut turn, admin.account.unit.id, &list, &words).await;
    drop(turn);
    let (Page { rows, next }, in_all) = page.map_err(|error| reads.unread::<Error>(error))?;
    Ok(Json(Units { items: rows.into_iter().map(UnitBody::from).collect(), in_all, next }))
}

/// The unit under its version.
fn shown(unit: Unit) -> Versioned<Json<UnitBody>> {
    Versioned(unit.version, Json(unit.into()))
}

/// The unit after its change, or the refusal that shows it as it stands.
pub(super) fn answer(outcome: Outcome<Unit>) -> Result<Versioned<Json<UnitBody>>, Problem> {
    outcome.map(shown).map_err(|Current { row, last }| {
        let Versioned(version, Json(current)) = shown(row);
        last.refuse(version, &current)
    })
}

/// Enter a unit. The region of its authority is made where it is missing.
#[utoipa::path(post, path = "/api/v1/units", tag = "units", request_body = NewUnit, responses(
    (status = 201, body = UnitBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request, unit_name_wrong"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 409, body = ProblemBody, description = "unit_name_taken, unit_name_is_a_division"),
))]
async fn add_unit(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Permitted { admin, .. }: Permitted,
    Checked(new): Checked<NewUnit>,
) -> Result<(StatusCode, Versioned<Json<UnitBody>>), Problem> {
    let new = new.read()?;
    let unit = editing::add(&pool, &guard.clock, &admin.account, &new).await?;
    Ok((StatusCode::CREATED, shown(unit)))
}

/// One unit with its other names.
#[utoipa::path(get, path = "/api/v1/units/{id}", tag = "units", params(("id" = i64, Path)), responses(
    (status = 200, body = UnitBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn one_unit(Within { row: unit, .. }: Within<Unit>) -> Versioned<Json<UnitBody>> {
    shown(unit)
}

/// What hangs on a unit: what a change of it will do.
#[utoipa::path(get, path = "/api/v1/units/{id}/effects", tag = "units", params(("id" = i64, Path)), responses(
    (status = 200, body = Effects),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "not_an_institution"),
))]
async fn unit_effects(
    State(guard): State<Arc<Guard>>,
    State(lanes): State<Lanes>,
    Within { admin, row: unit, .. }: Within<Unit>,
) -> Result<Json<Effects>, Problem> {
    // Of a region all that the nation has would be counted, and a region is neither closed nor moved.
    if unit.kind != UnitKind::Unit {
        return Err(Error::NotAnInstitution.into());
    }
    let mut turn = lanes.turn(admin.account.id, Reads::List).await?;
    Ok(Json(effects::of(&mut turn, &unit, guard.clock.now()).await?))
}

/// Change what a unit is called, what it is and where it lies, of the version that one has seen. Its former name stays with it.
#[utoipa::path(patch, path = "/api/v1/units/{id}", tag = "units", params(("id" = i64, Path), Seen),
    request_body = UnitChange, responses(
    (status = 200, body = UnitBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request, unit_name_wrong"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "unit_name_taken, unit_name_is_a_division, unit_closed, not_an_institution"),
))]
async fn change_unit(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: unit, .. }: Within<Unit>,
    Seen(seen): Seen,
    Checked(change): Checked<UnitChange>,
) -> Result<Versioned<Json<UnitBody>>, Problem> {
    answer(editing::change(&pool, &guard.clock, &admin.account, unit.id, &seen, &change).await?)
}

/// Give a unit to the authority of another region, with all that lies below it.
#[utoipa::path(post, path = "/api/v1/units/{id}/supervisor", tag = "units", params(("id" = i64, Path), Seen),
    request_body = UnitMove, responses(
    (status = 200, body = UnitBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "unit_name_taken, unit_name_is_a_division, unit_supervised_so, unit_closed, not_an_institution"),
))]
async fn move_unit(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: unit, .. }: Within<Unit>,
    Seen(seen): Seen,
    Checked(wanted): Checked<UnitMove>,
) -> Result<Versioned<Json<UnitBody>>, Problem> {
    let by = &admin.account;
    answer(editing::hand_over(&pool, &guard.clock, by, unit.id, &seen, &wanted.supervisor).await?)
}

/// Close a unit that nothing keeps open: its departments are closed with it, its accounts locked, and the registrations that wait
/// for it go back to their applicants. `effects` tells it beforehand.
#[utoipa::path(post, path = "/api/v1/units/{id}/closing", tag = "units", params(("id" = i64, Path), Seen), responses(
    (status = 200, body = UnitBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "unit_in_use, unit_closed, not_an_institution"),
))]
async fn close_unit(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: unit, .. }: Within<Unit>,
    Seen(seen): Seen,
) -> Result<Versioned<Json<UnitBody>>, Problem> {
    answer(editing::close(&pool, &guard.clock, &admin.account, unit.id, &seen).await?)
}

/// Open a closed unit again, with the departments and accounts that were closed together with it.
#[utoipa::path(delete, path = "/api/v1/units/{id}/closing", tag = "units", params(("id" = i64, Path), Seen), responses(
    (status = 200, body = UnitBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "unit_merged"),
))]
async fn reopen_unit(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: unit, .. }: Within<Unit>,
    Seen(seen): Seen,
) -> Result<Versioned<Json<UnitBody>>, Problem> {
    answer(editing::reopen(&pool, &guard.clock, &admin.account, unit.id, &seen).await?)
}
