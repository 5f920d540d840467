//! A WeChat of our own for tests: the real paths, codes that work once within five minutes, tokens that end, errors in bodies with
//! HTTP 200; and slow, wrong, cut-off and silent answers on demand. It must not know the program that calls it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use zaichang_core::clock::Clock;
use zaichang_integrations::wechat::Settings;

use super::answers;

pub const MINI: &str = "wx00000000000000aa";
pub const OFFICIAL: &str = "wx00000000000000bb";
pub const TEMPLATE: &str = "award-template";
/// The secrets are short words that a test can look for in a log.
pub const SECRETS: [&str; 2] = ["minisecret", "officialsecret"];

/// What goes wrong with an answer.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// HTTP 200 with this code in the body.
    Errcode(i64),
    Status(u16, &'static str),
    /// HTTP 200 with this body.
    Body(&'static str),
    /// The line breaks in the middle of the answer.
    CutOff,
    /// The right answer, after so long.
    Slow(Duration),
    Silence,
}

#[derive(Default)]
pub struct Office {
    pub codes: HashMap<String, LoginCode>,
    pub phones: HashMap<String, PhoneCode>,
    pub tokens: HashMap<String, Token>,
    /// A token that is refused, though it is the current one.
    pub poisoned: Option<String>,
    pub acceptances: HashMap<String, u32>,
    pub faces: HashMap<String, Face>,
    pub ranks: HashMap<String, u8>,
    pub messages: Vec<Value>,
    pub made: u64,
    calls: Vec<(String, Value)>,
    faults: HashMap<&'static str, VecDeque<Fault>>,
    always: HashMap<&'static str, Fault>,
}

pub struct LoginCode {
    pub app: &'static str,
    pub openid: String,
    pub unionid: Option<String>,
    pub snapshot: bool,
    pub given_at: Timestamp,
    pub used: bool,
}

pub struct PhoneCode {
    pub number: String,
    pub country: &'static str,
    pub app: &'static str,
    pub given_at: Timestamp,
    pub used: bool,
}

#[derive(Clone)]
pub struct Token {
    pub now: String,
    pub expires_at: Timestamp,
    /// The one before, valid for five minutes more after an ordinary renewal.
    pub before: Option<(String, Timestamp)>,
    pub forced_at: Option<Timestamp>,
}

pub struct Face {
    pub number: String,
    pub openid: String,
    pub name: String,
    pub id_number: String,
    pub ret: i64,
}

/// The simulated WeChat, listening.
pub struct SimulatedWechat {
    pub url: String,
    pub clock: Clock,
    office: Arc<Mutex<Office>>,
    serving: AbortHandle,
}

impl Drop for SimulatedWechat {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl SimulatedWechat {
    pub async fn open(clock: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let office = Arc::new(Mutex::new(Office::default()));
        let app = Router::new().fallback(answer).with_state((Arc::clone(&office), clock.clone()));
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() }).abort_handle();
        Self { url, clock, office, serving }
    }

    pub fn settings(&self) -> Settings {
        Settings {
            app_id: Some(MINI.to_owned()),
            app_secret: Some(SECRETS[0].into()),
            official_app_id: Some(OFFICIAL.to_owned()),
            official_app_secret: Some(SECRETS[1].into()),
            award_template_id: Some(TEMPLATE.to_owned()),
            endpoint: self.url.clone(),
            ..Settings::default()
        }
    }

    pub fn office<T>(&self, look: impl FnOnce(&mut Office) -> T) -> T {
        look(&mut self.office.lock().unwrap())
    }

    /// What `wx.login` gives.
    pub fn js_code(&self, openid: &str, unionid: Option<&str>) -> String {
        self.code(MINI, openid, unionid, false)
    }

    /// What comes back from the Official Account's authorisation page.
    pub fn oauth_code(&self, openid: &str, unionid: Option<&str>) -> String {
        self.code(OFFICIAL, openid, unionid, false)
    }

    pub fn snapshot_code(&self) -> String {
        self.code(OFFICIAL, "o-snapshot", None, true)
    }

    fn code(&self, app: &'static str, openid: &str, unionid: Option<&str>, snapshot: bool) -> String {
        let given_at = self.clock.now();
        self.office(|office| {
            office.made += 1;
            let code = format!("code-{}", office.made);
            let (openid, unionid) = (openid.to_owned(), unionid.map(str::to_owned));
            let kept = LoginCode { app, openid, unionid, snapshot, given_at, used: false };
            office.codes.insert(code.clone(), kept);
            code
        })
    }

    /// What the button `getPhoneNumber` gives.
    pub fn phone_code(&self, number: &str) -> String {
        self.phone_code_of(number, "86", MINI)
    }

    pub fn phone_code_of(&self, number: &str, country: &'static str, app: &'static str) -> String {
        let given_at = self.clock.now();
        self.office(|office| {
            office.made += 1;
            let code = format!("phone-{}", office.made);
            office.phones.insert(
                code.clone(),
                PhoneCode { number: number.to_owned(), country, app, given_at, used: false },
            );
            code
        })
    }

    /// The user tapped to allow so many messages.
    pub fn accepts(&self, openid: &str, messages: u32) {
        self.office(|office| *office.acceptances.entry(openid.to_owned()).or_default() += messages);
    }

    /// The user has looked into the camera.
    pub fn decides(&self, verify_id: &str, ret: i64) {
        self.office(|office| office.faces.get_mut(verify_id).expect("it was asked for").ret = ret);
    }

    /// The next answers on this path.
    pub fn next(&self, path: &'static str, faults: &[Fault]) {
        self.office(|office| office.faults.entry(path).or_default().extend(faults));
    }

    /// Every answer on this path, until the fault is taken away.
    pub fn always(&self, path: &'static str, fault: Option<Fault>) {
        self.office(|office| match fault {
            Some(fault) => office.always.insert(path, fault),
            None => office.always.remove(path),
        });
    }

    /// How often a path was asked.
    pub fn calls(&self, path: &str) -> usize {
        self.office(|office| office.calls.iter().filter(|(called, _)| called == path).count())
    }

    /// All bodies and queries that a path was asked with.
    pub fn asked(&self, path: &str) -> Vec<Value> {
        self.office(|office| {
            office.calls.iter().filter(|(called, _)| called == path).map(|(_, asked)| asked.clone()).collect()
        })
    }

    pub fn calls_in_all(&self) -> usize {
        self.office(|office| office.calls.len())
    }
}

