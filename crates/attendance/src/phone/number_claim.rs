//! A document number that is taken, claimed by the phone of record: who registers proves that phone besides their own, and is logged in as
//! that person, with their own phone in its place. Whose the number is, and which phone, is not told: one names it oneself.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Phones;
use super::claim::{CodeText, PhoneText, ProofText, prove_phone};
use super::handed::Handed;
use super::login::{LoggedIn, Proved, Still, phone, welcome};
use super::module::PhoneState;
use crate::checkin::{Browser, Client, Device};
use zaichang_core::Phone;
use zaichang_core::clock::day_of;
use zaichang_core::seal::Kind;
use zaichang_platform::auth::{
    self, Address, Admitted, ClientKind, Guesser, KnownDevice, Logins, OpenedBy, OpenedFrom, Tried,
};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Text, cookies};
use zaichang_registry::document::{Document, DocumentKind};
use zaichang_registry::people;
use zaichang_registry::registration::{self, ByPhone, Session, claim_by_phone};

pub(super) fn routes() -> OpenApiRouter<PhoneState> {
    OpenApiRouter::new().routes(routes!(claim_number_by_phone))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClaimByPhone {
    document: DocumentKind,
    /// The number that is taken.
    #[schema(value_type = String, max_length = 40)]
    number: Text<40>,
    /// The phone that it was registered with.
    #[schema(value_type = String, max_length = 32, example = "13800001234")]
    phone: PhoneText,
    /// That was sent to it.
    #[schema(value_type = String, max_length = 16, example = "042917")]
    sms_code: CodeText,
    client: Client,
    /// Where a `too_many_requests` holds a `challenge`: its proof.
    #[schema(value_type = Option<String>, max_length = 131)]
    proof: Option<ProofText>,
}

/// Claim a document number that is taken, by the phone that it was registered with: the phone of the registration's session takes its
/// place, all logins of the person end, the phone before is told, and one is logged in as that person. Whether the phone is the one of
/// record is told once it is proved.
#[utoipa::path(post, path = "/api/v1/registration/claim/by-phone", tag = "registration", request_body = ClaimByPhone, responses(
    (status = 201, body = LoggedIn),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "registration_session_ended, sms_code_wrong"),
    (status = 403, body = ProblemBody, description = "not_phone_of_record: told once that phone is proved; person_not_approved, person_inactive, person_merged"),
    (status = 409, body = ProblemBody, description = "number_free, number_voided, registration_waits, phone_taken; claim_judged: the registration is a person's by now, who logs in with its phone"),
    (status = 429, body = ProblemBody, description = "numbers_tried; phone_changes_used; too_many_requests. With a `challenge`: at once with its proof, else later"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn claim_number_by_phone(
    State(phones): State<Arc<Phones>>,
    Address(address): Address,
    session: Session,
    browser: Browser,
    known_device: KnownDevice,
    from: OpenedFrom,
    Checked(asked): Checked<ClaimByPhone>,
) -> Result<Response, Problem> {
    let Phones { pool, clock, guard, sealer, .. } = &*phones;
    let (device, device_cookie) = asked.client.device(browser, guard)?;
    let of_record = phone(&asked.phone)?;
    let document = Document::parse(asked.document, &asked.number, day_of(clock.now()));
    let document = document.map_err(|error| Problem::field("number", error.to_string()))?;
    registration::may_claim(pool, session).await?;
    let registration = session.registration.0.to_be_bytes();
    let tried = Tried::new("number_claim", &registration, &device.0, asked.proof.as_deref());
    let guesser = Guesser { logins: Logins::Attendees, address, scan: None, known: None, tried: Some(tried) };
    let mut admitted = match guard.guesses.admit(guesser) {
        Ok(admitted) => admitted,
        // A browser's first request gives it the device that a challenge is for.
        Err(problem) => return Ok((device_cookie, problem).into_response()),
    };
    let wanted = (session, &document, &of_record);
    let judged = claim(&phones, &mut admitted, device, wanted, &asked.sms_code).await;
    let ByPhone { person, phone, ended } = admitted.settle(judged)?;
    for session in ended {
        guard.sessions.session_changed(session);
    }
    let indexes: Vec<_> = sealer.indexes(Kind::Phone, phone.expose()).collect();
    let proved = Proved { person, by: OpenedBy::SmsCode, still: Still::Phone(&indexes) };
    let handed = Handed::new(&phones, None, device, address);
    let kind = asked.client.kind;
    let welcomed = welcome(&phones, proved, kind, &handed, (device_cookie, known_device, from)).await?;
    // The registration is that person's: nothing is opened by its session any more.
    let forgotten = cookies::forget(cookies::REGISTRATION, guard.secure, false);
    let forgotten =
        (kind == ClientKind::H5).then(|| axum::response::AppendHeaders([cookies::header(&forgotten)]));
    Ok((forgotten, welcomed).into_response())
}

/// Nothing is looked for before the phone is proved.
async fn claim(
    phones: &Phones,
    admitted: &mut Admitted<'_>,
    device: Device,
    (session, document, of_record): (Session, &Document, &Phone),
    code: &str,
) -> Result<ByPhone, Problem> {
    let Phones { pool, clock, guard, sealer, .. } = phones;
    prove_phone(phones, device, admitted, of_record, code).await?;
    let known = people::by_phone(pool, sealer, of_record).await.map_err(auth::Error::from)?;
    // Who could not log in with it comes in by no other way.
    if let Some((_, standing)) = &known {
        standing.admits(clock.now())?;
    }
    let claimed = claim_by_phone(pool, guard, sealer, session, document, of_record).await;
    Ok(claimed?)
}
