//! Versions of what admins may change: a read sends one as `ETag`, a write says by `If-Match` which one it has seen (RFC 9110,
//! 13.1.1). So no write replaces what its sender has not seen. It must not know what has versions, nor where they are kept.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::Problem;
use crate::http::refusals;

/// The most tags of one request: an admin has seen a few versions, not hundreds.
const MOST: usize = 16;

/// The header's grammar, as far as we take it (RFC 9110, 8.8.3).
const TAGS: &str = r#"^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$"#;
/// The same without `*`.
const TAGS_ALONE: &str = r#"^(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*$"#;

/// Counts the changes of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub i64);

impl Version {
    pub fn tag(self) -> HeaderValue {
        HeaderValue::from_str(&format!("\"{}\"", self.0)).expect("quoted digits are a header")
    }
}

impl Serialize for Version {
    /// As its tag, quotes included: a client sends it back as it came.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("\"{}\"", self.0))
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = String::deserialize(deserializer)?;
        let opaque = tag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        opaque
            .and_then(|opaque| ours(opaque.as_bytes()))
            .ok_or_else(|| de::Error::custom("it is a version as it was read"))
    }
}

/// An answer with the version of what it shows. No cache keeps it: what else stands in it changes without a new version.
pub struct Versioned<T>(pub Version, pub T);

impl<T: IntoResponse> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        response.headers_mut().insert(header::ETAG, self.0.tag());
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// Which versions a writer has seen. To be taken after the proof of authority and before the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: any version. For clients that mean to overwrite.
    Any,
    /// Strong tags that may be of ours. Of a weak one the sender cannot be sure what it names: it never matches.
    OneOf(Vec<Version>),
}

impl IfMatch {
    pub fn admits(&self, version: Version) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(seen) => seen.contains(&version),
        }
    }

    /// Several lines are one list.
    fn read<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Option<Self> {
        let line = lines.collect::<Vec<_>>().join(&b","[..]);
        if line.trim_ascii() == b"*" {
            return Some(Self::Any);
        }
        let (mut seen, mut tags) = (Vec::new(), 0);
        let mut rest = line.trim_ascii();
        while !rest.is_empty() {
            // The grammar lets list members be empty.
            if let Some(after) = rest.strip_prefix(b",") {
                rest = after.trim_ascii();
                continue;
            }
            let strong = rest.strip_prefix(b"W/");
            let quoted = strong.unwrap_or(rest).strip_prefix(b"\"")?;
            let end = quoted.iter().position(|byte| *byte == b'"')?;
            let (opaque, after) = (&quoted[..end], quoted[end + 1..].trim_ascii());
            let is_written_so = opaque.iter().all(|byte| *byte > b' ' && *byte != 0x7f);
            tags += 1;
            if !is_written_so || tags > MOST || !(after.is_empty() || after.starts_with(b",")) {
                return None;
            }
            seen.extend(ours(opaque).filter(|_| strong.is_none()));
            rest = after;
        }
        (tags > 0).then_some(Self::OneOf(seen))
    }
}

/// The version that we write so, and in no other way.
fn ours(opaque: &[u8]) -> Option<Version> {
    let version = Version(std::str::from_utf8(opaque).ok()?.parse().ok()?);
    (version.tag().as_bytes()[1..].strip_suffix(b"\"") == Some(opaque)).then_some(version)
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let lines = parts.headers.get_all(header::IF_MATCH);
        if lines.iter().next().is_none() {
            return Err(refusals::VERSION_REQUIRED.into());
        }
        Self::read(lines.iter().map(HeaderValue::as_bytes))
            .ok_or_else(|| Problem::field("if-match", "it is * or up to 16 entity tags, each in quotes"))
    }
}

/// The versions that an admin has seen who judges or submits: `*` does not serve, as they answer for what they have seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen(pub IfMatch);

impl<S: Send + Sync> FromRequestParts<S> for Seen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match IfMatch::from_request_parts(parts, state).await? {
            IfMatch::Any => Err(Problem::field("if-match", "it is the ETag of what was seen, not *")),
            seen @ IfMatch::OneOf(_) => Ok(Self(seen)),
        }
    }
}

