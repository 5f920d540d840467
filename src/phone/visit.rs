//! Somebody opens a page: who, from where, and how the answer is wanted. It must not know which page.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::ExtensionRejection;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::Phones;
use crate::auth::{Attendee, Guard, MaybeAttendee};
use crate::http::RequestId;

/// A page that is opened.
pub(super) struct Visit {
    pub phones: Arc<Phones>,
    /// Whoever cannot be told now is nobody: a page is shown in any case.
    pub attendee: Option<Attendee>,
    pub address: IpAddr,
    pub headers: HeaderMap,
    pub request_id: RequestId,
}

impl Visit {
    /// Programs ask for JSON; browsers get the page.
    pub fn wants_json(&self) -> bool {
        let accept = self.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
        accept.contains("application/json") && !accept.contains("text/html")
    }
}

impl<S> FromRequestParts<S> for Visit
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
    Arc<Phones>: FromRef<S>,
{
    type Rejection = ExtensionRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ExtensionRejection> {
        let Extension(request_id) = Extension::from_request_parts(parts, state).await?;
        let attendee = MaybeAttendee::from_request_parts(parts, state).await;
        Ok(Self {
            phones: Arc::from_ref(state),
            attendee: attendee.ok().and_then(|MaybeAttendee(attendee)| attendee),
            address: Arc::<Guard>::from_ref(state).address(parts),
            headers: parts.headers.clone(),
            request_id,
        })
    }
}
