//! Extractors whose failures are our refusals: a JSON body, a query, a path, each naming the field that is wrong.

use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::Problem;
use crate::http::refusals;

/// An extractor wrapped so that it refuses in our words.
pub struct Reject<T>(pub T);

/// A JSON body, parsed into a type that cannot be wrong.
pub struct Checked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Checked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(refusals::UNSUPPORTED_MEDIA_TYPE.into());
        }
        let bytes =
            Bytes::from_request(request, state).await.map_err(|rejection| too_large_or_bad(&rejection))?;
        parse(&bytes).map(Self)
    }
}

/// Parses JSON and names the field that is wrong.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        let said = inner.to_string();
        // What is no JSON has no fields that could be trusted to be ours.
        let holder = match path.as_str() {
            "." | "?" | "" => None,
            path => Some(path).filter(|_| inner.is_data()),
        };
        // serde names a missing or doubled field in its sentence only, at the path of what holds it: it is one of ours.
        // An unknown one is the sender's own text: what holds it is named instead.
        let ours = ["missing field `", "duplicate field `"].iter().find_map(|how| said.strip_prefix(how));
        let ours = ours.and_then(|rest| rest.split('`').next());
        let unknown = said.starts_with("unknown field `");
        let field = match (ours, holder) {
            (Some(name), None) => name.to_owned(),
            (Some(name), Some(holder)) if !holder.ends_with(name) => format!("{holder}.{name}"),
            (None, Some(path)) if unknown => without_last(path, &said),
            (_, path) => path.unwrap_or("body").to_owned(),
        };
        let explanation = without_values(&inner);
        let explanation = if repeats(bytes, &explanation) {
            "the value is not one that is allowed here".to_owned()
        } else {
            explanation
        };
        Problem::field(field, explanation)
    })?;
    json.end().map_err(|error| Problem::field("body", without_values(&error)))?;
    Ok(value)
}

/// The path of what holds an unknown field: the field itself may stand at its end.
fn without_last(path: &str, said: &str) -> String {
    let name = said.split('`').nth(1).unwrap_or("");
    match path.strip_suffix(name).map(|holder| holder.trim_end_matches('.')) {
        Some("") => "body".to_owned(),
        Some(holder) => holder.to_owned(),
        None => path.to_owned(),
    }
}

/// Whether a sentence repeats a piece of a text that was sent: parsers of dates and ids quote what they could not read.
/// serde's own sentences are rid of values already.
fn repeats(bytes: &[u8], sentence: &str) -> bool {
    const OURS: [&str; 6] = [
        "missing field `",
        "duplicate field `",
        "expected ",
        "invalid length ",
        "the value is out of range",
        "there are no such fields",
    ];
    fn any(value: &serde_json::Value, sentence: &str) -> bool {
        match value {
            serde_json::Value::String(text) => pieces(text).any(|piece| sentence.contains(piece)),
            serde_json::Value::Array(items) => items.iter().any(|item| any(item, sentence)),
            serde_json::Value::Object(fields) => fields.values().any(|value| any(value, sentence)),
            _ => false,
        }
    }
    !OURS.iter().any(|ours| sentence.starts_with(ours))
        && serde_json::from_slice(bytes).is_ok_and(|sent| any(&sent, sentence))
}

/// Every four characters of a text.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]).skip(4);
    text.char_indices().zip(ends).map(|((begin, _), end)| &text[begin..end])
}

/// serde quotes what it found; a person's number must not come back in an error or reach a log.
fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // What was expected is our own sentence and stands last; what was found may hold any words.
    let quotes =
        ["invalid type: ", "unknown variant `", "unknown field `"].iter().any(|how| text.starts_with(how));
    match text.rfind("expected ").filter(|_| quotes) {
        Some(expected) => text[expected..].to_owned(),
        None if text.starts_with("invalid value: ") => "the value is out of range".to_owned(),
        None if text.starts_with("unknown field `") => "there are no such fields here".to_owned(),
        None => text,
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let essence = kind.split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn too_large_or_bad(rejection: &BytesRejection) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => refusals::BODY_TOO_LARGE.into(),
        _ => Problem::field("body", "the body ended early"),
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Reject<axum::extract::Path<T>> {
    type Rejection = Problem;

    /// An id that is not one names nothing: it is not found.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(Self).map_err(|_| refusals::NOT_FOUND.into())
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Reject<axum::extract::Query<T>> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        query(parts.uri.query().unwrap_or_default()).map(|read| Self(axum::extract::Query(read)))
    }
}

