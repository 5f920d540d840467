//! The session of an applicant: signed text that opens one registration for an hour, and nothing else. It is not kept
//! on the server, so a stranger's flood of them costs no row; the registration says since when no older one opens it. Pure but
//! for the extractor.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

use super::refusals;
use zaichang_core::ids::RegistrationId;
use zaichang_core::keys::{Keys, sign, verify};
use zaichang_platform::auth::Guard;
use zaichang_platform::http::{Problem, cookies};

const PURPOSE: &[u8] = b"zaichang/registration/v1";
const BODY: usize = 8 + 8;
const TAG: usize = 16;

/// How long a proved phone may be taken for its holder's here: a form takes minutes, a lost phone is found by others later.
pub const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// The holder of this registration's phone, who has proved it, until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub registration: RegistrationId,
    pub expires_at: Timestamp,
}

impl Session {
    pub fn begin(registration: RegistrationId, now: Timestamp) -> Self {
        Self { registration, expires_at: now + LIFE }
    }

    /// Whether the phone on which it was opened has been left since.
    pub(super) fn was_left(&self, left_at: Option<Timestamp>) -> bool {
        left_at.is_some_and(|left_at| self.expires_at - LIFE <= left_at)
    }

    /// Seconds from now to its end, for a cookie.
    pub fn life_s(&self, now: Timestamp) -> i64 {
        self.expires_at.duration_since(now).as_secs()
    }

    /// The text that its holder keeps: 43 characters of base64url.
    pub fn sign(&self, keys: &Keys) -> String {
        let mut bytes = Vec::with_capacity(BODY + TAG);
        bytes.extend(self.registration.0.to_be_bytes());
        bytes.extend(self.expires_at.as_millisecond().to_be_bytes());
        let tag: [u8; TAG] = sign(keys, PURPOSE, &bytes);
        bytes.extend(tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads one of ours that has not ended.
    pub fn read(keys: &Keys, text: &str, now: Timestamp) -> Option<Self> {
        let mut bytes = [0; BODY + TAG];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        let (body, tag) = bytes.split_at_checked(BODY).filter(|_| length == BODY + TAG)?;
        if !verify(keys, PURPOSE, body, tag) {
            return None;
        }
        let number = |at: usize| body[at..at + 8].try_into().map(i64::from_be_bytes).ok();
        let session = Self {
            registration: RegistrationId(number(0)?),
            expires_at: Timestamp::from_millisecond(number(8)?).ok()?,
        };
        (now <= session.expires_at).then_some(session)
    }
}

/// The session that a request presents: as a bearer token, or as the cookie of a page of ours.
fn presented(headers: &HeaderMap) -> Option<(&str, bool)> {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = authorization.and_then(|value| value.split_once(' '));
    let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match bearer {
        Some((_, token)) => Some((token.trim(), false)),
        None => cookies::sent(headers, cookies::REGISTRATION).map(|token| (token, true)),
    }
}

impl<S> FromRequestParts<S> for Session
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
    Arc<Keys>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let guard = Arc::<Guard>::from_ref(state);
        let (text, by_cookie) = presented(&parts.headers).ok_or(refusals::REGISTRATION_SESSION_ENDED)?;
        let changes = !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
        if by_cookie && changes {
            guard.origins.check(&parts.headers)?;
        }
        let keys = Arc::<Keys>::from_ref(state);
        let session = Self::read(&keys, text, guard.clock.now());
        Ok(session.ok_or(refusals::REGISTRATION_SESSION_ENDED)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_opens_its_registration_for_an_hour_and_no_altered_text_does() {
        let keys = Keys::new(&[[3; 32]]).unwrap();
        let at = |seconds: i64| Timestamp::from_second(1_764_378_133 + seconds).unwrap();
        let session = Session::begin(RegistrationId(7), at(0));
        let text = session.sign(&keys);
        assert_eq!(Session::read(&keys, &text, at(3600)), Some(session));
        assert_eq!(Session::read(&keys, &text, at(3601)), None);
        assert_eq!(Session::read(&Keys::new(&[[4; 32]]).unwrap(), &text, at(0)), None);
        for wrong in ["", "在场", &text[1..], &format!("{text}A"), &text.replace(&text[3..4], "-")] {
            if *wrong != text {
                assert_eq!(Session::read(&keys, wrong, at(0)), None, "{wrong}");
            }
        }
    }
}
