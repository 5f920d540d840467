//! What every operation of the API shares, declared once: the refusals of the layers and extractors it stands behind, who may
//! call it, the codes of refusals with their sentences, and what an integer may be. Pure. It must not know what an operation does.
//!
//! Works on the document as JSON: the library's types hold the same thing in many shapes.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::modules;
use zaichang_platform::http::Refusal;
use zaichang_platform::http::refusal::Sentences;

const PROBLEM: &str = "application/problem+json";

/// A body that may be left out: the macros cannot say so without allowing null.
const OPTIONAL_BODY: (&str, &str) = ("/api/v1/courses/{id}/screens", "post");

/// What changes something by the version that its writer has seen takes it in this header.
const IF_MATCH: &str = "If-Match";

/// The document with all of that in it, as JSON.
pub fn complete(api: &OpenApi) -> Value {
    let mut document = serde_json::to_value(api).expect("a document is JSON");
    bound_integers(&mut document);
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                if operation.get("responses").is_some() {
                    complete_operation(path, method, operation);
                }
            }
        }
    }
    let mut refusals: Vec<Refusal> = modules::refusals().collect();
    refusals.sort_unstable_by_key(|refusal| refusal.word());
    let code = &mut document["components"]["schemas"]["Problem"]["properties"]["code"];
    code["enum"] = refusals.iter().map(|refusal| refusal.word()).collect();
    code["x-sentences"] =
        refusals.iter().map(|refusal| (refusal.word().to_owned(), sentences(*refusal))).collect();
    document
}

/// What a refusal says, in both languages: the pages are built from it.
fn sentences(refusal: Refusal) -> Value {
    let said = |Sentences { title, detail }| json!({ "title": title, "detail": detail });
    json!({ "zh": said(refusal.chinese()), "en": said(refusal.english()) })
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    let callers = Callers::of(path, method);
    let has_body = operation.get("requestBody").is_some();
    let is_api = path.starts_with("/api/");
    let acts = !matches!(method, "get" | "head");
    let names = |kind: &str| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters.filter(|parameter| parameter["in"] == kind).count() > 0
    };
    let by_version = header_parameters(operation).any(|name| name == IF_MATCH);
    let shared = [
        // HTTP/1.1 without a Host, too.
        (true, "400", "bad_request"),
        (callers.must_log_in(), "401", "login_required"),
        (callers.must_log_in() || (acts && is_api), "403", "forbidden, origin_refused"),
        (names("path"), "404", "not_found"),
        (by_version, "412", "changed_meanwhile"),
        (has_body, "413", "body_too_large"),
        (has_body, "415", "unsupported_media_type"),
        (by_version, "428", "version_required"),
        (is_api, "429", "too_many_requests"),
        (true, "500", "internal"),
        (true, "503", "busy, storage_unavailable, timeout"),
    ];
    let responses = operation["responses"].as_object_mut();
    let Some(responses) = responses else { return };
    for (_, status, codes) in shared.into_iter().filter(|(applies, ..)| *applies) {
        responses.entry(status).or_insert_with(|| {
            json!({
                "description": codes,
                "content": { PROBLEM: { "schema": { "$ref": "#/components/schemas/Problem" } } },
            })
        });
    }
    for response in responses.values_mut() {
        speak_problems(response);
    }
    if (path, method) == OPTIONAL_BODY {
        operation["requestBody"]["required"] = json!(false);
    }
    if let Some(security) = callers.security() {
        operation["security"] = security;
    }
}

fn header_parameters(operation: &Value) -> impl Iterator<Item = &str> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let of_headers = parameters.filter(|parameter| parameter["in"] == "header");
    of_headers.filter_map(|parameter| parameter["name"].as_str())
}

/// A refusal travels as problem+json.
fn speak_problems(response: &mut Value) {
    let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else { return };
    let is_problem = |media: &Value| media["schema"]["$ref"] == "#/components/schemas/Problem";
    if content.get("application/json").is_some_and(is_problem)
        && let Some(media) = content.remove("application/json")
    {
        content.insert(PROBLEM.to_owned(), media);
    }
}

