//! The audit log as admins read it: their own unit's acts, those of the units below it, and what units above have done to these.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::filter::{Chosen, Days, Keyset};
use super::mask::masked;
use super::module::AuditState;
use super::{Error, Titles, sql};
use crate::auth::Guard;
use crate::authority::{Act, Acting as _, Permitted};
use crate::http::Problem;
use crate::http::problem::ProblemBody;
use crate::list::{Count, Cursor, Lanes, List, Page, Paging, Reads};
use zaichang_core::clock::day_of;
use zaichang_core::ids::{AccountId, UnitId};

pub(super) fn routes() -> OpenApiRouter<AuditState> {
    OpenApiRouter::new().routes(routes!(audit_log).act(Act::ReadAuditLog))
}

/// A page of the audit log, the newest first.
#[derive(Serialize, ToSchema)]
struct AuditLog {
    /// The first day of what is shown, in Asia/Shanghai: the one that was asked for, or that of the last 30 days.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last one, if one was asked for.
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    items: Vec<AuditEntry>,
    /// How many acts all pages hold: exact up to 10,000; 10,001 stands for more. Null where a text, an act or a thing
    /// is searched among more acts than are looked through for one page.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 10_001)]
    in_all: Option<Count>,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<Keyset>>,
    /// Of a text, an act or a thing that is searched: the acts down to this instant were looked through and gave no whole page, maybe
    /// nothing. `next` goes on from there.
    looked_back_to: Option<Timestamp>,
}

/// Who did what to which thing, and when.
#[derive(Serialize, ToSchema)]
struct AuditEntry {
    id: i64,
    at: Timestamp,
    account: Actor,
    /// For which the account acted then.
    unit: ActingUnit,
    /// What was done: `open_screen`.
    #[schema(example = "open_screen")]
    action: String,
    /// To what: `screen`.
    #[schema(example = "screen")]
    noun: String,
    noun_id: i64,
    /// What it is called today; null of what has no name.
    title: Option<String>,
    /// Before and after, or what else explains the act; numbers of people masked.
    #[schema(value_type = Object)]
    detail: Value,
}

/// An account, as it is called today.
#[derive(Serialize, ToSchema)]
struct Actor {
    id: AccountId,
    /// What is typed at login; null of who acts for a unit above.
    account: Option<String>,
    name: String,
}

#[derive(Serialize, ToSchema)]
struct ActingUnit {
    id: UnitId,
    name: String,
}

/// The audit log (操作日志): what the admins of one's own unit and of the units below it have done, and what those of units above have
/// done to one of these or to an account there.
#[utoipa::path(get, path = "/api/v1/admin/audit-log", tag = "console", params(Chosen, Paging), responses(
    (status = 200, body = AuditLog),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
async fn audit_log(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    State(lanes): State<Lanes>,
    State(titles): State<Titles>,
    Permitted { admin, .. }: Permitted,
    list: List<Chosen>,
) -> Result<Json<AuditLog>, Problem> {
    let (unit, filter) = (admin.account.unit.id, list.filter.filter(day_of(guard.clock.now()))?);
    let reads = Reads::search_if(filter.looks_through());
    let mut turn = lanes.turn(admin.account.id, reads).await?;
    let unread = |error| reads.unread::<Error>(error);
    let found = sql::acts(&mut turn, unit, &filter, list.after, list.rows()).await.map_err(unread)?;
    // All of them, if this is the only page.
    let is_only = list.after.is_none() && found.ended.is_none();
    let all = i64::try_from(found.rows.len()).ok().filter(|read| is_only && *read < list.rows());
    let count = match all {
        Some(all) => Some(all),
        None if found.are_beyond_counting => None,
        None => Some(sql::count(&mut turn, unit, &filter).await.map_err(unread)?),
    };
    drop(turn);
    let Page { rows, next } = list.page(found.rows, |row| (row.at.to_jiff(), row.id));
    let (next, looked_back_to) = match found.ended {
        Some(place @ (at, _)) => (Some(Cursor(place)), Some(at)),
        None => (next, None),
    };
    let things = rows.iter().map(|row| (row.noun.clone(), row.noun_id));
    let titles = titles.read(&pool, things).await.map_err(Error::from)?;
    let items = rows.into_iter().map(|row| AuditEntry {
        id: row.id,
        at: row.at.to_jiff(),
        account: Actor {
            id: AccountId(row.account_id),
            account: row.is_own.then_some(row.account),
            name: row.account_name,
        },
        unit: ActingUnit { id: UnitId(row.unit_id), name: row.unit },
        action: row.action,
        title: titles.get(&(row.noun.clone(), row.noun_id)).cloned(),
        noun: row.noun,
        noun_id: row.noun_id,
        detail: masked(row.detail),
    });
    let Days { from, to } = filter.days;
    Ok(Json(AuditLog {
        from,
        to,
        items: items.collect(),
        in_all: count.map(Count::from),
        next,
        looked_back_to,
    }))
}
