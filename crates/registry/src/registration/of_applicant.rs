//! The applicant's routes: what they have entered, entering more, submitting, withdrawing, leaving the phone, and the units to
//! choose from. All of them ask for the session that a proved phone opened, and answer that registration alone.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::applicant::Done;
use super::claims::MyClaim;
use super::entry::Entry;
use super::module::RegistrationState;
use super::session::Session;
use super::shown::{Shown, ShownUnit, Whose};
use super::sql::Registration;
use super::units::{UnitChoices, UnitQuery};
use super::{Error, applicant, refusals};
use crate::document::{Document, DocumentKind};
use crate::named::Named;
use crate::title::{TitleLevel, TitleSeries};
use zaichang_core::clock::day_of;
use zaichang_core::seal::Sealer;
use zaichang_platform::change;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, IfMatch, Problem, Reject, Version, Versioned, cookies};
use zaichang_platform::list::Lanes;
use zaichang_platform::review::{Reason, Word};

pub(super) fn routes() -> OpenApiRouter<RegistrationState> {
    OpenApiRouter::new()
        .routes(routes!(my_registration, enter))
        .routes(routes!(submit, withdraw))
        .routes(routes!(leave))
        .routes(routes!(units))
}

/// A registration as its applicant sees it: the number and the phone masked, as the phone may be another's by now.
#[derive(Serialize, ToSchema)]
#[schema(as = MyRegistration)]
pub(super) struct MyRegistration {
    /// As its `ETag`: for `If-Match`.
    #[schema(value_type = String, example = "\"7\"")]
    version: Version,
    /// `draft`, `submitted`, `returned` and `rejected`; `approved` once the person is registered.
    state: Word,
    /// Why it was returned or rejected.
    reason: Option<String>,
    /// Who gave the reason: the unit, or an authority, as of a proposed unit.
    reason_by: Option<Whose>,
    /// Whose turn it is, once it is submitted: the unit's; of a unit that has no admin yet, that of the authority that makes one, and
    /// of a proposed unit that of the authority that is to say which it is; none while it is on its way from there.
    waits_for: Option<Whose>,
    /// The authority that is to act then, or that may be asked.
    authority: Option<String>,
    submitted_at: Option<Timestamp>,
    /// The phone that was proved; null once approved.
    phone: Option<String>,
    name: Option<String>,
    document: Option<DocumentKind>,
    /// Masked.
    number: Option<String>,
    unit: Option<Named>,
    /// The unit that was proposed, where none is chosen.
    proposed_unit: Option<ShownUnit>,
    department: Option<Named>,
    title_series: Option<TitleSeries>,
    title_level: Option<TitleLevel>,
    /// What series and level are called together.
    title: Option<&'static str>,
    specialty: Option<String>,
    takes_part: Option<bool>,
    /// Whether the notice that holds now has been agreed to.
    consented: bool,
    /// The claim of a document number that is taken, where one was handed in.
    claim: Option<MyClaim>,
    /// The fields that are not entered yet, in the order of the form.
    missing: Vec<&'static str>,
    /// When the phone has to be proved again to go on.
    expires_at: Timestamp,
}

impl MyRegistration {
    fn of(
        registration: &Registration,
        shown: Shown,
        sealer: &Sealer,
        session: Session,
    ) -> Result<Self, Error> {
        let applicant = registration.applicant(sealer)?;
        let document = applicant.document.as_deref().and_then(Document::of_sealed);
        let state = registration.state();
        let missing = match registration.person {
            Some(_) => Vec::new(),
            None => registration.missing(&applicant),
        };
        Ok(Self {
            version: registration.version,
            // Who has claimed a person's number is that person: there is nothing to review.
            state: if registration.person.is_some() { Word::Approved } else { state.word() },
            reason: state.reason().map(Reason::as_str).map(str::to_owned),
            reason_by: state.reason().map(|_| Whose::reason_of(&shown)),
            waits_for: Whose::turn(registration, &shown),
            authority: shown.authority,
            submitted_at: registration
                .review
                .as_ref()
                .and_then(|review| review.submission.as_ref())
                .map(|submission| submission.at),
            phone: registration.phone(sealer)?.map(|phone| phone.masked()),
            name: applicant.name,
            document: document.as_ref().map(Document::kind),
            number: document.as_ref().map(Document::masked),
            unit: registration.unit.clone(),
            proposed_unit: registration.proposed.clone().map(|unit| ShownUnit::of(unit, shown.place)),
            department: registration.department.clone(),
            title_series: registration.series,
            title_level: registration.level,
            title: registration.title(),
            specialty: registration.specialty.clone(),
            takes_part: registration.takes_part,
            consented: registration.consents(),
            claim: shown.claim.map(MyClaim::from),
            missing,
            expires_at: session.expires_at,
        })
    }
}

pub(super) type Answered = Result<Versioned<Json<MyRegistration>>, Problem>;

