//! problem+json (RFC 9457): how every refusal is answered.
//! A handler answers with a `Problem`; `speak` writes it in the reader's language and adds the request's id.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use metrics::{Counter, counter};
use serde::Serialize;
use utoipa::ToSchema;

use super::field::please_check;
use super::language::Language;
use super::wait::try_again_in;
use super::{Meanwhile, Refusal, Registering, RequestId, WhoMay};
use crate::http::refusals;

/// Bytes that a refusal usually has at most.
const USUAL: usize = 512;

/// A refusal on its way out, with what a client may act on.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub refusal: Refusal,
    pub retry_after_ms: Option<u64>,
    pub opens_at: Option<Timestamp>,
    pub first_at: Option<Timestamp>,
    /// The body's field that is wrong, as a path: `client.device_id`.
    pub field: Option<String>,
    /// What is wrong with it, for the developer of a client.
    pub explanation: Option<String>,
    /// The pass that a phone is to hold on to: while storage is away, or until its person is approved.
    pub pass: Option<String>,
    /// What stands instead of the version that a writer had seen.
    pub meanwhile: Option<Box<Meanwhile>>,
    /// What has to be worked out first.
    pub challenge: Option<String>,
    /// Who may do what this admin may not.
    pub who_may: Option<Box<WhoMay>>,
    /// How somebody without a registration goes on.
    pub registration: Option<Box<Registering>>,
    /// What to do next where that names somebody: in Chinese and in English, in place of the refusal's own sentence.
    pub next: Option<Box<(String, String)>>,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            retry_after_ms: None,
            opens_at: None,
            first_at: None,
            field: None,
            explanation: None,
            pass: None,
            meanwhile: None,
            challenge: None,
            who_may: None,
            registration: None,
            next: None,
        }
    }
}

impl Problem {
    /// The request is malformed in this field.
    pub fn field(field: impl Into<String>, explanation: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            explanation: Some(explanation.into()),
            ..refusals::BAD_REQUEST.into()
        }
    }

    /// The same, shown at this field of a form.
    pub fn at(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// The same, to be tried again after so long.
    pub fn retry_after_ms(self, ms: u64) -> Self {
        Self { retry_after_ms: Some(ms), ..self }
    }

    /// The same, with another sentence of what to do next, in Chinese and in English.
    pub fn saying(self, chinese: String, english: String) -> Self {
        Self { next: Some(Box::new((chinese, english))), ..self }
    }

    /// What to do next; a field that people fill in, how long to wait, or who may do it is named to them.
    pub(crate) fn detail(&self, language: Language) -> Cow<'static, str> {
        let next = self.next.as_deref().map(|(chinese, english)| match language {
            Language::Chinese => chinese.clone(),
            Language::English => english.clone(),
        });
        let own = next.or_else(|| self.detail_of_its_own(language));
        own.map_or_else(|| language.of(self.refusal).detail.into(), Cow::from)
    }

    fn detail_of_its_own(&self, language: Language) -> Option<String> {
        match self.refusal {
            refusals::BAD_REQUEST => self.field.as_deref().and_then(|field| please_check(field, language)),
            refusals::TOO_MANY_REQUESTS => self.retry_after_ms.and_then(|ms| try_again_in(ms, language)),
            _ => self.who_may.as_ref().map(|who| match language {
                Language::Chinese => who.chinese.clone(),
                Language::English => who.english.clone(),
            }),
        }
    }

    /// As it is written on the wire.
    pub fn spoken<'a>(&'a self, language: Language, request_id: &'a RequestId) -> ProblemBody<'a> {
        let sentences = language.of(self.refusal);
        ProblemBody {
            r#type: format!("/docs/problems#{}", self.refusal.word()),
            title: sentences.title,
            status: self.refusal.status().as_u16(),
            detail: self.detail(language),
            code: self.refusal.word(),
            request_id: request_id.as_str(),
            retry_after_ms: self.retry_after_ms,
            opens_at: self.opens_at,
            first_at: self.first_at,
            field: self.field.as_deref(),
            explanation: self.explanation.as_deref(),
            pass: self.pass.as_deref(),
            current: self.meanwhile.as_ref().map(|meanwhile| &meanwhile.current),
            changed_by: self.meanwhile.as_ref().and_then(|meanwhile| meanwhile.changed_by.as_deref()),
            changed_at: self.meanwhile.as_ref().and_then(|meanwhile| meanwhile.changed_at),
            challenge: self.challenge.as_deref(),
            who_may: self.who_may.as_ref().map(|who| who.roles.as_slice()),
            rights: self.who_may.as_ref().and_then(|who| who.rights.as_deref()),
            registration: self.registration.as_deref(),
        }
    }
}

