//! Extractors whose failures are our refusals: a JSON body, a query, a path, each naming the field that is wrong.

use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::{Problem, Refusal};

/// An extractor wrapped so that it refuses in our words.
pub struct Reject<T>(pub T);

/// A JSON body, parsed into a type that cannot be wrong.
pub struct Checked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Checked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Refusal::UnsupportedMediaType.into());
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
        // serde names an unknown or missing field in its sentence only, at the path of what holds it.
        let said = inner.to_string();
        let named = said.split('`').nth(1).map(ToOwned::to_owned).filter(|_| inner.is_data());
        let of_holder =
            ["unknown", "missing", "duplicate"].iter().any(|how| said.starts_with(&format!("{how} field `")));
        let field = match (named, of_holder, path.as_str()) {
            (Some(name), true, "." | "?") if !name.is_empty() => name,
            (Some(name), true, holder) if !holder.ends_with(&name) => format!("{holder}.{name}"),
            (_, _, "." | "?" | "") => "body".to_owned(),
            (_, _, path) => path.to_owned(),
        };
        Problem::field(field, without_values(&inner))
    })?;
    json.end().map_err(|error| Problem::field("body", without_values(&error)))?;
    Ok(value)
}

/// serde quotes what it found; a person's number must not come back in an error or reach a log.
fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // What was expected is our own sentence and stands last; what was found may hold any words.
    let quotes = text.starts_with("invalid type: ") || text.starts_with("unknown variant `");
    match text.rfind("expected ").filter(|_| quotes) {
        Some(expected) => text[expected..].to_owned(),
        None if text.starts_with("invalid value: ") => "the value is out of range".to_owned(),
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
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::BodyTooLarge.into(),
        _ => Problem::field("body", "the body ended early"),
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Reject<axum::extract::Path<T>> {
    type Rejection = Problem;

    /// An id that is not one names nothing: it is not found.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(Self).map_err(|_| Refusal::NotFound.into())
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Reject<axum::extract::Query<T>> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or("");
        let fields = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| Problem::field("query", "the address's query is not well formed"))?;
        if fields.0.iter().any(|(_, value)| value.contains('\0')) {
            return Err(Problem::field("query", "NUL is not text"));
        }
        axum::extract::Query::try_from_uri(&parts.uri).map(Self).map_err(|rejection| {
            let text = rejection.body_text();
            let missing = text.split_once("missing field `").and_then(|(_, rest)| rest.split('`').next());
            if let Some(field) = missing {
                return Problem::field(field, "it is required in the address's query");
            }
            let named =
                fields.0.iter().map(|(name, _)| name).find(|name| {
                    text.contains(&format!("`{name}`")) || text.contains(&format!(": {name}: "))
                });
            let field =
                named.cloned().unwrap_or_else(|| query.split('=').next().unwrap_or("query").to_owned());
            Problem::field(field, "the value is not one that is allowed here")
        })
    }
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
            (r#"{"client":{"scene":1,"odd":2}}"#, "client.odd"),
            (r#"{"client":{"scene":1},"odd":2}"#, "odd"),
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
        for (query, field) in
            [("", "day"), ("?size=5", "day"), ("?day=yesterday", "day"), ("?day=%00", "query")]
        {
            let request = axum::http::Request::get(format!("/records{query}")).body(()).unwrap();
            let mut parts = request.into_parts().0;
            let refused = Reject::<axum::extract::Query<Page>>::from_request_parts(&mut parts, &()).await;
            assert_eq!(refused.err().unwrap().field.as_deref(), Some(field), "{query}");
        }
    }
}
