//! Extractors that prove who is asking. A handler that takes one cannot forget to check.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};

use super::guard::Guard;
use super::{Account, Subject, Token, TokenHash};
use crate::http::{Problem, Refusal, cookies};
use crate::ids::PersonId;

/// A person who is logged in.
#[derive(Clone, Copy, Debug)]
pub struct Attendee {
    pub person: PersonId,
    pub session: TokenHash,
}

/// A person who is logged in, or nobody yet. A bad bearer token is refused; a stale cookie is nobody.
#[derive(Clone, Copy, Debug)]
pub struct MaybeAttendee(pub Option<Attendee>);

/// An admin who is logged in.
#[derive(Clone, Debug)]
pub struct Admin {
    pub account: Arc<Account>,
    pub session: TokenHash,
}

enum Presented<'a> {
    Bearer(&'a str),
    Cookie(&'a str),
    Nothing,
}

fn presented<'a>(headers: &'a HeaderMap, cookie: &str) -> Presented<'a> {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match authorization.and_then(|value| value.split_once(' ')) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Presented::Bearer(token.trim()),
        _ => cookies::sent(headers, cookie).map_or(Presented::Nothing, Presented::Cookie),
    }
}

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

async fn subject(guard: &Guard, token: &str) -> Result<Option<(Subject, TokenHash)>, Problem> {
    let Some(hash) = Token::hash_of(token) else { return Ok(None) };
    Ok(guard.sessions.subject(hash, guard.clock.now()).await?.map(|subject| (subject, hash)))
}

impl<S> FromRequestParts<S> for MaybeAttendee
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let guard = Arc::<Guard>::from_ref(state);
        let (token, explicit) = match presented(&parts.headers, cookies::SESSION) {
            Presented::Nothing => return Ok(Self(None)),
            Presented::Bearer(token) => (token, true),
            Presented::Cookie(token) => {
                if changes_something(&parts.method) {
                    guard.origins.check(&parts.headers)?;
                }
                (token, false)
            }
        };
        match subject(&guard, token).await? {
            Some((Subject::Person(person), session)) => Ok(Self(Some(Attendee { person, session }))),
            Some((Subject::Account(_), _)) if explicit => Err(Refusal::Forbidden.into()),
            None if explicit => Err(guard.failures.count(guard.address(parts), Refusal::LoginRequired)),
            _ => Ok(Self(None)),
        }
    }
}

impl<S> FromRequestParts<S> for Attendee
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let MaybeAttendee(attendee) = MaybeAttendee::from_request_parts(parts, state).await?;
        attendee.ok_or_else(|| Refusal::LoginRequired.into())
    }
}

impl<S> FromRequestParts<S> for Admin
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let guard = Arc::<Guard>::from_ref(state);
        let token = match presented(&parts.headers, cookies::ADMIN) {
            Presented::Nothing => return Err(Refusal::LoginRequired.into()),
            Presented::Bearer(token) => token,
            Presented::Cookie(token) => {
                if changes_something(&parts.method) {
                    guard.origins.demand(&parts.headers)?;
                }
                token
            }
        };
        let (account, session) = match subject(&guard, token).await? {
            Some((Subject::Account(account), session)) => (account, session),
            Some((Subject::Person(_), _)) => return Err(Refusal::Forbidden.into()),
            None => return Err(guard.failures.count(guard.address(parts), Refusal::LoginRequired)),
        };
        let account = guard.sessions.account(account).await?.ok_or(Refusal::LoginRequired)?;
        Ok(Self { account, session })
    }
}

/// The address a request came from, through declared proxies.
#[derive(Clone, Copy, Debug)]
pub struct Address(pub std::net::IpAddr);

impl<S> FromRequestParts<S> for Address
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(Arc::<Guard>::from_ref(state).address(parts)))
    }
}