/// `application/problem+json` as every refusal is written.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// Where the refusal is explained.
    pub r#type: String,
    /// What happened, in the reader's language.
    pub title: &'static str,
    /// The HTTP status once more.
    pub status: u16,
    /// What to do next, in the reader's language.
    #[schema(value_type = String)]
    pub detail: Cow<'static, str>,
    /// The refusal's code: what a client acts on.
    pub code: &'static str,
    /// Names this request in the service's logs.
    #[schema(value_type = Option<String>)]
    pub request_id: &'a str,
    /// Try again after this many milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// When check-in opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<Timestamp>,
    /// When this was first done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_at: Option<Timestamp>,
    /// The field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'a str>,
    /// What is wrong with it, in English, for the developer of a client. Never what was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<&'a str>,
    /// Keep this and present it again: the scan is not lost. With `person_not_approved` it is the person's own, and counts
    /// from the scan on once their unit has approved them, within 24 hours of the scan. With `registration` it is the pass of
    /// the proved phone's holder: handed in with their login, it comes back as theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass: Option<&'a str>,
    /// With `changed_meanwhile`: the resource as it stands, as a read would tell it. Its version is in `ETag`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub current: Option<&'a serde_json::Value>,
    /// Who changed it last, by name; absent where no account did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<&'a str>,
    /// When it was changed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
    /// With `proof_required`, and with the `too_many_requests` of a login: work its proof out, and ask again with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<&'a str>,
    /// With `forbidden`, where roles decide: the roles of an admin that may do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<crate::auth::Role>>)]
    pub who_may: Option<&'a [&'static str]>,
    /// With `forbidden`, to a sub-account whose role may: the rights one of which it needs; empty where none is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<crate::authority::Right>>)]
    pub rights: Option<&'a [&'static str]>,
    /// With `phone_not_registered`, and with `person_not_approved` of who has registered themselves: how they go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration: Option<&'a Registering>,
}

impl IntoResponse for Problem {
    /// An empty answer that carries the problem; `speak` gives it its words.
    fn into_response(self) -> Response {
        let mut response = self.refusal.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes every refusal, those of the framework too, as problem+json in the reader's language.
pub fn speak(mut response: Response, language: Language, request_id: &RequestId) -> Response {
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None => match of_status(response.status()) {
            Some(refusal) if !is_spoken(&response) => refusal.into(),
            _ => return response,
        },
    };
    count(problem.refusal);
    write(response, &problem, language, request_id)
}

/// Each counter is looked up by name once: after that a refusal costs a look into a small map.
fn count(refusal: Refusal) {
    static COUNTERS: LazyLock<RwLock<HashMap<Refusal, Counter>>> = LazyLock::new(RwLock::default);
    if let Some(counter) = COUNTERS.read().unwrap_or_else(PoisonError::into_inner).get(&refusal) {
        return counter.increment(1);
    }
    let counter = counter!("zaichang_refusals_total", "code" => refusal.word());
    counter.increment(1);
    COUNTERS.write().unwrap_or_else(PoisonError::into_inner).insert(refusal, counter);
}

/// Statuses that a framework layer answers by itself.
fn of_status(status: StatusCode) -> Option<Refusal> {
    match status {
        StatusCode::NOT_FOUND => Some(refusals::NOT_FOUND),
        StatusCode::METHOD_NOT_ALLOWED => Some(refusals::METHOD_NOT_ALLOWED),
        StatusCode::PAYLOAD_TOO_LARGE => Some(refusals::BODY_TOO_LARGE),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(refusals::UNSUPPORTED_MEDIA_TYPE),
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => Some(refusals::TIMEOUT),
        StatusCode::TOO_MANY_REQUESTS => Some(refusals::TOO_MANY_REQUESTS),
        other if other.is_client_error() => Some(refusals::BAD_REQUEST),
        other if other.is_server_error() => Some(refusals::INTERNAL),
        _ => None,
    }
}

fn is_spoken(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    kind.starts_with("application/") || kind.starts_with("text/html")
}

fn write(response: Response, problem: &Problem, language: Language, request_id: &RequestId) -> Response {
    let (mut parts, _) = response.into_parts();
    let mut body = Vec::with_capacity(USUAL);
    // Nothing in it is refused by JSON.
    let _ = serde_json::to_writer(&mut body, &problem.spoken(language, request_id));
    parts.status = problem.refusal.status();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    parts.headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    parts.headers.remove(header::CONTENT_LENGTH);
    if let Some(version) = problem.meanwhile.as_ref().and_then(|meanwhile| meanwhile.version) {
        parts.headers.insert(header::ETAG, version.tag());
    }
    if let Some(ms) = problem.retry_after_ms {
        parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1000)));
    }
    Response::from_parts(parts, Body::from(body))
}
