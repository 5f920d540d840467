//! The unit's routes: who waits, one registration and its steps, putting right, and verdicts on one or many.

use axum::Json;
use axum::extract::{Query, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{Connection as _, PgConnection, PgPool, query, query_scalar};
use strum::IntoEnumIterator as _;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entry::Entry;
use super::module::RegistrationState;
use super::review::{self, Chosen, Left};
use super::sql::{Proposal, Registration, read_each, subject};
use super::units::{Sought, UnitChoices, UnitQuery};
use super::{Error, sql};
use crate::document::{Document, DocumentKind};
use crate::named::Named;
use crate::title::{TitleLevel, TitleSeries};
use zaichang_core::Phone;
use zaichang_core::clock::day_of;
use zaichang_core::ids::{PersonId, RegistrationId, UnitId};
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::audit;
use zaichang_platform::auth::Account;
use zaichang_platform::authority::{Act, Acting as _, Addressed, OfUnit, Permitted, Within};
use zaichang_platform::change::{self, Outcome};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, IfMatch, Problem, Reject, Text, Version, Versioned};
use zaichang_platform::list::{self, COUNTED, Count, Cursor, Lanes, List, Page, Paging, Reads};
use zaichang_platform::review::{self as kit, NewVerdict, Reason, StepWord, Verdict, Word};
use zaichang_platform::search::Search;

pub(super) fn routes() -> OpenApiRouter<RegistrationState> {
    OpenApiRouter::new()
        .routes(routes!(registrations).act(Act::SeeRegistrations))
        .routes(routes!(one_registration).act(Act::SeeRegistrations))
        .routes(routes!(correct).act(Act::CorrectRegistration))
        .routes(routes!(choices).act(Act::CorrectRegistration))
        .routes(routes!(units_to_let_go_to).act(Act::LetGoPerson))
        .routes(routes!(judge).act(Act::JudgeRegistration))
        .routes(routes!(taken_steps).act(Act::SeeRegistrations))
        .routes(routes!(judge_several).act(Act::JudgeRegistration))
        .routes(routes!(find_waiting).act(Act::JudgeRegistration))
}

#[derive(Deserialize)]
pub(super) struct RegistrationPath {
    id: i64,
}

impl OfUnit for Registration {
    fn unit(&self) -> UnitId {
        self.unit.as_ref().map_or(UnitId(0), |unit| unit.id)
    }
}

impl Addressed for Registration {
    type Path = RegistrationPath;

    /// What was never submitted is its applicant's alone.
    async fn find(pool: &PgPool, path: RegistrationPath) -> Result<Option<Self>, Problem> {
        let mut connection = pool.acquire().await.map_err(Error::from)?;
        let found = read_each(&mut connection, &[path.id]).await.map_err(Error::from)?.pop();
        let found = found.map(|(_, row)| row).transpose().map_err(Error::Unreadable)?;
        Ok(found.filter(|found| found.state().word() != Word::Draft && found.unit.is_some()))
    }
}

/// A registration as its unit sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Registration)]
struct RegistrationBody {
    id: RegistrationId,
    /// As its `ETag`: for `If-Match`, and for a verdict on several.
    #[schema(value_type = String, example = "\"7\"")]
    version: Version,
    /// As entered; masked once approved: the person has it then.
    name: String,
    document: DocumentKind,
    /// Masked.
    number: String,
    /// Masked; null once approved.
    phone: Option<String>,
    unit: Option<Named>,
    department: Option<Named>,
    title_series: TitleSeries,
    title_level: TitleLevel,
    /// What series and level are called together.
    title: Option<&'static str>,
    specialty: String,
    takes_part: bool,
    /// How many others that wait for a verdict have the same number. Approved together with others, such a one is left and named.
    same_number: i64,
    state: Word,
    /// Why it was returned or rejected.
    reason: Option<String>,
    submitted_at: Option<Timestamp>,
    /// Who they are, once approved.
    person: Option<PersonId>,
}

