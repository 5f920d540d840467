//! Sessions: 32 random bytes with the holder, their hash in Postgres, and a small cache that a revocation empties.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};
use strum::IntoStaticStr;
use utoipa::ToSchema;

use super::{Account, Error, OpenedFrom, Settings, Token, TokenHash, sessions_sql as sql};
use crate::cache::{Cache, Hearing, Stale};
use crate::db::is_away;
use zaichang_core::ids::{AccountId, PersonId};

/// The program a session or a check-in comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
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
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// How long a login on a phone lasts: half a year.
const OF_PHONES: SignedDuration = SignedDuration::from_hours(24 * 180);
/// How exactly it is known when an admin's session was last used: it is written down so often.
const SEEN_EACH: SignedDuration = SignedDuration::from_mins(1);

/// How it was proved whose a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum OpenedBy {
    SmsCode,
    Password,
    Wechat,
    /// An app's server has vouched for its user.
    Assertion,
}

impl OpenedBy {
    /// The word in SQL.
    pub(super) fn word(self) -> &'static str {
        self.into()
    }
}

/// Whose a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Person(PersonId),
    Account(AccountId),
}

impl From<PersonId> for Subject {
    fn from(person: PersonId) -> Self {
        Self::Person(person)
    }
}

impl From<AccountId> for Subject {
    fn from(account: AccountId) -> Self {
        Self::Account(account)
    }
}

/// A living session as the cache holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    pub subject: Subject,
    pub expires_at: Timestamp,
    /// When an admin last used it; none of one that ends by its time alone.
    pub seen_at: Option<Timestamp>,
}

/// The sessions of this node: cached from Postgres, and forgotten by `session_changed` and `account_changed`.
#[derive(Clone)]
pub struct Sessions {
    pool: PgPool,
    settings: Settings,
    living: Cache<TokenHash, Session>,
    accounts: Cache<AccountId, Arc<Account>>,
}

impl Sessions {
    /// To be called inside a Tokio runtime.
    pub fn new(pool: &PgPool, hearing: &Hearing, settings: Settings) -> Self {
        Self {
            pool: pool.clone(),
            settings,
            living: Cache::new(200_000, hearing, pool, |pool: PgPool, hashes: Vec<_>| async move {
                sql::sessions(&pool, &hashes).await
            }),
            accounts: Cache::new(10_000, hearing, pool, |pool: PgPool, ids: Vec<_>| async move {
                let accounts = super::sql::accounts(&pool, &ids).await?.into_iter();
                Ok(accounts.map(|(id, account)| (id, account.map(Arc::new))).collect())
            }),
        }
    }

    /// Opens a session as long as a phone keeps one, and gives its token, once.
    pub async fn open(
        &self,
        connection: &mut PgConnection,
        person: PersonId,
        client: ClientKind,
        opened_by: OpenedBy,
        from: &OpenedFrom,
        now: Timestamp,
    ) -> Result<(Token, Timestamp), Error> {
        let subject = Subject::Person(person);
        let opened = self.open_for(connection, subject, client, opened_by, OF_PHONES, now).await?;
        self.place(connection, &opened.0, from).await?;
        Ok(opened)
    }

    /// Keeps where a person's session was opened.
    pub async fn place(
        &self,
        connection: &mut PgConnection,
        token: &Token,
        from: &OpenedFrom,
    ) -> Result<(), Error> {
        let OpenedFrom { device, network, .. } = from;
        Ok(sql::place_session(connection, &token.hash(), device.as_deref(), network, None).await?)
    }

    /// Opens a session of an admin at the console, and gives its token, once.
    pub async fn open_console(
        &self,
        connection: &mut PgConnection,
        account: AccountId,
        from: &OpenedFrom,
        now: Timestamp,
    ) -> Result<(Token, Timestamp), Error> {
        let (subject, client) = (Subject::Account(account), ClientKind::Console);
        let life = self.settings.session();
        let opened = self.open_for(connection, subject, client, OpenedBy::Password, life, now).await?;
        let OpenedFrom { device, network, .. } = from;
        sql::place_session(connection, &opened.0.hash(), device.as_deref(), network, Some(now)).await?;
        Ok(opened)
    }

    /// Opens a session of another life, and gives its token, once.
    pub async fn open_for(
        &self,
        connection: &mut PgConnection,
        subject: Subject,
        client: ClientKind,
        opened_by: OpenedBy,
        life: SignedDuration,
        now: Timestamp,
    ) -> Result<(Token, Timestamp), Error> {
        let token = Token::random()?;
        let expires_at = now + life;
        let lasts = now..expires_at;
        sql::insert_session(connection, &token.hash(), subject, client.word(), opened_by, lasts).await?;
        Ok((token, expires_at))
    }