/// Who an operation is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Callers {
    Anybody,
    /// A person who is logged in on a phone.
    Phone,
    /// The same, or an anonymous caller.
    PerhapsPhone,
    /// The holder of a proved phone with which no person is registered: their registration alone.
    Registrant,
    Admin,
    /// A page with its screen's credential, or an admin.
    Screen,
}

impl Callers {
    fn of(path: &str, method: &str) -> Self {
        let Some(path) = path.strip_prefix("/api/v1/") else { return Self::Anybody };
        let first = path.split('/').next().unwrap_or("");
        match (first, method) {
            ("scans", _) => Self::PerhapsPhone,
            ("screens", _) if path.ends_with("/live") => Self::Anybody,
            ("screens", _) if path.contains("/code.") => Self::Screen,
            ("admin-links", _) if path.ends_with("/letter") => Self::Admin,
            ("me" | "check-ins" | "face-checks", _) | ("sessions", "delete") => Self::Phone,
            ("registration", _) => Self::Registrant,
            (
                "courses" | "projects" | "registrations" | "number-claims" | "people" | "people-imports"
                | "announcements" | "screens" | "units" | "unit-proposals" | "unit-imports" | "departments"
                | "admin" | "admin-accounts",
                _,
            )
            | ("admin-sessions" | "admin-links", "delete") => Self::Admin,
            _ => Self::Anybody,
        }
    }

    const fn must_log_in(self) -> bool {
        matches!(self, Self::Phone | Self::Admin | Self::Screen)
    }

    fn security(self) -> Option<Value> {
        let (bearer, phone, console) =
            (json!({ "session": [] }), json!({ "phone_cookie": [] }), json!({ "console_cookie": [] }));
        match self {
            Self::Anybody => None,
            Self::Phone => Some(json!([bearer, phone])),
            Self::PerhapsPhone => Some(json!([{}, bearer, phone])),
            Self::Registrant => Some(json!([{ "registration_session": [] }, { "registration_cookie": [] }])),
            Self::Admin => Some(json!([bearer, console])),
            Self::Screen => Some(json!([{ "screen_credential": [] }, bearer, console])),
        }
    }
}

/// An integer says what it may be: of 32 bits without a sign as such, any other by its format.
fn bound_integers(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            bound_integer(fields);
            fields.values_mut().for_each(bound_integers);
        }
        Value::Array(items) => items.iter_mut().for_each(bound_integers),
        _ => {}
    }
}

