//! Extractors whose failures are our refusals: a JSON body, a query, a path, each naming the field that is wrong.

use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::query::query;
use super::{Problem, json};
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
    serde_json::from_slice(bytes).map_err(|_| json::problem::<T>(bytes))
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
            (r#"{"client":{"430102199001011234":"#, "body"),
            (r#"{"client":{"430102199001011234":7}}"#, "client"),
            (r#"{"client":{"scene":1},"client":{"scene":1}}"#, "client"),
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
    fn of_a_field_that_is_not_known_it_is_told_which_there_are() {
        let problem = parse::<Outer>(br#"{"client":{"scene":1},"odd":2}"#).unwrap_err();
        assert_eq!(
            problem.explanation.as_deref(),
            Some("there is a field that is not known here; known are `client`")
        );
        assert!(problem.next.unwrap().0.starts_with("内容中有不能识别的字段"));
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
        struct Sent {
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
            let problem = parse::<Sent>(body.as_bytes()).unwrap_err();
            let told = format!("{problem:?}");
            assert!(!told.contains("4301"), "{body}: {told}");
        }
    }

    #[test]
    fn a_word_that_is_none_of_ours_is_not_repeated() {
        #[derive(Debug, Deserialize)]
        struct Sent {
            #[serde(rename = "kind")]
            _kind: crate::auth::ClientKind,
        }
        for kind in ["430102199001011234", "expected 430102199001011234", "430102199001011234 field `"] {
            let problem = parse::<Sent>(format!(r#"{{"kind":"{kind}"}}"#).as_bytes()).unwrap_err();
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