impl RegistrationBody {
    fn of(registration: Registration, sealer: &Sealer) -> Result<Self, Error> {
        let applicant = registration.applicant(sealer)?;
        let phone = registration.phone(sealer)?.map(|phone| phone.masked());
        let title = registration.title();
        let review = registration.review.ok_or(Error::NotFound)?;
        let Proposal { name, document, number, title_series, title_level, specialty, takes_part, .. } =
            review.after;
        Ok(Self {
            id: registration.id,
            version: registration.version,
            name: applicant.name.unwrap_or(name),
            document,
            number,
            phone,
            unit: registration.unit,
            department: registration.department,
            title_series,
            title_level,
            title,
            specialty,
            takes_part,
            same_number: registration.others,
            state: review.state.word(),
            reason: review.state.reason().map(Reason::as_str).map(str::to_owned),
            submitted_at: review.submission.map(|submission| submission.at),
            person: registration.person,
        })
    }

    /// Those that can be shown, and how many cannot: each of these is in the log, and none of them hides the others.
    fn each(
        rows: impl IntoIterator<Item = (RegistrationId, sqlx::Result<Registration>)>,
        sealer: &Sealer,
    ) -> (Vec<Self>, usize) {
        let (mut items, mut unreadable) = (Vec::new(), 0);
        for (RegistrationId(id), row) in rows {
            match row.map_err(Error::Unreadable).and_then(|row| Self::of(row, sealer)) {
                Ok(body) => items.push(body),
                Err(error) => {
                    tracing::error!(%error, registration = id, "a registration is left out of a list");
                    unreadable += 1;
                }
            }
        }
        (items, unreadable)
    }
}

/// Which registrations are chosen.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RegistrationQuery {
    /// Only those in this state; `submitted` are those that wait.
    state: Option<Word>,
    /// Words that stand, each somewhere, in unit, department or specialty; 5 at most. Numbers are never part of an
    /// address.
    #[param(max_length = 50)]
    q: Option<String>,
}

/// How long it has waited, or how old it is.
impl list::Filter for RegistrationQuery {
    type Place = i64;
}

/// A page of registrations.
#[derive(Serialize, ToSchema)]
struct Registrations {
    server_now: Timestamp,
    items: Vec<RegistrationBody>,
    /// How many registrations all pages hold: exact up to 10,000; 10,001 stands for more.
    #[schema(value_type = i64, minimum = 0, maximum = 10_001)]
    in_all: Count,
    /// Rows of this page that cannot be read or opened here: they are left out, and named in the log.
    #[schema(minimum = 0)]
    unreadable: usize,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<i64>>,
}

type Each = Vec<(RegistrationId, sqlx::Result<Registration>)>;

async fn page(
    lanes: &Lanes,
    by: &Account,
    list: &List<RegistrationQuery>,
) -> Result<(Each, Option<Cursor<i64>>, Count), Problem> {
    let words = Search::words(Search::of(list.filter.q.as_deref())?.as_ref())?;
    let row = query!(
        r#"with newest as (
               select distinct on (noun_id) noun_id as id, reviews.state, submission
               from reviews join registrations on registrations.id = noun_id
               where noun = 'registration' and registrations.unit_id in (select unit_and_below($1))
               order by noun_id, reviews.id desc
           ),
           found as materialized (
               select registrations.id,
                   case when $2::text = 'submitted' then coalesce(submission, 0) else -registrations.id end as place
               from newest
               join registrations using (id)
               join units on units.id = unit_id
               left join units departments on departments.id = department_id
               where newest.state <> 'draft' and ($2::text is null or newest.state = $2)
                   and lower(concat_ws(e'\n', units.name, departments.name, specialty)) like all (array(select lower(word) from unnest($3::text[]) word))
           ),
           page as (select id, place from found where $4::bigint is null or place > $4 order by place limit $5)
           select array(select id from page order by place) as "ids!",
               array(select place from page order by place) as "places!",
               (select count(*) from (select from found limit $6::bigint + 1) counted) as "in_all!""#,
        by.unit.id.0,
        list.filter.state.map(Word::word),
        &Search::patterns(&words),
        list.after,
        list.rows(),
        COUNTED,
    );
    let reads = Reads::search_if(!words.is_empty());
    let mut turn = lanes.turn(by.id, reads).await?;
    let row = row.fetch_one(&mut *turn).await.map_err(|error| reads.unread::<Error>(error))?;
    let places = row.ids.into_iter().zip(row.places).collect();
    let Page { rows, next } = list.page(places, |(_, place)| *place);
    let ids: Vec<_> = rows.into_iter().map(|(id, _)| id).collect();
    let mut registrations = read_each(&mut turn, &ids).await.map_err(Error::from)?;
    registrations.sort_by_key(|(one, _)| ids.iter().position(|id| *id == one.0));
    Ok((registrations, next, row.in_all.into()))
}