/// Reads an address's query and names the field that is wrong.
pub fn query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let malformed = || Problem::field("query", "the address's query is not well formed");
    let uri: axum::http::Uri = format!("/?{query}").parse().map_err(|_| malformed())?;
    let fields =
        axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).map_err(|_| malformed())?;
    if fields.0.iter().any(|(_, value)| value.contains('\0')) {
        return Err(Problem::field("query", "NUL is not text"));
    }
    axum::extract::Query::try_from_uri(&uri).map(|read| read.0).map_err(|rejection| {
        let text = rejection.body_text();
        let missing = text.split_once("missing field `").and_then(|(_, rest)| rest.split('`').next());
        if let Some(field) = missing {
            return Problem::field(field, "it is required in the address's query");
        }
        if text.contains("unknown field `") {
            return Problem::field("query", "the address's query holds a field that is not known here");
        }
        // A field whose value was read is one of ours; anything else that was sent is not repeated.
        let named = fields.0.iter().map(|(name, _)| name.as_str());
        let mut named = named.filter(|name| text.contains(&format!(": {name}: ")));
        let field = named.find(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        Problem::field(field.unwrap_or("query"), "the value is not one that is allowed here")
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[serde(rename = "client")]
        _client: Inner,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[serde(rename = "scene")]
        _scene: u16,
    }

    #[test]
    fn the_field_that_is_wrong_is_named() {
        let table = [
            ("{", "body"),
            ("[]", "body"),
            (r#"{"client":{"scene":"x"}}"#, "client.scene"),
            (r#"{"client":{"scene":70000}}"#, "client.scene"),
            (r#"{"client":{}}"#, "client.scene"),
            // The sender's own text is not repeated: what holds it is named.
            (r#"{"client":{"scene":1,"odd":2}}"#, "client"),
            (r#"{"client":{"scene":1},"odd":2}"#, "body"),
            (r#"{"client":{"scene":1,"scene":2}}"#, "client.scene"),
            (r#"{"client":{"430102199001011234":"#, "client"),
            (r#"{"client":{"scene":nul"#, "body"),
            ("{}", "client"),
            (r#"{"client":{"scene":1}} trailing"#, "body"),
            (r#"{""scene":1}"#, "body"),
            (r#"{"":1}"#, "body"),
        ];
        for (json, field) in table {
            let problem = parse::<Outer>(json.as_bytes()).unwrap_err();
            assert_eq!(problem.field.as_deref(), Some(field), "{json}");
        }
    }

    #[test]
    fn what_was_sent_is_not_repeated() {
        for scene in ["430102199001011234", "expected 430102199001011234", "430102199001011234 field `"] {
            let body = format!(r#"{{"client":{{"scene":"{scene}"}}}}"#);
            let problem = parse::<Outer>(body.as_bytes()).unwrap_err();
            assert!(!problem.explanation.unwrap().contains("430102"), "{scene}");
            assert_eq!(problem.field.as_deref(), Some("client.scene"), "{scene}");
        }
    }

    #[test]
    fn neither_a_key_nor_a_date_nor_an_id_that_was_sent_is_repeated() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Told {
            #[serde(rename = "day")]
            _day: Option<jiff::civil::Date>,
            #[serde(rename = "id")]
            _id: Option<uuid::Uuid>,
        }
        for body in [
            r#"{"430102199001011234":1}"#,
            r#"{"day":"430102199001011234"}"#,
            r#"{"id":"430102199001011234"}"#,
            r#"{"id":{"430102199001011234":1}}"#,
            r#"{"day":"2025-11-29","430102199001011234":"#,
        ] {
            let problem = parse::<Told>(body.as_bytes()).unwrap_err();
            let told = format!("{problem:?}");
            assert!(!told.contains("4301"), "{body}: {told}");
        }
    }

    #[test]
    fn a_word_that_is_none_of_ours_is_not_repeated() {
        #[derive(Debug, Deserialize)]
        struct Told {
            #[serde(rename = "kind")]
            _kind: crate::auth::ClientKind,
        }
        for kind in ["430102199001011234", "expected 430102199001011234", "430102199001011234 field `"] {
            let problem = parse::<Told>(format!(r#"{{"kind":"{kind}"}}"#).as_bytes()).unwrap_err();
            assert_eq!(problem.field.as_deref(), Some("kind"), "{kind}");
            let explanation = problem.explanation.unwrap();
            assert!(
                explanation.starts_with("expected one of") && !explanation.contains("430102"),
                "{explanation}"
            );
        }
    }

    #[tokio::test]
    async fn a_query_that_is_wrong_names_its_field() {
        #[derive(Debug, Deserialize)]
        struct Page {
            #[serde(rename = "day")]
            _day: jiff::civil::Date,
        }
        for (query, field) in [
            ("", "day"),
            ("?size=5", "day"),
            ("?day=yesterday", "day"),
            ("?day=%00", "query"),
            ("?day=x&4301=:%204301:%20", "day"),
        ] {
            let request = axum::http::Request::get(format!("/records{query}")).body(()).unwrap();
            let mut parts = request.into_parts().0;
            let refused = Reject::<axum::extract::Query<Page>>::from_request_parts(&mut parts, &()).await;
            assert_eq!(refused.err().unwrap().field.as_deref(), Some(field), "{query}");
        }
    }
}