fn bound_integer(schema: &mut Map<String, Value>) {
    let unsigned = schema.get("minimum").is_some_and(|minimum| minimum.as_i64() >= Some(0));
    let (least, most) = match schema.get("format").and_then(Value::as_str) {
        Some("int32") if unsigned && schema.get("maximum").is_none() => {
            schema.insert("format".to_owned(), json!("uint32"));
            (json!(0), json!(u32::MAX))
        }
        Some("int32") => (json!(i32::MIN), json!(i32::MAX)),
        Some("int64") => (json!(i64::MIN), json!(i64::MAX)),
        _ => return,
    };
    schema.entry("minimum").or_insert(least);
    schema.entry("maximum").or_insert(most);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        crate::router::openapi()
    }

    /// Every operation with its path and method.
    fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
        let paths = document["paths"].as_object().unwrap();
        let all = paths.iter().flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .iter()
                .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        });
        all.collect()
    }

    #[test]
    fn every_refusal_is_declared_as_problem_json() {
        let document = document();
        for (path, method, operation) in operations(&document) {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let refuses = status.starts_with('4') || (status.starts_with('5') && path != "/readyz");
                if refuses {
                    let schema = &response["content"][PROBLEM]["schema"]["$ref"];
                    assert_eq!(schema, "#/components/schemas/Problem", "{method} {path} {status}");
                }
            }
        }
    }

    #[test]
    fn what_takes_a_body_may_find_it_too_large_or_of_another_kind() {
        let document = document();
        for (path, method, operation) in operations(&document) {
            let statuses = operation["responses"].as_object().unwrap();
            let takes_a_body = operation.get("requestBody").is_some();
            for status in ["413", "415"] {
                assert_eq!(statuses.contains_key(status), takes_a_body, "{method} {path} {status}");
            }
            assert!(statuses.contains_key("400"), "{method} {path}");
            assert_eq!(statuses.contains_key("429"), path.starts_with("/api/"), "{method} {path}");
        }
    }

    #[test]
    fn what_needs_a_login_says_by_what_it_is_proved() {
        let document = document();
        let schemes = document["components"]["securitySchemes"].as_object().unwrap();
        let mut used = std::collections::BTreeSet::new();
        for (path, method, operation) in operations(&document) {
            let security = operation["security"].as_array().into_iter().flatten();
            used.extend(security.filter_map(|way| way.as_object()?.keys().next()));
            let is_login = path.ends_with("sessions")
                || path.starts_with("/api/v1/wechat")
                || path.contains("/receipts/")
                || path.starts_with("/api/v1/admin-links/");
            let may_be_sent_away = operation["responses"].get("401").is_some();
            if may_be_sent_away && !is_login {
                assert!(operation.get("security").is_some(), "{method} {path}");
            }
        }
        assert!(used.into_iter().eq(schemes.keys()), "every scheme is used");
    }

    #[test]
    fn every_call_of_the_console_names_its_act_and_no_other_call_does() {
        let document = document();
        // What every admin may do with their own session.
        let own =
            |path: &str| path.starts_with("/api/v1/admin/me") || path == "/api/v1/admin-sessions/current";
        for (path, method, operation) in operations(&document) {
            let by_admins = matches!(Callers::of(path, method), Callers::Admin | Callers::Screen);
            let acts = by_admins && !own(path);
            assert_eq!(operation.get(zaichang_platform::authority::ACT).is_some(), acts, "{method} {path}");
        }
    }

    #[test]
    fn what_is_changed_by_its_version_says_so_and_is_read_with_it() {
        let document = document();
        let mut changes = 0;
        for (path, method, operation) in operations(&document) {
            let statuses = operation["responses"].as_object().unwrap();
            let takes_a_version = header_parameters(operation).any(|name| name == IF_MATCH);
            let answers_one = statuses.get("200").is_some_and(|told| told["headers"]["ETag"].is_object());
            assert_eq!(takes_a_version, answers_one && method != "get", "{method} {path}");
            assert!(takes_a_version || !matches!(method, "patch" | "put"), "{method} {path}");
            // Asking for an SMS code has a precondition of its own.
            let needs_version =
                statuses.get("428").is_some_and(|told| told["description"] == "version_required");
            assert_eq!(needs_version, takes_a_version, "{method} {path} 428");
            assert_eq!(statuses.contains_key("412"), takes_a_version, "{method} {path} 412");
            if takes_a_version {
                changes += 1;
                // A step in the life of a resource lies below it, and a verdict on one below that.
                let mut reads =
                    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(above, _)| above))
                        .map(|path| &document["paths"][path]["get"]);
                let read = reads.any(|read| read["responses"]["200"]["headers"]["ETag"].is_object());
                assert!(read, "{method} {path}");
            }
        }
        assert!(changes > 0);
    }

    #[test]
    fn codes_are_an_enumeration_and_a_screen_is_a_u32() {
        let document = document();
        let code = &document["components"]["schemas"]["Problem"]["properties"]["code"];
        let codes = code["enum"].as_array().unwrap();
        assert_eq!(codes.len(), modules::refusals().count());
        for word in codes.iter().filter_map(Value::as_str) {
            for language in ["zh", "en"] {
                let said = &code["x-sentences"][word][language];
                assert!(said["title"].is_string() && said["detail"].is_string(), "{word} {language}");
            }
        }
        let screen = &document["components"]["schemas"]["ScreenNumber"];
        assert_eq!((&screen["minimum"], &screen["maximum"]), (&json!(0), &json!(u32::MAX)));
    }
}