type Shared = (Arc<Mutex<Office>>, Clock);

async fn answer(State((office, clock)): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, 64 * 1024).await.unwrap();
    let path = parts.uri.path().trim_start_matches('/').to_owned();
    let mut asked: Value = serde_json::from_slice(&body).unwrap_or_else(|_| json!({}));
    let query = axum::extract::Query::<HashMap<String, String>>::try_from_uri(&parts.uri).unwrap().0;
    for (name, value) in query {
        asked[name] = value.into();
    }
    let fault = {
        let mut office = office.lock().unwrap();
        office.calls.push((path.clone(), asked.clone()));
        let next = office.faults.get_mut(path.as_str()).and_then(VecDeque::pop_front);
        next.or_else(|| office.always.get(path.as_str()).copied())
    };
    if let Some(Fault::Slow(wait)) = fault {
        tokio::time::sleep(wait).await;
    }
    match fault {
        None | Some(Fault::Slow(_)) => {
            said(&answers::answer(&mut office.lock().unwrap(), clock.now(), &path, &asked))
        }
        Some(Fault::Errcode(code)) => said(&answers::refused(code)),
        Some(Fault::Status(status, body)) => {
            (axum::http::StatusCode::from_u16(status).unwrap(), body).into_response()
        }
        Some(Fault::Body(body)) => body.into_response(),
        Some(Fault::CutOff) => {
            let broken = futures_util::stream::iter([
                Ok(Bytes::from_static(b"{\"errc")),
                Err(std::io::Error::other("the line breaks")),
            ]);
            Body::from_stream(broken).into_response()
        }
        Some(Fault::Silence) => {
            tokio::time::sleep(Duration::from_hours(1)).await;
            ().into_response()
        }
    }
}

/// WeChat calls its JSON plain text.
fn said(body: &Value) -> Response {
    ([("content-type", "text/plain")], body.to_string()).into_response()
}
