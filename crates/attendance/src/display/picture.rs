//! The current code as a picture, for slides. Never cached beyond its step.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use super::qr::Qr;
use super::{Displays, Error};
use crate::checkin::Screen;
use crate::display::refusals;
use zaichang_core::clock::day_of;
use zaichang_core::code::{Step, mint};
use zaichang_core::ids::ScreenNumber;
use zaichang_hosting::project::Course;

/// The code of this moment, if the screen may show one.
pub(super) async fn current(displays: &Displays, screen: ScreenNumber) -> Result<(Qr, Step), Error> {
    let (facts, course): (std::sync::Arc<Screen>, std::sync::Arc<Course>) =
        displays.hub.facts(screen).await?;
    // Without a time to go by there is no code; another node may have one.
    let now: Timestamp = displays.hub.trusted_now().ok_or(Error::Refused(refusals::STORAGE_UNAVAILABLE))?;
    if facts.closed_at.is_some() || facts.day != day_of(now) {
        return Err(Error::Refused(refusals::SCREEN_CLOSED));
    }
    course.admits(now)?;
    let step = Step::at(now, course.profile.step_ms(), screen);
    let qr = Qr::of(&displays.address.of(&mint(&displays.keys, screen, step)))?;
    Ok((qr, step))
}

/// Answers with a picture that is good until its step ends.
pub(super) fn answer(kind: &'static str, picture: Vec<u8>, step: Step) -> Response {
    let expires = http_date(step.ends_at());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::EXPIRES, expires),
    ];
    (headers, picture).into_response()
}

/// An instant as HTTP writes it, to the second below.
fn http_date(at: Timestamp) -> HeaderValue {
    let text = httpdate::fmt_http_date(at.into());
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_as_http_does() {
        let at: Timestamp = "2025-11-29T01:02:13.9Z".parse().unwrap();
        assert_eq!(http_date(at), "Sat, 29 Nov 2025 01:02:13 GMT");
    }
}
