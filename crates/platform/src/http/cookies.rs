//! The cookies we set and how: HttpOnly always, Secure when the public address is https. Values are random tokens.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

/// The session of a person on the phone's pages.
pub const SESSION: &str = "zc_session";
/// The session of an admin in the console.
pub const ADMIN: &str = "zc_admin";
/// The session of somebody who registers on the phone's pages: it opens their registration, and nothing else.
pub const REGISTRATION: &str = "zc_registration";
/// The device of the phone's pages.
pub const DEVICE: &str = "zc_device";
/// Whom a browser is known to: on it they have logged in before.
pub const KNOWN: &str = "zc_known";

/// A cookie for the whole site. `strict` ones are not sent on a link from elsewhere.
pub fn set(name: &'static str, value: String, seconds: i64, secure: bool, strict: bool) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(if strict { SameSite::Strict } else { SameSite::Lax })
        .max_age(Duration::seconds(seconds))
        .build()
}

/// The cookie that makes a browser forget one.
pub fn forget(name: &'static str, secure: bool, strict: bool) -> Cookie<'static> {
    set(name, String::new(), 0, secure, strict)
}

/// As a header.
pub fn header(cookie: &Cookie<'_>) -> (HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&cookie.to_string()).expect("our cookies hold names and tokens only");
    (SET_COOKIE, value)
}

/// The value of a cookie, if it was sent; read without allocating.
pub fn sent<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(sent, value)| (sent == name).then_some(value))
}
