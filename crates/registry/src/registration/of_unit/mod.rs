//! The unit's routes: who waits, one registration, putting right, and verdicts on one or many.

mod body;
mod desk;
mod list;
mod places;
mod verdicts;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::body::RegistrationBody;
use super::entry::Entry;
use super::module::RegistrationState;
use super::sql::{Registration, read_each};
use super::{Error, correcting};
use zaichang_core::clock::day_of;
use zaichang_core::ids::UnitId;
use zaichang_core::seal::Sealer;
use zaichang_platform::authority::{Act, Acting as _, Addressed, OfUnit, Within};
use zaichang_platform::change::{self, Outcome};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, IfMatch, Problem, Versioned};
use zaichang_platform::review::Word;

pub(super) fn routes() -> OpenApiRouter<RegistrationState> {
    OpenApiRouter::new()
        .routes(routes!(list::registrations).act(Act::SeeRegistrations))
        .routes(routes!(one_registration).act(Act::SeeRegistrations))
        .routes(routes!(correct).act(Act::CorrectRegistration))
        .routes(routes!(places::choices).act(Act::CorrectRegistration))
        .routes(routes!(places::units_to_let_go_to).act(Act::LetGoPerson))
        .routes(routes!(verdicts::judge).act(Act::JudgeRegistration))
        .routes(routes!(verdicts::taken_steps).act(Act::SeeRegistrations))
        .routes(routes!(verdicts::preview_verdicts).act(Act::JudgeRegistration))
        .routes(routes!(verdicts::judge_several).act(Act::JudgeRegistration))
        .routes(routes!(desk::find_waiting).act(Act::JudgeRegistration))
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
    let account = &admin.account;
    answer(correcting::correct(pool, sealer, &guard.clock, account, row.id, &seen, &wanted).await?, sealer)
}
