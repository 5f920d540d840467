//! Sessions: 32 random bytes with the holder, their hash in Postgres, and a small cache that a revocation empties.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use moka::future::Cache;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;

use super::{Account, Error, Token, TokenHash, sql};
use crate::db;
use crate::ids::{AccountId, PersonId};

/// A backstop only: revocations are told. Long, so that who is logged in stays so through an outage of Postgres.
const LIFE: Duration = Duration::from_mins(30);

/// The program a session or a check-in comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    /// The phone's web pages.
    H5,
    /// The WeChat mini-program.
    Wechat,
    /// The native app.
    App,
    /// The organiser's console: only for admins and what they record for others.
    #[serde(skip_deserializing)]
    Console,
}

impl ClientKind {
    /// The word in SQL and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::H5 => "h5",
            Self::Wechat => "wechat",
            Self::App => "app",
            Self::Console => "console",
        }
    }

    /// How long a login lasts: an admin's working day, half a year for a phone.
    const fn life(self) -> SignedDuration {
        match self {
            Self::Console => SignedDuration::from_hours(12),
            Self::H5 | Self::Wechat | Self::App => SignedDuration::from_hours(24 * 180),
        }
    }
}

/// Whose a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Person(PersonId),
    Account(AccountId),
}

/// A living session as the cache holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    pub subject: Subject,
    pub expires_at: Timestamp,
}

/// The sessions of this node: Postgres is the truth, `changed` empties what it has told.
#[derive(Clone)]
pub struct Sessions {
    pool: PgPool,
    living: Cache<TokenHash, Option<Session>>,
    accounts: Cache<AccountId, Option<Arc<Account>>>,
}

impl Sessions {
    pub fn new(pool: PgPool) -> Self {
        let living = Cache::builder().max_capacity(200_000).time_to_live(LIFE).build();
        let accounts = Cache::builder().max_capacity(10_000).time_to_live(LIFE).build();
        Self { pool, living, accounts }
    }

    /// Opens a session and gives its token, once.
    pub async fn open(
        &self,
        connection: &mut PgConnection,
        subject: Subject,
        client: ClientKind,
        now: Timestamp,
    ) -> Result<(Token, Timestamp), Error> {
        let token = Token::random()?;
        let expires_at = now + client.life();
        sql::insert_session(connection, &token.hash(), subject, client.word(), now, expires_at).await?;
        Ok((token, expires_at))
    }

    /// Whose session this is, if it lives.
    pub async fn subject(&self, hash: TokenHash, now: Timestamp) -> Result<Option<Subject>, Error> {
        let load = async { Ok(db::patient(sql::session(&self.pool, &hash)).await?) };
        let session: Option<Session> = self.living.try_get_with(hash, load).await.map_err(shared)?;
        Ok(session.filter(|session| session.expires_at > now).map(|session| session.subject))
    }

    /// The account, if it is not disabled.
    pub async fn account(&self, id: AccountId) -> Result<Option<Arc<Account>>, Error> {
        let load = async { Ok(db::patient(sql::account(&self.pool, id)).await?.map(Arc::new)) };
        self.accounts.try_get_with(id, load).await.map_err(shared)
    }

    /// Ends a session now, on every node.
    pub async fn revoke(&self, hash: TokenHash, now: Timestamp) -> Result<(), Error> {
        sql::revoke_session(&self.pool, &hash, now).await?;
        self.living.invalidate(&hash).await;
        Ok(())
    }

    /// A session was revoked somewhere.
    pub async fn session_changed(&self, hash: TokenHash) {
        self.living.invalidate(&hash).await;
    }

    /// An account was changed somewhere.
    pub async fn account_changed(&self, id: AccountId) {
        self.accounts.invalidate(&id).await;
    }

    /// What changed is not known: forget everything.
    pub fn forget_all(&self) {
        self.living.invalidate_all();
        self.accounts.invalidate_all();
    }
}

/// The cache shares one failed load between all who waited for it.
fn shared(error: Arc<Error>) -> Error {
    match Arc::try_unwrap(error) {
        Ok(error) => error,
        // Only storage that is away fails here in a way that a caller acts on.
        Err(_) => Error::Database(sqlx::Error::PoolTimedOut),
    }
}
