//! The console's announcements as their unit keeps them: its own alone, drafts and withdrawn ones included.

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entry::{AnnouncementChange, NewAnnouncement, Publishing};
use super::module::AnnouncementsState;
use super::sql::{self, Announcement, AnnouncementId};
use super::{Error, act};
use crate::named::Named;
use zaichang_platform::authority::{Act, Acting as _, Permitted};
use zaichang_platform::change::{Outcome, answered};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Reject, Seen, Version, Versioned};
use zaichang_platform::list::{self, COUNTED, Count, Cursor, List, Paging, Reads};

pub(super) fn routes() -> OpenApiRouter<AnnouncementsState> {
    OpenApiRouter::new()
        .routes(routes!(announcements).act(Act::SeeAnnouncements))
        .routes(routes!(draft_announcement).act(Act::WriteAnnouncement))
        .routes(routes!(one_announcement).act(Act::SeeAnnouncements))
        .routes(routes!(change_announcement).act(Act::WriteAnnouncement))
        .routes(routes!(publish_announcement).act(Act::WriteAnnouncement))
        .routes(routes!(withdraw_announcement).act(Act::WriteAnnouncement))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

/// The largest body: a text of 10,000 characters is larger than what other calls take.
const MOST_BYTES: usize = 64 * 1024;

#[derive(Deserialize)]
pub(super) struct AnnouncementPath {
    pub id: AnnouncementId,
}

/// Where an announcement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
enum AnnouncementState {
    Draft,
    /// It is published, at an hour that is still to come.
    Scheduled,
    Published,
    /// The instant until which it was shown has passed.
    Ended,
    Withdrawn,
}

impl AnnouncementState {
    fn of(one: &Announcement, now: Timestamp) -> Self {
        match one.published_at {
            _ if one.withdrawn_at.is_some() => Self::Withdrawn,
            None => Self::Draft,
            Some(at) if at > now => Self::Scheduled,
            Some(_) if one.shown_until.is_some_and(|until| until <= now) => Self::Ended,
            Some(_) => Self::Published,
        }
    }
}

/// Which of one's own announcements are chosen.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AnnouncementQuery {
    /// Only those that stand there.
    state: Option<AnnouncementState>,
}

/// The id below which the next lie.
impl list::Filter for AnnouncementQuery {
    type Keyset = i64;
}

/// An announcement as its unit keeps it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Announcement)]
struct AnnouncementBody {
    #[schema(value_type = i64, minimum = 1)]
    id: AnnouncementId,
    /// As its `ETag`: for `If-Match`.
    #[schema(value_type = String, example = "\"1\"")]
    version: Version,
    state: AnnouncementState,
    /// Who announces it.
    unit: Named,
    title: String,
    /// Plain text; an empty line ends a paragraph.
    body: String,
    to_admins: bool,
    to_people: bool,
    pinned: bool,
    /// Those that alone read it, with what lies below them; the whole tree where there is none.
    units: Vec<Named>,
    /// Null of a draft.
    published_at: Option<Timestamp>,
    /// Null: without end.
    shown_until: Option<Timestamp>,
    withdrawn_at: Option<Timestamp>,
}

impl AnnouncementBody {
    fn of(one: Announcement, now: Timestamp) -> Self {
        let state = AnnouncementState::of(&one, now);
        let Announcement { id, version, unit, title, body, to_admins, to_people, pinned, .. } = one;
        let Announcement { only_units: units, published_at, shown_until, withdrawn_at, .. } = one;
        Self {
            id,
            version,
            state,
            unit,
            title,
            body,
            to_admins,
            to_people,
            pinned,
            units,
            published_at,
            shown_until,
            withdrawn_at,
        }
    }
}

/// A page of one's own announcements, the newest first.
#[derive(Serialize, ToSchema)]
struct Announcements {
    items: Vec<AnnouncementBody>,
    /// How many all pages hold: exact up to 10,000; 10,001 stands for more.
    #[schema(value_type = i64, minimum = 0, maximum = 10_001)]
    in_all: Count,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<i64>>,
}

type Answered = Result<Versioned<Json<AnnouncementBody>>, Problem>;

fn answer(state: &AnnouncementsState, outcome: Outcome<Announcement>) -> Answered {
    answered(outcome, |one| Ok(AnnouncementBody::of(one, state.guard.clock.now())))
}

