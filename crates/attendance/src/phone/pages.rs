//! The phone's pages. Opening a code's address judges it on that very request and puts the pass, or the reason, into
//! the page, so that nothing afterwards races the rotation.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;

use super::Phones;
use super::module::PhoneState;
use super::visit::Visit;
use crate::checkin::{
    self, Answer, Authentic, Browser, Caller, Error, Outcome, Pipeline, Presentation, Roster, ScanBody,
    Scanned,
};
use crate::phone::refusals;
use zaichang_core::ids::PersonId;
use zaichang_platform::auth::{ClientKind, Guard};
use zaichang_platform::http::Problem;
use zaichang_platform::http::language::Language;
use zaichang_platform::pages::{NotHere, Page};
use zaichang_registry::people::Passport;

pub(super) fn routes() -> OpenApiRouter<PhoneState> {
    OpenApiRouter::new()
        .route("/", page("home"))
        .route("/records", page("records"))
        .route("/login", page("login"))
        .route(super::registering::PAGE, page("registration"))
        .route("/app/", get(in_app))
        .route("/C/{code}", get(open_code))
        .route("/c/{code}", get(open_code))
        .route("/v/{receipt}", get(attest))
        .route("/C", get(no_code))
        .route("/C/", get(no_code))
        .route("/c", get(no_code))
        .route("/c/", get(no_code))
}

/// What people open. The camera's reader is WebAssembly where the browser has none of its own.
pub const PAGE: Page =
    Page { folder: "h5", scripts: " 'wasm-unsafe-eval'", policy: "; worker-src 'self' blob:" };
/// What a native app opens in its web view.
pub const IN_APP: Page = Page { folder: "app", scripts: "", policy: "" };

/// The data that a page is served with.
struct Boot {
    status: StatusCode,
    facts: Value,
}

impl Boot {
    async fn of(visit: &Visit, page: &str) -> Self {
        let phones = &visit.phones;
        let me = match (&visit.attendee, &visit.stale) {
            (Some(attendee), _) => passport(&phones.roster, attendee.person).await,
            // The pass that is handed back is this person's; nothing else about them is sent.
            (None, Some(person)) => Some(Arc::new(Passport::nameless(person.clone().to_keep_a_scan()))),
            (None, None) => None,
        };
        let mut facts = json!({
            "page": page,
            "server_now": phones.clock.now(),
            "me": me,
            "repeat_s": phones.pipeline.repeat_s(),
            "code": null, "scan": null, "refusal": null, "recorded": null, "attested": null,
        });
        if let Some(app_id) = &visit.wechat {
            facts["wechat"] = json!(app_id);
        }
        Self { status: StatusCode::OK, facts }
    }

    fn tell(&mut self, name: &str, fact: impl serde::Serialize) {
        self.facts[name] = serde_json::to_value(fact).unwrap_or(Value::Null);
    }

    fn refuse(&mut self, problem: &Problem, visit: &Visit) {
        self.status = problem.refusal.status();
        self.tell("refusal", problem.spoken(Language::of_headers(&visit.headers), &visit.request_id));
    }

    fn answer(self, visit: &Visit) -> Response {
        visit.phones.pages.answer(
            PAGE,
            self.status,
            Some(&self.facts),
            &visit.headers,
            visit.phones.guard.secure,
        )
    }
}

/// A page that needs nothing but who opened it.
fn page(name: &'static str) -> MethodRouter<PhoneState> {
    get(async move |visit: Visit| Boot::of(&visit, name).await.answer(&visit))
}

/// A code's address without its code.
const NO_CODE: NotHere = NotHere {
    title: "网址中没有签到码",
    title_en: "This address holds no check-in code",
    next: "请用微信扫描会场屏幕上正在显示的二维码。",
    next_en: "Please scan the code now on the venue's screen with WeChat.",
};

async fn no_code(State(guard): State<Arc<Guard>>, headers: HeaderMap) -> Response {
    NO_CODE.answer(&headers, guard.secure)
}

/// What a native app opens: the app says who is asking, never a cookie.
async fn in_app(visit: Visit) -> Response {
    let boot = json!({ "server_now": visit.phones.clock.now() });
    visit.phones.pages.answer(IN_APP, StatusCode::OK, Some(&boot), &visit.headers, visit.phones.guard.secure)
}

async fn open_code(visit: Visit, browser: Browser, Path(code): Path<String>) -> Result<Response, Problem> {
    let Phones { guard, pipeline, .. } = &*visit.phones;
    let (device, cookie) = browser.device(guard)?;
    let person = visit.attendee.map(|attendee| attendee.person);
    let caller = Caller {
        person,
        device,
        network: pipeline.network_of(visit.address),
        client: ClientKind::H5,
        scene: None,
    };
    let mut boot = Boot::of(&visit, "scan").await;
    boot.tell("code", &code);
    let refuse = |error: Error| {
        let problem = Problem::from(error);
        match problem.refusal {
            refusals::CODE_MALFORMED | refusals::CODE_FORGED => guard.failures.count(visit.address, problem),
            _ => problem,
        }
    };
    let opened = match (pipeline.authentic(&code), visit.stale.clone()) {
        (Ok(code), None) => open(pipeline, code, caller).await,
        (Ok(code), Some(person)) => {
            let kept = pipeline.keep_for(Presentation::Code(code), caller, person);
            kept.and_then(|kept| Err(Error::StorageAway { pass: kept.pass(pipeline) }))
        }
        (Err(error), _) => Err(error),
    };
    match opened {
        Ok(Opened::Scanned(scanned)) => boot.tell("scan", ScanBody::of(&scanned, pipeline)),
        Ok(Opened::Recorded(outcome)) => boot.tell("recorded", Answer::of(&outcome, pipeline)),
        Err(error) => boot.refuse(&refuse(error), &visit),
    }
    if visit.wants_json() {
        return Ok((boot.status, cookie, Json(boot.facts)).into_response());
    }
    Ok((cookie, boot.answer(&visit)).into_response())
}

/// Who is logged in. With storage away a person whom this node has not cached is known by number only: still logged in.
async fn passport(roster: &Roster, person: PersonId) -> Option<Arc<Passport>> {
    match roster.passport(person).await {
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

async fn open(pipeline: &Pipeline, code: Authentic, caller: Caller) -> Result<Opened, Error> {
    let error = match pipeline.scan(code, caller).await {
        Ok(scanned) => return Ok(Opened::Scanned(scanned)),
        Err(error) => error,
    };
    let gone = matches!(
        error,
        Error::Refused(refusals::CODE_EXPIRED | refusals::SCREEN_CLOSED) | Error::NotNow { .. }
    );
    let made = if gone { pipeline.made_with(code, caller).await.ok().flatten() } else { None };
    made.map(Opened::Recorded).ok_or(error)
}

async fn attest(visit: Visit, Path(receipt): Path<String>) -> Result<Response, Problem> {
    let Phones { pool, pipeline, guard, .. } = &*visit.phones;
    let attested = match pipeline.read_receipt(&receipt) {
        None => Err(guard.failures.count(visit.address, refusals::NOT_FOUND)),
        Some(receipt) => {
            let row = checkin::attested(pool, receipt).await.map_err(Error::from);
            row.map_err(Problem::from).and_then(|row| row.ok_or(refusals::NOT_FOUND.into()))
        }
    };
    if visit.wants_json() {
        return attested.map(|attested| Json(attested).into_response());
    }
    let mut boot = Boot::of(&visit, "receipt").await;
    match attested {
        Ok(attested) => boot.tell("attested", attested),
        Err(problem) => boot.refuse(&problem, &visit),
    }
    Ok(boot.answer(&visit))
}
