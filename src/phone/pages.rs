//! The phone's pages. Opening a code's address judges it on that very request and puts the pass, or the reason, into
//! the page, so that nothing afterwards races the rotation.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRef, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;

use super::Phones;
use crate::auth::{Address, Attendee, ClientKind, Guard, MaybeAttendee};
use crate::checkin::{
    self, Answer, Authentic, Browser, Caller, Corridor, Error, Outcome, Receipt, ScanBody, Scanned,
};
use crate::embedded::Page;
use crate::http::language::Language;
use crate::http::{Problem, Refusal, RequestId};
use crate::ids::PersonId;
use crate::people::Passport;

pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Guard>: FromRef<S>,
    Arc<Phones>: FromRef<S>,
{
    OpenApiRouter::new()
        .route("/", get(home))
        .route("/records", get(records))
        .route("/login", get(login))
        .route("/C/{code}", get(open_code))
        .route("/c/{code}", get(open_code))
        .route("/v/{receipt}", get(attest))
}

/// What a page is told in its first breath.
struct Boot {
    status: StatusCode,
    facts: Value,
}

impl Boot {
    async fn of(phones: &Phones, page: &str, attendee: Option<Attendee>) -> Self {
        let me = match attendee {
            Some(attendee) => passport(phones, attendee.person).await,
            None => None,
        };
        let facts = json!({
            "page": page,
            "server_now": phones.corridor.clock.now(),
            "me": me,
            "repeat_s": phones.corridor.repeat_s,
            "code": null, "scan": null, "refusal": null, "recorded": null, "attested": null,
        });
        Self { status: StatusCode::OK, facts }
    }

    fn tell(&mut self, name: &str, fact: impl serde::Serialize) {
        self.facts[name] = serde_json::to_value(fact).unwrap_or(Value::Null);
    }

    fn refuse(&mut self, problem: &Problem, headers: &HeaderMap, request_id: &RequestId) {
        self.status = problem.refusal.status();
        self.tell("refusal", problem.spoken(Language::of_headers(headers), request_id));
    }

    fn answer(self, phones: &Phones, headers: &HeaderMap) -> Response {
        Page::Phone.answer(self.status, Some(&self.facts), headers, phones.guard.secure)
    }
}

async fn page(
    phones: &Phones,
    page: &str,
    headers: HeaderMap,
    attendee: Result<MaybeAttendee, Problem>,
) -> Response {
    let attendee = attendee.ok().and_then(|MaybeAttendee(attendee)| attendee);
    Boot::of(phones, page, attendee).await.answer(phones, &headers)
}

async fn home(
    State(phones): State<Arc<Phones>>,
    headers: HeaderMap,
    attendee: Result<MaybeAttendee, Problem>,
) -> Response {
    page(&phones, "home", headers, attendee).await
}

async fn records(
    State(phones): State<Arc<Phones>>,
    headers: HeaderMap,
    attendee: Result<MaybeAttendee, Problem>,
) -> Response {
    page(&phones, "records", headers, attendee).await
}

async fn login(
    State(phones): State<Arc<Phones>>,
    headers: HeaderMap,
    attendee: Result<MaybeAttendee, Problem>,
) -> Response {
    page(&phones, "login", headers, attendee).await
}

async fn open_code(
    State(phones): State<Arc<Phones>>,
    Path(code): Path<String>,
    attendee: Result<MaybeAttendee, Problem>,
    Address(address): Address,
    browser: Browser,
    headers: HeaderMap,
    axum::Extension(request_id): axum::Extension<RequestId>,
) -> Result<Response, Problem> {
    let attendee = attendee.ok().and_then(|MaybeAttendee(attendee)| attendee);
    let (device, cookie) = browser.device(&phones.guard)?;
    let person = attendee.map(|attendee| attendee.person);
    let caller = Caller { person, device, client: ClientKind::H5, scene: None };
    let mut boot = Boot::of(&phones, "scan", attendee).await;
    boot.tell("code", &code);
    let corridor = &phones.corridor;
    let refuse = |error: Error| {
        let problem = Problem::from(error);
        match problem.refusal {
            Refusal::CodeMalformed | Refusal::CodeForged => phones.guard.failures.count(address, problem),
            _ => problem,
        }
    };
    let opened = match corridor.authentic(&code) {
        Ok(code) => open(corridor, code, caller).await,
        Err(error) => Err(error),
    };
    match opened {
        Ok(Opened::Scanned(scanned)) => boot.tell("scan", ScanBody::of(&scanned, corridor)),
        Ok(Opened::Recorded(outcome)) => boot.tell("recorded", Answer::of(&outcome, corridor)),
        Err(error) => {
            boot.refuse(&refuse(error), &headers, &request_id);
        }
    }
    if wants_json(&headers) {
        return Ok((boot.status, cookie, Json(boot.facts)).into_response());
    }
    Ok((cookie, boot.answer(&phones, &headers)).into_response())
}

/// Who is logged in. With storage away somebody whom this node has not met is known by number only: still logged in.
async fn passport(phones: &Phones, person: PersonId) -> Option<Arc<Passport>> {
    match phones.corridor.roster.passport(person).await {
        Ok(passport) => passport,
        Err(_) => Some(Arc::new(Passport::nameless(person))),
    }
}

/// What became of an address that was opened.
enum Opened {
    Scanned(Scanned),
    /// Opened again, by the person and device whose check-in it made.
    Recorded(Outcome),
}

async fn open(corridor: &Corridor, code: Authentic, caller: Caller) -> Result<Opened, Error> {
    let error = match corridor.scan(code, caller).await {
        Ok(scanned) => return Ok(Opened::Scanned(scanned)),
        Err(error) => error,
    };
    let gone =
        matches!(error, Error::Refused(Refusal::CodeExpired | Refusal::ScreenClosed) | Error::NotNow { .. });
    let made = if gone { corridor.made_with(code, caller).await.ok().flatten() } else { None };
    made.map(Opened::Recorded).ok_or(error)
}

async fn attest(
    State(phones): State<Arc<Phones>>,
    Path(receipt): Path<String>,
    attendee: Result<MaybeAttendee, Problem>,
    Address(address): Address,
    headers: HeaderMap,
    axum::Extension(request_id): axum::Extension<RequestId>,
) -> Result<Response, Problem> {
    let attested = match Receipt::read(&phones.corridor.keys, &receipt) {
        None => Err(phones.guard.failures.count(address, Refusal::NotFound)),
        Some(receipt) => {
            let row = checkin::attested(&phones.corridor.pool, receipt).await.map_err(Error::from);
            row.map_err(Problem::from).and_then(|row| row.ok_or(Refusal::NotFound.into()))
        }
    };
    if wants_json(&headers) {
        return attested.map(|attested| Json(attested).into_response());
    }
    let attendee = attendee.ok().and_then(|MaybeAttendee(attendee)| attendee);
    let mut boot = Boot::of(&phones, "receipt", attendee).await;
    match attested {
        Ok(attested) => boot.tell("attested", attested),
        Err(problem) => boot.refuse(&problem, &headers, &request_id),
    }
    Ok(boot.answer(&phones, &headers))
}

/// Programs ask for JSON; browsers get the page.
fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    accept.contains("application/json") && !accept.contains("text/html")
}