/// The header, as the API's document describes it.
impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        described(TAGS, "The `ETag` that was read; `*` to write over whatever stands.")
    }
}

impl IntoParams for Seen {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        described(TAGS_ALONE, "The `ETag` of what was seen; `*` does not serve.")
    }
}

fn described(tags: &str, says: &str) -> Vec<Parameter> {
    let tags = ObjectBuilder::new().schema_type(Type::String).pattern(Some(tags));
    let header = ParameterBuilder::new()
        .name("If-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(says))
        .schema(Some(tags))
        .example(Some("\"7\"".into()));
    vec![header.build()]
}

/// What stands in the place of what a writer had seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Meanwhile {
    /// None of what has no version of its own: a selection.
    pub version: Option<Version>,
    /// The resource, as a read would answer it.
    pub current: serde_json::Value,
    /// None if no account changed it: it was changed by hand, or by a node of a release without versions.
    pub changed_by: Option<String>,
    pub changed_at: Option<Timestamp>,
}

impl From<Meanwhile> for Problem {
    fn from(meanwhile: Meanwhile) -> Self {
        Self { meanwhile: Some(Box::new(meanwhile)), ..refusals::CHANGED_MEANWHILE.into() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(lines: &[&str]) -> Option<IfMatch> {
        IfMatch::read(lines.iter().map(|line| line.as_bytes()))
    }

    #[test]
    fn tags_are_read_as_the_grammar_has_them() {
        let of = |versions: &[i64]| Some(IfMatch::OneOf(versions.iter().copied().map(Version).collect()));
        let table: [(&[&str], Option<IfMatch>); 22] = [
            (&["*"], Some(IfMatch::Any)),
            (&[" * "], Some(IfMatch::Any)),
            (&["\"7\""], of(&[7])),
            (&["\"7\" ,\t\"8\""], of(&[7, 8])),
            (&["\"7\"", "\"8\""], of(&[7, 8])),
            (&[",, \"7\",,"], of(&[7])),
            // Well written, and none of ours.
            (&["W/\"7\""], of(&[])),
            (&["W/\"7\", \"8\""], of(&[8])),
            (&["\"\""], of(&[])),
            (&["\"a,b\""], of(&[])),
            (&["\"07\""], of(&[])),
            (&["\"+7\""], of(&[])),
            (&["\"99999999999999999999\""], of(&[])),
            // Not well written.
            (&[""], None),
            (&[","], None),
            (&["7"], None),
            (&["\"7"], None),
            (&["\"7\"x"], None),
            (&["\"7\" \"8\""], None),
            (&["w/\"7\""], None),
            (&["*, \"7\""], None),
            (&["\"a b\""], None),
        ];
        for (lines, expected) in table {
            assert_eq!(read(lines), expected, "{lines:?}");
        }
        let many = |tags| vec!["\"1\""; tags].join(",");
        assert!(read(&[&many(MOST)]).is_some());
        assert!(read(&[&many(MOST + 1)]).is_none());
    }

    proptest! {
        #[test]
        fn a_version_is_admitted_by_its_own_tag_alone(version: i64, other: i64) {
            let seen = read(&[Version(version).tag().to_str().unwrap()]).unwrap();
            prop_assert!(seen.admits(Version(version)));
            prop_assert_eq!(seen.admits(Version(other)), version == other);
            let json = serde_json::to_value(Version(version)).unwrap();
            let tag = Version(version).tag();
            prop_assert_eq!(json.as_str(), tag.to_str().ok());
            prop_assert_eq!(serde_json::from_value::<Version>(json).unwrap(), Version(version));
        }

        #[test]
        fn whatever_is_sent_is_read_or_refused(line: Vec<u8>, version: i64) {
            if let Some(IfMatch::OneOf(seen)) = IfMatch::read([&line[..]].into_iter()) {
                prop_assert!(seen.len() <= MOST);
                let tag = Version(version).tag();
                let is_in_it = line.windows(tag.len()).any(|part| part == tag.as_bytes());
                prop_assert!(is_in_it || !seen.contains(&Version(version)));
            }
        }
    }
}