/// The registrations of the admin's unit and below that were submitted, the newest first; those that wait, the longest wait first.
#[utoipa::path(get, path = "/api/v1/registrations", tag = "registrations", params(RegistrationQuery, Paging), responses(
    (status = 200, body = Registrations),
    (status = 400, body = ProblemBody, description = "bad_request, too_many_words"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
async fn registrations(
    State(state): State<RegistrationState>,
    Permitted { admin, .. }: Permitted,
    list: List<RegistrationQuery>,
) -> Result<Json<Registrations>, Problem> {
    let (rows, next, in_all) = page(&state.lanes, &admin.account, &list).await?;
    let (items, unreadable) = RegistrationBody::each(rows, &state.sealer);
    Ok(Json(Registrations { server_now: state.guard.clock.now(), items, in_all, unreadable, next }))
}

/// Whom the desk looks for, with the document or the phone in hand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegistrationSearch {
    /// A whole document number or a whole phone number.
    #[schema(value_type = String, max_length = 40)]
    number: Text<40>,
}

/// The registrations that wait and have this number.
#[derive(Serialize, ToSchema)]
struct FoundRegistrations {
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
async fn find_waiting(
    State(state): State<RegistrationState>,
    Permitted { admin, .. }: Permitted,
    Checked(asked): Checked<RegistrationSearch>,
) -> Result<Json<FoundRegistrations>, Problem> {
    let RegistrationState { guard, sealer, .. } = &state;
    let now = guard.clock.now();
    // Who is not let in has looked nobody up.
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

type Answered = Result<Versioned<Json<RegistrationBody>>, Problem>;

/// The registration after its change, or the refusal that shows it as it stands.
fn answer(outcome: Outcome<Registration>, sealer: &Sealer) -> Answered {
    change::answered(outcome, |row| Ok(RegistrationBody::of(row, sealer)?))
}

/// One registration.
#[utoipa::path(get, path = "/api/v1/registrations/{id}", tag = "registrations", params(("id" = i64, Path)), responses(
    (status = 200, body = RegistrationBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn one_registration(
    State(sealer): State<Sealer>,
    Within { row, .. }: Within<Registration>,
) -> Answered {
    answer(Ok(row), &sealer)
}

/// Put a registration right before its verdict, by the version that one has seen; document and consent are the applicant's alone.
#[utoipa::path(patch, path = "/api/v1/registrations/{id}", operation_id = "correct_registration", tag = "registrations",
    params(("id" = i64, Path), IfMatch),
    request_body = Entry, responses(
    (status = 200, body = RegistrationBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "registration_not_submitted, registration_judged"),
))]
async fn correct(
    State(state): State<RegistrationState>,
    Within { admin, row, .. }: Within<Registration>,
    seen: IfMatch,
    Checked(entry): Checked<Entry>,
) -> Answered {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let wanted = entry.read_correction(day_of(guard.clock.now()))?;
    answer(review::correct(pool, sealer, &guard.clock, &admin.account, row.id, &seen, &wanted).await?, sealer)
}

/// Units and departments to correct a registration with: those of the admin's own unit and below, by name, 100 at most.
#[utoipa::path(get, path = "/api/v1/registrations/units", operation_id = "units_to_correct_with", tag = "registrations", params(UnitQuery), responses(
    (status = 200, body = UnitChoices),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn choices(
    State(lanes): State<Lanes>,
    Permitted { admin, .. }: Permitted,
    Reject(Query(asked)): Reject<Query<UnitQuery>>,
) -> Result<Json<UnitChoices>, Problem> {
    Ok(Json(asked.find(&lanes, admin.account.id.into(), Some(admin.account.unit.id)).await?))
}

/// Which units are called so.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WantedUnitQuery {
    /// Part of the name, of its pinyin or of its initials.
    #[param(max_length = 50)]
    q: String,
}

/// Units of the whole country to let somebody go to, as those who register choose them: by name, 100 at most.
#[utoipa::path(get, path = "/api/v1/people/transfers/units", operation_id = "units_to_let_go_to", tag = "people", params(WantedUnitQuery), responses(
    (status = 200, body = UnitChoices),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn units_to_let_go_to(
    State(lanes): State<Lanes>,
    Permitted { admin, .. }: Permitted,
    Reject(Query(asked)): Reject<Query<WantedUnitQuery>>,
) -> Result<Json<UnitChoices>, Problem> {
    let query = UnitQuery { kind: Sought::Unit, under: None, q: Some(asked.q) };
    Ok(Json(query.find(&lanes, admin.account.id.into(), None).await?))
}

