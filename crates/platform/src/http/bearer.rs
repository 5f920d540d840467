//! The token that a client presents on purpose. It must not know whose it is.

use axum::http::{HeaderMap, header};

/// The token of `Authorization: Bearer …`, without the blanks around it. None of any other scheme.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