/// The announcements of the admin's own unit, the newest first.
#[utoipa::path(get, path = "/api/v1/announcements", tag = "console", params(AnnouncementQuery, Paging), responses(
    (status = 200, body = Announcements),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn announcements(
    State(state): State<AnnouncementsState>,
    Permitted { admin, .. }: Permitted,
    list: List<AnnouncementQuery>,
) -> Result<Json<Announcements>, Problem> {
    let now = state.guard.clock.now();
    let mut turn = state.lanes.turn(admin.account.id, Reads::List).await?;
    let chosen = (admin.account.unit.id, list.filter.state.map(Into::into));
    let page = async {
        let (ids, in_all) = sql::page(&mut turn, chosen, list.after, (list.rows(), COUNTED), now).await?;
        let list::Page { rows, next } = list.page(ids, |id| *id);
        Ok((sql::read(&mut turn, &rows).await?, in_all, next))
    };
    let page = page.await;
    drop(turn);
    let (rows, in_all, next) = page.map_err(|error| Reads::List.unread::<Error>(error))?;
    let items = rows.into_iter().map(|one| AnnouncementBody::of(one, now)).collect();
    Ok(Json(Announcements { items, in_all: in_all.into(), next }))
}

/// Write an announcement: a draft until it is published.
#[utoipa::path(post, path = "/api/v1/announcements", tag = "console", request_body = NewAnnouncement, responses(
    (status = 201, body = AnnouncementBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 429, body = ProblemBody, description = "announcements_used"),
))]
async fn draft_announcement(
    State(state): State<AnnouncementsState>,
    Permitted { admin, .. }: Permitted,
    Checked(new): Checked<NewAnnouncement>,
) -> Result<(StatusCode, Versioned<Json<AnnouncementBody>>), Problem> {
    let clock = &state.guard.clock;
    let drafted = act::draft(&state.pool, clock, &admin.account, &new.read(clock.now())?).await?;
    Ok((StatusCode::CREATED, answer(&state, Ok(drafted))?))
}

/// One announcement of the admin's own unit.
#[utoipa::path(get, path = "/api/v1/announcements/{id}", tag = "console", params(("id" = i64, Path)), responses(
    (status = 200, body = AnnouncementBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn one_announcement(
    State(state): State<AnnouncementsState>,
    Permitted { admin, .. }: Permitted,
    Reject(Path(AnnouncementPath { id })): Reject<Path<AnnouncementPath>>,
) -> Answered {
    let mut connection = state.pool.acquire().await.map_err(Error::from)?;
    let found = sql::read(&mut connection, &[id.0]).await.map_err(Error::from)?.pop();
    let own = found.filter(|one| one.unit.id == admin.account.unit.id).ok_or(Error::NotFound)?;
    answer(&state, Ok(own))
}

/// Change an announcement of one's own unit that is not withdrawn: its words, its readers, its end.
#[utoipa::path(patch, path = "/api/v1/announcements/{id}", tag = "console", params(("id" = i64, Path), Seen),
    request_body = AnnouncementChange, responses(
    (status = 200, body = AnnouncementBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request, announcement_ends_before"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "announcement_withdrawn, announcements_full"),
))]
async fn change_announcement(
    State(state): State<AnnouncementsState>,
    Permitted { admin, .. }: Permitted,
    Reject(Path(AnnouncementPath { id })): Reject<Path<AnnouncementPath>>,
    Seen(seen): Seen,
    Checked(change): Checked<AnnouncementChange>,
) -> Answered {
    let clock = &state.guard.clock;
    answer(&state, act::change(&state.pool, clock, &admin.account, (id, &seen), change).await?)
}

/// Publish an announcement of one's own unit, at once or at an hour; one that waits for its hour is given another.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/publishing", tag = "console", params(("id" = i64, Path), Seen),
    request_body = Publishing, responses(
    (status = 200, body = AnnouncementBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request, announcement_ends_before"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "announcement_published, announcement_withdrawn, announcements_full"),
))]
async fn publish_announcement(
    State(state): State<AnnouncementsState>,
    Permitted { admin, .. }: Permitted,
    Reject(Path(AnnouncementPath { id })): Reject<Path<AnnouncementPath>>,
    Seen(seen): Seen,
    Checked(publishing): Checked<Publishing>,
) -> Answered {
    let clock = &state.guard.clock;
    answer(&state, act::publish(&state.pool, clock, &admin.account, (id, &seen), &publishing).await?)
}

/// Withdraw an announcement of one's own unit from its readers, or put a draft away.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/withdrawal", tag = "console", params(("id" = i64, Path), Seen), responses(
    (status = 200, body = AnnouncementBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "announcement_withdrawn"),
))]
async fn withdraw_announcement(
    State(state): State<AnnouncementsState>,
    Permitted { admin, .. }: Permitted,
    Reject(Path(AnnouncementPath { id })): Reject<Path<AnnouncementPath>>,
    Seen(seen): Seen,
) -> Answered {
    answer(&state, act::withdraw(&state.pool, &state.guard.clock, &admin.account, (id, &seen)).await?)
}