/// The registration after its change, or the refusal that shows it as it stands.
pub(super) fn answer((outcome, shown): Done, sealer: &Sealer, session: Session) -> Answered {
    change::answered(outcome, |row| Ok(MyRegistration::of(&row, shown, sealer, session)?))
}

/// A registration that was taken away, or that this session opens no longer, has to be opened anew.
pub(super) fn ended(error: Error) -> Problem {
    match error {
        Error::NotFound => refusals::REGISTRATION_SESSION_ENDED.into(),
        error => error.into(),
    }
}

/// The registration of the phone that was proved: how far it is, and what was entered.
#[utoipa::path(get, path = "/api/v1/registration", tag = "registration", responses(
    (status = 200, body = MyRegistration, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "registration_session_ended"),
))]
async fn my_registration(
    State(pool): State<PgPool>,
    State(sealer): State<Sealer>,
    session: Session,
) -> Answered {
    let (registration, shown) = applicant::see(&pool, session).await.map_err(ended)?;
    answer((Ok(registration), shown), &sealer, session)
}

/// Enter fields of the registration, any of them, by the version that one has seen. What is not sent stays.
#[utoipa::path(patch, path = "/api/v1/registration", operation_id = "enter_registration", tag = "registration",
    params(IfMatch),
    request_body = Entry, responses(
    (status = 200, body = MyRegistration, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "registration_session_ended"),
    (status = 409, body = ProblemBody, description = "number_taken, number_voided, unit_listed, no_authority_there, registration_waits, registration_judged"),
    (status = 429, body = ProblemBody, description = "numbers_tried"),
))]
async fn enter(
    State(state): State<RegistrationState>,
    session: Session,
    seen: IfMatch,
    Checked(entry): Checked<Entry>,
) -> Answered {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let wanted = entry.read(day_of(guard.clock.now()))?;
    let saved = applicant::save(pool, sealer, &guard.clock, session, &seen, &wanted).await;
    answer(saved.map_err(ended)?, sealer, session)
}

/// Submit the registration to the unit, as it was seen; where a unit is proposed, to the authority first, from which it goes on by
/// itself.
#[utoipa::path(post, path = "/api/v1/registration/submission", operation_id = "submit_registration", tag = "registration",
    params(IfMatch), responses(
    (status = 200, body = MyRegistration, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "registration_session_ended"),
    (status = 409, body = ProblemBody, description = "registration_incomplete: `field` is the first that is missing; number_taken, number_voided, claim_waits, unit_listed, no_authority_there, registration_waits, registration_judged, sent_back_too_often"),
    (status = 429, body = ProblemBody, description = "units_proposed: as many as a day allows were proposed"),
))]
async fn submit(State(state): State<RegistrationState>, session: Session, seen: IfMatch) -> Answered {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let submitted = applicant::submit(pool, sealer, &guard.clock, session, &seen).await;
    answer(submitted.map_err(ended)?, sealer, session)
}

/// Withdraw the registration, until the unit's verdict: it may be changed then.
#[utoipa::path(delete, path = "/api/v1/registration/submission", operation_id = "withdraw_registration", tag = "registration",
    params(IfMatch), responses(
    (status = 200, body = MyRegistration, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "registration_session_ended"),
    (status = 409, body = ProblemBody, description = "registration_not_submitted, registration_judged"),
))]
async fn withdraw(State(state): State<RegistrationState>, session: Session, seen: IfMatch) -> Answered {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let withdrawn = applicant::withdraw(pool, &guard.clock, session, &seen).await;
    answer(withdrawn.map_err(ended)?, sealer, session)
}

/// Leave this phone: the session ends, as does every other of this registration that was opened until now. What was entered stays,
/// for the next time that the phone's number is proved.
#[utoipa::path(delete, path = "/api/v1/registration/session", operation_id = "leave_registration", tag = "registration", responses(
    (status = 204, description = "The session has ended, and the browser forgets it."),
    (status = 401, body = ProblemBody, description = "registration_session_ended"),
))]
async fn leave(State(state): State<RegistrationState>, session: Session) -> Result<Response, Problem> {
    let RegistrationState { guard, pool, .. } = &state;
    applicant::leave(pool, session, guard.clock.now()).await.map_err(ended)?;
    let cookie = cookies::forget(cookies::REGISTRATION, guard.secure, false);
    Ok((StatusCode::NO_CONTENT, [cookies::header(&cookie)]).into_response())
}

/// Units and divisions to choose from, by name, and departments in the order that their unit gives them: 100 at most.
#[utoipa::path(get, path = "/api/v1/registration/units", operation_id = "units_to_register_with", tag = "registration", params(UnitQuery), responses(
    (status = 200, body = UnitChoices),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "registration_session_ended"),
))]
async fn units(
    State(pool): State<PgPool>,
    State(lanes): State<Lanes>,
    session: Session,
    Reject(Query(asked)): Reject<Query<UnitQuery>>,
) -> Result<Json<UnitChoices>, Problem> {
    let registration = applicant::find(&pool, session).await.map_err(ended)?;
    Ok(Json(asked.find(&lanes, registration.id.into(), None).await?))
}