/// Judge a registration that was submitted, as it was seen. Approving it makes the person; what they have scanned within the last 24
/// hours is recorded then, at the time of the scan.
#[utoipa::path(post, path = "/api/v1/registrations/{id}/verdicts", operation_id = "judge_registration", tag = "registrations",
    params(("id" = i64, Path), IfMatch),
    request_body = NewVerdict, responses(
    (status = 200, body = RegistrationBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "registration_not_submitted, registration_judged, number_taken, phone_taken, registration_unit_changed"),
))]
async fn judge(
    State(state): State<RegistrationState>,
    Within { admin, row, .. }: Within<Registration>,
    seen: IfMatch,
    Checked(verdict): Checked<NewVerdict>,
) -> Answered {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let step = verdict.read()?;
    answer(review::judge(pool, sealer, &guard.clock, &admin.account, row.id, &seen, step).await?, sealer)
}

/// A verdict on several registrations.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRegistrationVerdicts)]
struct NewVerdicts {
    /// 1 to 500, each once, as they were seen.
    #[schema(min_items = 1, max_items = 500)]
    registrations: Vec<Chosen>,
    verdict: Verdict,
    /// Why they are returned or rejected, 2 to 200 characters: their applicants read it.
    #[schema(min_length = 2, max_length = 200, example = "请核对科室")]
    reason: Option<String>,
}

/// What a verdict was given on, as it is from now on, and what was left.
#[derive(Serialize, ToSchema)]
struct JudgedRegistrations {
    items: Vec<RegistrationBody>,
    /// Those that have changed since they were seen, and those that could not be judged so.
    left: Vec<Left>,
}

/// Judge several registrations at once: each that is as it was seen. What could not be judged is left as it is, and named: also
/// what is approved together with others while another that waits has its number, and what cannot be read.
#[utoipa::path(post, path = "/api/v1/registrations/verdicts", operation_id = "judge_registrations", tag = "registrations", request_body = NewVerdicts, responses(
    (status = 200, body = JudgedRegistrations),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: one of the registrations"),
))]
async fn judge_several(
    State(state): State<RegistrationState>,
    Permitted { admin, .. }: Permitted,
    Checked(asked): Checked<NewVerdicts>,
) -> Result<Json<JudgedRegistrations>, Problem> {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let step = asked.verdict.step(asked.reason.as_deref())?;
    let chosen = review::chosen(asked.registrations)?;
    let (judged, left) =
        review::judge_several(pool, sealer, &guard.clock, &admin.account, &chosen, &step).await?;
    let items = judged.into_iter().map(|row| RegistrationBody::of(row, sealer)).collect::<Result<_, _>>()?;
    Ok(Json(JudgedRegistrations { items, left }))
}

/// A step as it was taken.
#[derive(Serialize, ToSchema)]
#[schema(as = RegistrationReviewStep)]
struct StepBody {
    step: StepWord,
    reason: Option<String>,
    /// The admin, by name; null where the applicant did it.
    by: Option<String>,
    at: Timestamp,
    /// What was submitted or judged, name and number masked.
    after: Proposal,
}

/// The steps that were taken in a registration's reviews.
#[derive(Serialize, ToSchema)]
struct RegistrationSteps {
    /// The newest first, 200 at most.
    items: Vec<StepBody>,
}

/// Every step of a registration's reviews: who took it, when, why, and what stood then.
#[utoipa::path(get, path = "/api/v1/registrations/{id}/review-steps", operation_id = "registration_steps", tag = "registrations", params(("id" = i64, Path)), responses(
    (status = 200, body = RegistrationSteps),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn taken_steps(
    State(pool): State<PgPool>,
    Within { row, .. }: Within<Registration>,
) -> Result<Json<RegistrationSteps>, Problem> {
    let steps = kit::steps::<sql::Proposal>(&pool, subject(row.id)).await.map_err(Error::from)?;
    let body = |step: kit::TakenStep<Proposal>| StepBody {
        step: step.step,
        reason: step.reason,
        by: step.by,
        at: step.at,
        after: step.after,
    };
    Ok(Json(RegistrationSteps { items: steps.into_iter().map(body).collect() }))
}