    /// Whose session this is, if it lives.
    pub async fn subject(&self, hash: TokenHash, now: Timestamp) -> Result<Option<Subject>, Error> {
        let session = self.living.get(&hash).await?.filter(|session| session.expires_at > now);
        let Some(session) = session else { return Ok(None) };
        Ok(self.is_used(hash, session, now).await?.then_some(session.subject))
    }

    /// Whether an admin's session has been used lately: its use is written down now and then, and Postgres decides for all nodes
    /// whether it was left too long.
    async fn is_used(&self, hash: TokenHash, session: Session, now: Timestamp) -> Result<bool, Error> {
        let Some(seen_at) = session.seen_at else { return Ok(true) };
        let idle = now.duration_since(seen_at);
        if idle < SEEN_EACH {
            return Ok(true);
        }
        match sql::see_session(&self.pool, &hash, self.idle_since(now), now).await {
            Ok(used) => {
                self.living.forget(&hash);
                Ok(used)
            }
            // While storage is away a session that was used lately goes on.
            Err(error) if is_away(&error) && idle < self.settings.idle() => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// No living session of an admin was last used before this.
    pub(super) fn idle_since(&self, now: Timestamp) -> Timestamp {
        now - self.settings.idle()
    }

    /// Whose session it was when last read from Postgres, for when `subject` says that storage is away.
    pub fn stale_subject(&self, hash: TokenHash, now: Timestamp) -> Option<Stale<Subject>> {
        let lives = |session: Session| (session.expires_at > now).then_some(session.subject);
        self.living.stale(&hash)?.filter_map(lives)
    }

    /// Whether this session was opened by an SMS code, then or later.
    pub async fn opened_by_sms_code_since(&self, hash: TokenHash, then: Timestamp) -> Result<bool, Error> {
        Ok(sql::opened_since(&self.pool, &hash, OpenedBy::SmsCode, then).await?)
    }

    /// Whether this session has not been ended; it stays so until the transaction ends.
    pub async fn holds(&self, transaction: &mut PgConnection, hash: &TokenHash) -> Result<bool, Error> {
        Ok(sql::hold_session(transaction, hash).await?)
    }

    /// The account, if it is not disabled.
    pub async fn account(&self, id: AccountId) -> Result<Option<Arc<Account>>, Error> {
        Ok(self.accounts.get(&id).await?)
    }

    /// Ends a session now, on every node.
    pub async fn revoke(&self, hash: TokenHash, now: Timestamp) -> Result<(), Error> {
        sql::revoke_session(&mut *self.pool.acquire().await?, &hash, now).await?;
        self.living.forget(&hash);
        Ok(())
    }

    /// Ends all sessions of these people with one kind of client. Returns them: call `session_changed` with each once the
    /// transaction is done.
    pub async fn end_all(
        &self,
        transaction: &mut PgConnection,
        people: &[PersonId],
        client: ClientKind,
        now: Timestamp,
    ) -> Result<Vec<TokenHash>, Error> {
        Ok(sql::revoke_sessions(transaction, people, client.word(), now).await?)
    }

    /// Ends all sessions of an account or a person, or all but one. Returns them: call `sessions_ended` with an account's,
    /// `session_changed` with each of a person's, once the transaction is done.
    pub async fn end_all_of(
        &self,
        transaction: &mut PgConnection,
        subject: impl Into<Subject>,
        but: Option<&TokenHash>,
        now: Timestamp,
    ) -> Result<Vec<TokenHash>, Error> {
        Ok(sql::revoke_sessions_of(transaction, subject.into(), but, now).await?)
    }

    /// This node forgets at once what was ended; the others hear of it.
    pub fn sessions_ended(&self, account: AccountId, ended: &[TokenHash]) {
        for hash in ended {
            self.living.forget(hash);
        }
        self.accounts.forget(&account);
    }

    /// How many entries each cache holds, by name.
    pub fn entries(&self) -> [(&'static str, usize); 2] {
        [("sessions", self.living.entries()), ("accounts", self.accounts.entries())]
    }

    /// A session was revoked somewhere.
    pub fn session_changed(&self, hash: TokenHash) {
        self.living.forget(&hash);
    }

    /// An account was changed somewhere.
    pub fn account_changed(&self, id: AccountId) {
        self.accounts.forget(&id);
    }

    /// What changed is not known: forget everything.
    pub fn forget_all(&self) {
        self.living.forget_all();
        self.accounts.forget_all();
    }
}
