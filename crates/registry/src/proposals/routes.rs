//! The console's proposals of units: who waits for an authority, one of them with the units that it may be, and the decision.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::{NewVerdict, ProposalBody};
use super::list::{self, ProposalQuery};
use super::module::ProposalsState;
use super::{Error, verdict};
use crate::registration::UnitProposal;
use crate::units::{UnitBody, listed};
use zaichang_core::ids::{UnitId, UnitProposalId};
use zaichang_platform::authority::{Act, Acting as _, Addressed, OfUnit, Permitted, Within};
use zaichang_platform::change;
use zaichang_platform::db::Readable;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Seen, Versioned};
use zaichang_platform::list::{Count, Cursor, Lanes, List, Page, Paging, Reads};

pub(super) fn routes() -> OpenApiRouter<ProposalsState> {
    OpenApiRouter::new()
        .routes(routes!(unit_proposals).act(Act::SeeUnitProposals))
        .routes(routes!(one_unit_proposal).act(Act::SeeUnitProposals))
        .routes(routes!(units_alike).act(Act::SeeUnitProposals))
        .routes(routes!(judge_unit_proposal).act(Act::JudgeUnitProposal))
}

#[derive(Deserialize)]
pub struct ProposalPath {
    id: i64,
}

impl OfUnit for UnitProposal {
    /// That of the authority that is to decide: it and those above it.
    fn unit(&self) -> UnitId {
        self.authority.as_ref().map_or(UnitId(0), |authority| authority.id)
    }
}

impl Addressed for UnitProposal {
    type Path = ProposalPath;

    async fn find(pool: &PgPool, path: ProposalPath) -> Result<Option<Self>, Problem> {
        Ok(list::one(pool, UnitProposalId(path.id)).await.map_err(Error::from)?)
    }
}

/// A page of proposals.
#[derive(Serialize, ToSchema)]
struct UnitProposals {
    items: Vec<ProposalBody>,
    /// How many proposals all pages hold: exact up to 10,000; 10,001 stands for more.
    #[schema(value_type = i64, minimum = 0, maximum = 10_001)]
    in_all: Count,
    /// Rows of this page that cannot be read here: they are left out, and named in the log.
    #[schema(minimum = 0)]
    unreadable: usize,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<i64>>,
}

/// The units that people who register have proposed and that the admin's authority, or one below it, is to decide: the newest first;
/// those that wait, the longest wait first.
#[utoipa::path(get, path = "/api/v1/unit-proposals", tag = "units", params(ProposalQuery, Paging), responses(
    (status = 200, body = UnitProposals),
    (status = 400, body = ProblemBody, description = "bad_request, too_many_words"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
async fn unit_proposals(
    State(lanes): State<Lanes>,
    Permitted { admin, .. }: Permitted,
    list: List<ProposalQuery>,
) -> Result<Json<UnitProposals>, Problem> {
    let words = list.filter.words()?;
    let reads = Reads::search_if(!words.is_empty());
    let mut turn = lanes.turn(admin.account.id, reads).await?;
    let page = list::page(&mut turn, admin.account.unit.id, &list, &words).await;
    drop(turn);
    let (Page { rows, next }, in_all) = page.map_err(|error| reads.unread::<Error>(error))?;
    let Readable { rows: items, unreadable } = Readable { rows, unreadable: 0 }
        .shown("proposal of a unit", |(UnitProposalId(id), row)| (id, row.map(ProposalBody::from)));
    Ok(Json(UnitProposals { items, in_all, unreadable, next }))
}

/// One proposal.
#[utoipa::path(get, path = "/api/v1/unit-proposals/{id}", tag = "units", params(("id" = i64, Path)), responses(
    (status = 200, body = ProposalBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn one_unit_proposal(Within { row, .. }: Within<UnitProposal>) -> Versioned<Json<ProposalBody>> {
    Versioned(row.version, Json(row.into()))
}

/// Units that a proposal may be about.
#[derive(Serialize, ToSchema)]
struct UnitsAlike {
    /// 5 at most, those that are called exactly so first.
    items: Vec<UnitBody>,
}

/// The open units at or below the admin's own that have, had or are called by a name which holds the proposed one.
#[utoipa::path(get, path = "/api/v1/unit-proposals/{id}/units-alike", tag = "units", params(("id" = i64, Path)), responses(
    (status = 200, body = UnitsAlike),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
async fn units_alike(
    State(lanes): State<Lanes>,
    Within { admin, row, .. }: Within<UnitProposal>,
) -> Result<Json<UnitsAlike>, Problem> {
    let mut turn = lanes.turn(admin.account.id, Reads::Search).await?;
    let ids = list::alike(&mut turn, admin.account.unit.id, &row).await;
    let ids = ids.map_err(|error| Reads::Search.unread::<Error>(error))?;
    Ok(Json(UnitsAlike { items: listed(&mut turn, &ids).await.map_err(Error::from)? }))
}

/// Decide a proposal, as it was seen: enter it as a new unit, say which unit it is, refuse it, or hand it up to the nearest authority
/// above that may act. Once it is decided, every registration that waits for it goes on by itself within moments: to the unit's
/// review, or back to its applicant.
#[utoipa::path(post, path = "/api/v1/unit-proposals/{id}/verdicts", tag = "units", params(("id" = i64, Path), Seen),
    request_body = NewVerdict, responses(
    (status = 200, body = ProposalBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request, unit_name_wrong"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "unit_proposal_decided, unit_proposal_withdrawn, unit_name_taken, unit_name_is_a_division, unit_is_anothers, unit_aliases_full, no_authority_above"),
))]
async fn judge_unit_proposal(
    State(state): State<ProposalsState>,
    Within { admin, row, .. }: Within<UnitProposal>,
    Seen(seen): Seen,
    Checked(verdict): Checked<NewVerdict>,
) -> Result<Versioned<Json<ProposalBody>>, Problem> {
    let ProposalsState { guard, pool, .. } = &state;
    let verdict = verdict.read()?;
    let given = verdict::give(pool, &guard.clock, &admin.account, row.id, &seen, verdict).await?;
    change::answered(given, |row| Ok(ProposalBody::from(row)))
}
