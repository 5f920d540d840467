//! Asking for a login code by SMS. Every number gets the same answer, in the same time, and a message: only the phone's holder
//! learns whether it is registered. Without a fresh scan, work is proved first. It must not know what a code looks like.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Phones;
use super::claim::{PassText, PhoneText};
use super::handed::fresh_scan;
use super::login::phone;
use super::module::PhoneState;
use super::sms_limits::{Allowed, CodeRequest, Limited};
use crate::checkin::{Browser, Client};
use crate::phone::refusals;
use zaichang_core::seal::Kind;
use zaichang_platform::auth::proof_of_work::{LONGEST, Work};
use zaichang_platform::auth::sms_code::{self, AskedBy, Owner};
use zaichang_platform::auth::{self, Address};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Text};
use zaichang_platform::messages::Message;

/// 65,536 hashes as a rule: docs/security.md says what that takes. A second message costs no second work.
const WORK: Work =
    Work { purpose: b"zaichang/sms-proof/v1", rounds: 8, bits: 13, life: SignedDuration::from_mins(10) };

pub(super) fn routes() -> OpenApiRouter<PhoneState> {
    OpenApiRouter::new().routes(routes!(send_sms_code))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SmsCodeRequest {
    /// A mainland mobile number.
    #[schema(value_type = String, max_length = 32, example = "13800001234")]
    phone: PhoneText,
    /// The code belongs to this device: it is used where it was asked for.
    client: Client,
    /// The pass of a scan that this device has made within the last 180 seconds: no work is asked for then.
    #[schema(value_type = Option<String>, max_length = 256)]
    pass: Option<PassText>,
    /// What the `challenge` of a `proof_required` asks for: the challenge, and for each of its rounds a number, all joined by dots.
    #[schema(value_type = Option<String>, max_length = 131)]
    proof: Option<Text<LONGEST>>,
}

/// The same for every number.
#[derive(Serialize, ToSchema)]
struct SmsCodeSent {
    expires_in_ms: i128,
    retry_after_ms: i128,
}

/// Send a login code by SMS: 6 digits, 5 minutes, 5 tries, one a minute, used on the device that asked. Without a fresh scan's `pass`
/// the first answer is `proof_required`, with a `challenge` of 32 characters, `RBB.…`. Its proof is the challenge and R numbers below
/// 2³², joined by dots; SHA-256 over challenge, round (from 1 on, u32 BE) and number (u32 BE) begins with BB zero bits for each round.
#[utoipa::path(post, path = "/api/v1/sms-codes", tag = "people", request_body = SmsCodeRequest, responses(
    (status = 202, body = SmsCodeSent, description = "The same for every number."),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 403, body = ProblemBody, description = "origin_refused"),
    (status = 428, body = ProblemBody, description = "proof_required, with a challenge"),
    (status = 429, body = ProblemBody, description = "too_many_requests; sms_limit_reached: the number has had all it may be sent today"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
async fn send_sms_code(
    State(phones): State<Arc<Phones>>,
    Address(address): Address,
    headers: HeaderMap,
    browser: Browser,
    Checked(request): Checked<SmsCodeRequest>,
) -> Result<Response, Problem> {
    let Phones { pool, keys, sealer, guard, sms_limits, .. } = &*phones;
    guard.origins.check(&headers)?;
    let number = phone(&request.phone)?;
    let (device, cookie) = request.client.device(browser, guard)?;
    let now = phones.clock.now();
    let indexes: Vec<_> = sealer.indexes(Kind::Phone, number.expose()).collect();
    let owner = Owner { phone_index: &indexes[0], device: &device.0 };
    let whose = [owner.phone_index, owner.device].concat();
    let asked = CodeRequest {
        owner,
        address,
        scanned: fresh_scan(&phones, request.pass.as_deref(), device).map(|scan| scan.screen),
        worked: request.proof.is_some_and(|proof| WORK.is_proved(keys, &proof, &whose, now)),
    };
    let admission = match sms_limits.admit(asked, now) {
        Ok(admission) => admission,
        Err(Limited::TooOften(wait)) => return Err(wait.into()),
        Err(Limited::Unproved) => {
            let challenge = Some(WORK.challenge(keys, &whose, now));
            // A browser's first request gives it the device that the challenge is for.
            let problem = Problem { challenge, ..refusals::PROOF_REQUIRED.into() };
            return Ok((cookie, problem).into_response());
        }
    };
    let mut transaction = pool.begin().await.map_err(auth::Error::from)?;
    let by = match (sms_code::is_known(&mut transaction, owner, &indexes, now).await?, admission.allowed) {
        (true, _) => AskedBy::KnownDevice,
        (false, Allowed::Scan) => AskedBy::Scan,
        (false, Allowed::Stranger) => AskedBy::Stranger,
        (false, Allowed::OnlyKnown(wait)) => return Err(wait.into()),
        (false, Allowed::OnlyKnownNumber) => return Err(auth::Error::NumberUsedUp.into()),
    };
    let code = sms_code::make(&mut transaction, keys, owner, by, now).await?;
    transaction.commit().await.map_err(auth::Error::from)?;
    admission.sent(by);
    let sender = Arc::clone(&phones.messages);
    // Sent in the background: the request does not wait for the provider, and its answer reveals nothing to the caller.
    tokio::spawn(async move {
        if let Err(error) = sender.send(&number, Message::LoginCode(&code)).await {
            tracing::error!(%error, maybe = error.may_have_been_sent, "an SMS code was not sent");
        }
    });
    let sent = SmsCodeSent {
        expires_in_ms: sms_code::LIFE.as_millis(),
        retry_after_ms: sms_code::PAUSE.as_millis(),
    };
    Ok((StatusCode::ACCEPTED, cookie, Json(sent)).into_response())
}

/// What the fuzz targets reach: the body, read as the route reads it.
#[cfg(feature = "fuzzing")]
pub mod fuzzing {
    use super::{Client, Problem, SmsCodeRequest};
    use zaichang_platform::http::body::parse;

    /// Phone, client, pass, proof.
    pub type Parts = (String, Client, Option<String>, Option<String>);

    pub fn sms_code(body: &[u8]) -> Result<Parts, Problem> {
        parse::<SmsCodeRequest>(body).map(|asked| {
            let (pass, proof) = (asked.pass.map(String::from), asked.proof.map(String::from));
            (asked.phone.into(), asked.client, pass, proof)
        })
    }
}
