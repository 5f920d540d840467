//! Extractors that prove who is asking. A handler that takes one cannot forget to check.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use super::guard::Guard;
use super::{Account, Subject, Token, TokenHash};
use crate::auth::refusals;
use crate::cache::Stale;
use crate::http::{Problem, bearer, cookies};
use zaichang_core::ids::PersonId;

/// A person who is logged in.
#[derive(Clone, Copy, Debug)]
pub struct Attendee {
    pub person: PersonId,
    pub session: TokenHash,
}

/// The person who is logged in, if any. A bad bearer token is refused; a stale cookie counts as no login.
#[derive(Clone, Copy, Debug)]
pub struct MaybeAttendee(pub Option<Attendee>);

/// An admin who is logged in.
#[derive(Clone, Debug)]
pub struct Admin {
    pub account: Arc<Account>,
    pub session: TokenHash,
}

/// What a request presents as its session, not yet looked up: a refusal that needs no store can come first.
#[derive(Clone, Copy, Debug)]
pub struct Presented {
    by: Credential,
    /// None if nothing is presented, or what cannot be one of ours.
    hash: Option<TokenHash>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Credential {
    /// A bearer token: clients send one on purpose.
    Bearer,
    /// A cookie: browsers send it also for other sites' pages, and long after its session has ended.
    Cookie,
    Nothing,
}

impl Presented {
    fn of(headers: &HeaderMap, cookie: &str) -> Self {
        match (bearer(headers), cookies::sent(headers, cookie)) {
            (Some(token), _) => Self { by: Credential::Bearer, hash: Token::hash_of(token) },
            (None, Some(token)) => Self { by: Credential::Cookie, hash: Token::hash_of(token) },
            (None, None) => Self { by: Credential::Nothing, hash: None },
        }
    }

    /// Whether a page of another site could have made this request in its reader's name.
    fn may_be_anothers(self, method: &Method) -> bool {
        self.by == Credential::Cookie && !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
    }

    async fn subject(self, guard: &Guard) -> Result<Option<(Subject, TokenHash)>, Problem> {
        let Some(hash) = self.hash else { return Ok(None) };
        Ok(guard.sessions.subject(hash, guard.clock.now()).await?.map(|subject| (subject, hash)))
    }

    /// The person who asks, if any. A bad bearer token is refused, the same from any address: users behind an attacked address
    /// must learn that they have to log in, and 256 bits are not guessed. A stale cookie counts as no login.
    pub async fn attendee(self, guard: &Guard) -> Result<MaybeAttendee, Problem> {
        match (self.subject(guard).await?, self.by) {
            (Some((Subject::Person(person), session)), _) => {
                Ok(MaybeAttendee(Some(Attendee { person, session })))
            }
            (Some((Subject::Account(_), _)), Credential::Bearer) => Err(refusals::FORBIDDEN.into()),
            (None, Credential::Bearer) => Err(refusals::LOGIN_REQUIRED.into()),
            _ => Ok(MaybeAttendee(None)),
        }
    }
}

impl Presented {
    /// Whose session it was when last read from Postgres, for when `attendee` says that storage is away.
    pub fn stale_person(self, guard: &Guard) -> Option<Stale<PersonId>> {
        let subject = guard.sessions.stale_subject(self.hash?, guard.clock.now())?;
        subject.filter_map(|subject| match subject {
            Subject::Person(person) => Some(person),
            Subject::Account(_) => None,
        })
    }
}

impl<S> FromRequestParts<S> for Presented
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let presented = Self::of(&parts.headers, cookies::SESSION);
        if presented.may_be_anothers(&parts.method) {
            Arc::<Guard>::from_ref(state).origins.check(&parts.headers)?;
        }
        Ok(presented)
    }
}

impl<S> FromRequestParts<S> for MaybeAttendee
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let presented = Presented::from_request_parts(parts, state).await?;
        let guard = Arc::<Guard>::from_ref(state);
        presented.attendee(&guard).await
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
        attendee.ok_or_else(|| refusals::LOGIN_REQUIRED.into())
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
        let presented = Presented::of(&parts.headers, cookies::ADMIN);
        if presented.by == Credential::Nothing {
            return Err(refusals::LOGIN_REQUIRED.into());
        }
        if presented.may_be_anothers(&parts.method) {
            guard.origins.demand(&parts.headers)?;
        }
        let (account, session) = match presented.subject(&guard).await? {
            Some((Subject::Account(account), session)) => (account, session),
            Some((Subject::Person(_), _)) => return Err(refusals::FORBIDDEN.into()),
            None => return Err(refusals::LOGIN_REQUIRED.into()),
        };
        let account = guard.sessions.account(account).await?.ok_or(refusals::LOGIN_REQUIRED)?;
        Ok(Self { account, session })
    }
}

/// The address a request came from, through declared proxies.
#[derive(Clone, Copy, Debug)]
pub struct Address(pub IpAddr);

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
