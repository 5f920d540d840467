//! The living sessions of an account or a person as their owner sees them: where each was opened, and which one is meant when it is
//! to end. It must not know whose they are, nor what is written down about their end.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use strum::EnumString;
use utoipa::ToSchema;

use super::guard::Guard;
use super::sessions::Subject;
use super::{Error, OpenedFrom, TokenHash, refusals, sessions_sql as sql};
use crate::http::Problem;

/// The program that opened a session, by its word in `sessions.client_kind`.
#[derive(Clone, Copy, Serialize, ToSchema, EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OpenedWith {
    /// The phone's web pages.
    H5,
    /// The WeChat mini-program.
    Wechat,
    /// The native app.
    App,
    /// The organiser's console.
    Console,
}

/// Sessions that live.
#[derive(Serialize, ToSchema)]
pub struct OwnSessions {
    /// This one first, then the newest; a hundred at most.
    items: Vec<OwnSession>,
}

/// A session that lives.
#[derive(Serialize, ToSchema)]
struct OwnSession {
    /// 16 hexadecimal digits that open nothing.
    id: String,
    /// The program that opened it; null of one that this release does not know.
    client: Option<OpenedWith>,
    opened_at: Timestamp,
    expires_at: Timestamp,
    /// When it was last used, to the minute; null where that is not known, as of every session on a phone.
    seen_at: Option<Timestamp>,
    /// Browser and system; null where they are not known.
    #[schema(example = "Chrome · Windows")]
    device: Option<String>,
    /// Whether it was opened over the network that this request comes from; null where that is not known. Addresses are not kept.
    same_network: Option<bool>,
    /// Whether this request was made by it.
    is_current: bool,
}

/// How many sessions were ended.
#[derive(Serialize, ToSchema)]
pub struct EndedSessions {
    pub ended: usize,
}

/// A session by its `id`.
#[derive(Deserialize)]
pub struct SessionPath {
    pub session: String,
}

/// The living sessions of somebody who asks by `current`, from there.
pub async fn read(
    pool: &PgPool,
    guard: &Guard,
    subject: Subject,
    current: &TokenHash,
    from: &OpenedFrom,
) -> Result<OwnSessions, Error> {
    let now = guard.clock.now();
    let living = sql::living_sessions(pool, subject, guard.sessions.idle_since(now), now).await?.into_iter();
    let mut items: Vec<_> = living
        .map(|session| OwnSession {
            id: short(&session.hash),
            client: session.client,
            opened_at: session.opened_at,
            expires_at: session.expires_at,
            seen_at: session.seen_at,
            device: session.device,
            same_network: session.network.map(|network| from.is_over(&network)),
            is_current: session.hash == *current,
        })
        .collect();
    items.sort_by_key(|session| !session.is_current);
    Ok(OwnSessions { items })
}

/// Which of somebody's own living sessions is called so.
///
/// # Errors
/// `not_found` where it is none of theirs, also where it is another's.
pub async fn named(pool: &PgPool, guard: &Guard, subject: Subject, id: &str) -> Result<TokenHash, Problem> {
    let now = guard.clock.now();
    let living = sql::living_sessions(pool, subject, guard.sessions.idle_since(now), now).await;
    let named = living.map_err(Error::from)?.into_iter().find(|session| short(&session.hash) == id);
    Ok(named.ok_or(refusals::NOT_FOUND)?.hash)
}

/// Names a session to its owner: the token is not found by it.
fn short(hash: &[u8]) -> String {
    hex::encode(&hash[..8])
}
