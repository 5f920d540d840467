//! The page for people who open an address where nothing is: it says so and leads on. Programs get problem+json.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, Html, IntoResponse as _, Response};

use super::{nonce, page_headers, policy};
use crate::http::Problem;
use crate::http::refusals;

/// What is not there, and what to do next, in Chinese and in English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotHere {
    pub title: &'static str,
    pub title_en: &'static str,
    pub next: &'static str,
    pub next_en: &'static str,
}

impl NotHere {
    /// A page for a browser, problem+json for other clients.
    pub fn answer(self, headers: &HeaderMap, https: bool) -> Response {
        if !wants_page(headers) {
            return Problem::from(refusals::NOT_FOUND).into_response();
        }
        let Ok(nonce) = nonce() else { return Problem::from(refusals::INTERNAL).into_response() };
        let html = include_str!("not_here.html")
            .replace("__CSP_NONCE__", &nonce)
            .replace("__TITLE__", self.title)
            .replace("__TITLE_EN__", self.title_en)
            .replace("__NEXT__", self.next)
            .replace("__NEXT_EN__", self.next_en);
        let headers = page_headers(&policy(&nonce, "", "", ""), https);
        (StatusCode::NOT_FOUND, AppendHeaders(headers), Html(html)).into_response()
    }
}

/// Whether a page is asked for, as browsers do when an address is opened.
fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}
