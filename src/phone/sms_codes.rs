//! Asking for a login code by SMS. The answer is the same whether or not a phone is known.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Phones;
use super::login::phone;
use crate::auth::{self, Address, Guard, sms_code};
use crate::http::problem::ProblemBody;
use crate::http::{Checked, Problem, Refusal};
use crate::people;
use crate::seal::Kind;

pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Guard>: FromRef<S>,
    Arc<Phones>: FromRef<S>,
{
    OpenApiRouter::new().routes(routes!(send_sms_code))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SmsCodeRequest {
    /// A mainland mobile number.
    #[schema(example = "13800001234")]
    phone: String,
}

/// The same whether or not the phone is known.
#[derive(Serialize, ToSchema)]
struct SmsCodeSent {
    expires_in_ms: i128,
    retry_after_ms: i128,
}

/// Send a login code by SMS: 6 digits, 5 minutes, 5 tries, one a minute.
#[utoipa::path(post, path = "/api/v1/sms-codes", tag = "people", request_body = SmsCodeRequest, responses(
    (status = 202, body = SmsCodeSent),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
))]
async fn send_sms_code(
    State(phones): State<Arc<Phones>>,
    Address(address): Address,
    Checked(request): Checked<SmsCodeRequest>,
) -> Result<Response, Problem> {
    let phone = phone(&request.phone)?;
    let Phones { corridor, sealer, guard, .. } = &*phones;
    let known = people::by_phone(&corridor.pool, sealer, &phone).await.map_err(auth::Error::from)?;
    let mut connection = corridor.pool.acquire().await.map_err(auth::Error::from)?;
    let index = sealer.index(Kind::Phone, phone.expose());
    let code = sms_code::make(&mut connection, &corridor.keys, &index, corridor.clock.now()).await?;
    if known.is_some() {
        // Sent on the side, so that a known phone takes no longer than an unknown one.
        tokio::spawn(async move {
            if let Err(error) = phones.sms.send_code(&phone, &code).await {
                tracing::error!(%error, "an SMS code was not sent");
            }
        });
    } else {
        let problem = guard.failures.count(address, Refusal::LoginFailed);
        if problem.refusal == Refusal::TooManyRequests {
            return Err(problem);
        }
    }
    let sent = SmsCodeSent {
        expires_in_ms: sms_code::LIFE.as_millis(),
        retry_after_ms: sms_code::PAUSE.as_millis(),
    };
    Ok((StatusCode::ACCEPTED, Json(sent)).into_response())
}
