//! Verdicts of the unit: on one registration, on several with their preview, and every step so far.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sqlx::PgPool;
use utoipa::ToSchema;

use super::{Answered, RegistrationBody, answer};
use crate::registration::Error;
use crate::registration::judging::{self, RegistrationReviews};
use crate::registration::module::RegistrationState;
use crate::registration::sql::{Proposal, Registration, subject};
use zaichang_platform::authority::{Permitted, Within};
use zaichang_platform::http::language::Language;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, IfMatch, Problem};
use zaichang_platform::review::{
    self as kit, JudgedBody, NewPreview, NewVerdict, NewVerdicts, PreviewBody, StepsBody,
};

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
pub(super) async fn judge(
    State(state): State<RegistrationState>,
    Within { admin, row, .. }: Within<Registration>,
    seen: IfMatch,
    Checked(verdict): Checked<NewVerdict>,
) -> Answered {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let (step, registrations) = (verdict.read()?, RegistrationReviews { sealer });
    let judged = judging::judge((pool, &guard.clock), &registrations, &admin.account, row.id, &seen, &step);
    answer(judged.await?, sealer)
}

/// Figures of the registrations on which a verdict would be given.
#[derive(Serialize, ToSchema)]
#[schema(as = RegistrationNumbers)]
pub(super) struct Numbers {
    /// How many units they have chosen.
    #[schema(minimum = 0)]
    units: usize,
    /// How many of them take no part in CME.
    #[schema(minimum = 0)]
    takes_no_part: usize,
}

impl Numbers {
    fn of(rows: &[Registration]) -> Self {
        let units: BTreeSet<_> =
            rows.iter().filter_map(|row| row.unit.as_ref()).map(|unit| unit.id).collect();
        let takes_no_part = rows.iter().filter(|row| row.takes_part == Some(false)).count();
        Self { units: units.len(), takes_no_part }
    }
}

/// What a verdict on these registrations would come to: on how many it would be given, and on which it cannot be, and why. Nothing is
/// judged.
#[utoipa::path(post, path = "/api/v1/registrations/verdicts/preview", operation_id = "preview_registration_verdicts", tag = "registrations", request_body = NewPreview, responses(
    (status = 200, body = PreviewBody<Numbers>),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: none of the registrations is"),
))]
pub(super) async fn preview_verdicts(
    State(state): State<RegistrationState>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Checked(asked): Checked<NewPreview>,
) -> Result<Json<PreviewBody<Numbers>>, Problem> {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let (chosen, verdict) = asked.read()?;
    let (registrations, stores) = (RegistrationReviews { sealer }, (pool, &guard.clock));
    let preview = kit::preview(&registrations, stores, &admin.account, &chosen, verdict).await?;
    Ok(Json(PreviewBody::of(&preview, language, Numbers::of(&preview.rows))))
}

/// Judge several registrations at once: each that is as it was seen. What could not be judged is left as it is, and named: also
/// what is approved together with others while another that waits has its number, and what cannot be read.
#[utoipa::path(post, path = "/api/v1/registrations/verdicts", operation_id = "judge_registrations", tag = "registrations", request_body = NewVerdicts, responses(
    (status = 200, body = JudgedBody<RegistrationBody>),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: none of the registrations is"),
))]
pub(super) async fn judge_several(
    State(state): State<RegistrationState>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Checked(asked): Checked<NewVerdicts>,
) -> Result<Json<JudgedBody<RegistrationBody>>, Problem> {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let (verdicts, registrations) = (asked.read()?, RegistrationReviews { sealer });
    let judged = kit::judge_all(&registrations, (pool, &guard.clock), &admin.account, verdicts).await?;
    Ok(Json(JudgedBody::of(judged, language, |row| Ok(RegistrationBody::of(row, sealer)?))?))
}

/// Every step of a registration's reviews: who took it, when, why, and what stood then, name and number masked.
#[utoipa::path(get, path = "/api/v1/registrations/{id}/review-steps", operation_id = "registration_steps", tag = "registrations", params(("id" = i64, Path)), responses(
    (status = 200, body = StepsBody<Proposal>),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
pub(super) async fn taken_steps(
    State(pool): State<PgPool>,
    Within { row, .. }: Within<Registration>,
) -> Result<Json<StepsBody<Proposal>>, Problem> {
    let steps = kit::steps::<Proposal>(&pool, subject(row.id)).await.map_err(Error::from)?;
    Ok(Json(steps.into()))
}
