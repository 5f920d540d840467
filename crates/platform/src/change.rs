//! A change of what admins may change: one transaction under its row's lock, by the version that its writer has seen, with who
//! changed it and the log's entry inside. A new kind of row needs `changeable!`, and a statement that writes its own columns.
//! It must not know which rows there are, nor how a change was asked for.

use axum::Json;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, PgPool, Postgres, Transaction, query};

use crate::audit::{self, Entry};
use crate::auth::Account;
use crate::http::{IfMatch, Meanwhile, Problem, Version, Versioned};
use zaichang_core::clock::Clock;

/// A kind of row that admins change by its version: its table has the columns `version`, `changed_by`, `changed_at` and a
/// trigger with `count_version`.
pub trait Changeable: Sized + Send {
    /// The table's noun, singular, as in the log: `course`.
    const NOUN: &'static str;

    fn id(&self) -> i64;

    fn version(&self) -> Version;

    /// Those of these rows that there are, in any order.
    fn read(
        connection: &mut PgConnection,
        ids: &[i64],
    ) -> impl Future<Output = sqlx::Result<Vec<Self>>> + Send;

    /// Locks these rows against changes until the transaction ends; who only points at one is not held up.
    fn lock(connection: &mut PgConnection, ids: &[i64]) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// Who changed the row last.
    fn last_change(
        connection: &mut PgConnection,
        id: i64,
    ) -> impl Future<Output = sqlx::Result<LastChange>> + Send;
}

/// Says of a type that its rows are changed by their versions: `changeable!(Course, "course" in "courses", read)`. The type
/// has the fields `id` and `version`; `read` takes a connection and ids.
#[macro_export]
macro_rules! changeable {
    ($row:ty, $noun:literal in $table:literal, $read:path) => {
        impl $crate::change::Changeable for $row {
            const NOUN: &'static str = $noun;

            fn id(&self) -> i64 {
                self.id.0
            }

            fn version(&self) -> $crate::http::Version {
                self.version
            }

            async fn read(connection: &mut ::sqlx::PgConnection, ids: &[i64]) -> ::sqlx::Result<Vec<Self>> {
                $read(connection, ids).await
            }

            async fn lock(connection: &mut ::sqlx::PgConnection, ids: &[i64]) -> ::sqlx::Result<()> {
                // Always in one order, so that two changes of several rows wait for each other and not for ever.
                let lock = ::sqlx::query_scalar!(
                    "select id from " + $table + " where id = any($1) order by id for no key update",
                    ids
                );
                lock.fetch_all(connection).await.map(drop)
            }

            async fn last_change(
                connection: &mut ::sqlx::PgConnection,
                id: i64,
            ) -> ::sqlx::Result<$crate::change::LastChange> {
                let last = ::sqlx::query!(
                    r#"select accounts.name as "by?", changed_at from "#
                        + $table
                        + " changed left join accounts on accounts.id = changed_by where changed.id = $1",
                    id
                );
                let last = last.fetch_one(connection).await?;
                let at = last.changed_at.map(::jiff_sqlx::Timestamp::to_jiff);
                Ok($crate::change::LastChange { by: last.by, at })
            }
        }
    };
}

/// Who changed a row last, and when; neither of a change that no account made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastChange {
    pub by: Option<String>,
    pub at: Option<Timestamp>,
}

impl LastChange {
    /// Refuses the change of another version: `current` is what stands, as a read would answer it.
    pub fn refuse(self, version: Version, current: &impl Serialize) -> Problem {
        let current = serde_json::to_value(current).expect("what a read answers is JSON");
        Meanwhile { version: Some(version), current, changed_by: self.by, changed_at: self.at }.into()
    }
}

/// A row as it stands, where its writer had seen another version.
#[derive(Debug)]
pub struct Current<T> {
    pub row: T,
    pub last: LastChange,
}

/// The row after its change; or as it stands, if the writer had seen another version.
pub type Outcome<T> = Result<T, Current<T>>;

/// The row after its change, under its version and as `body` shows it; or the refusal that shows it so as it stands.
pub fn answered<T: Changeable, B: Serialize>(
    outcome: Outcome<T>,
    body: impl FnOnce(T) -> Result<B, Problem>,
) -> Result<Versioned<Json<B>>, Problem> {
    match outcome {
        Ok(row) => Ok(Versioned(row.version(), Json(body(row)?))),
        Err(Current { row, last }) => Err(last.refuse(row.version(), &body(row)?)),
    }
}

/// A change that is under way. Dropped before `commit`, it has changed nothing.
pub struct Change<'a> {
    transaction: Transaction<'static, Postgres>,
    clock: &'a Clock,
    by: &'a Account,
    /// Read under the lock, so that the log's instants are in the order of its changes.
    now: Timestamp,
}

impl<'a> Change<'a> {
    pub async fn begin(pool: &PgPool, clock: &'a Clock, by: &'a Account) -> sqlx::Result<Self> {
        Ok(Self { transaction: pool.begin().await?, clock, by, now: clock.now() })
    }

    /// Locks the row, if there is one, and gives it as it stands if the writer has seen this version.
    pub async fn lock<T: Changeable>(&mut self, id: i64, seen: &IfMatch) -> sqlx::Result<Option<Outcome<T>>> {
        let Some(row) = self.lock_all::<T>(&[id]).await?.pop() else { return Ok(None) };
        if seen.admits(row.version()) {
            return Ok(Some(Ok(row)));
        }
        let last = T::last_change(&mut self.transaction, row.id()).await?;
        Ok(Some(Err(Current { row, last })))
    }

    /// Locks those of these rows that there are, and gives them as they stand, by their ids.
    pub async fn lock_all<T: Changeable>(&mut self, ids: &[i64]) -> sqlx::Result<Vec<T>> {
        self.lock_rows::<T>(ids).await?;
        // A statement of its own: it reads what was committed while we waited for the lock.
        let mut rows = T::read(&mut self.transaction, ids).await?;
        rows.sort_unstable_by_key(T::id);
        Ok(rows)
    }

    /// Locks those of these rows that there are, for a change that reads them itself, each for itself.
    pub async fn lock_rows<T: Changeable>(&mut self, ids: &[i64]) -> sqlx::Result<()> {
        T::lock(&mut self.transaction, ids).await?;
        self.now = self.clock.now();
        query!(
            r#"select set_config('zaichang.changed_by', $1::bigint::text, true) as "by!",
                   set_config('zaichang.changed_at', $2::timestamptz::text, true) as "at!""#,
            self.by.id.0,
            self.now.to_sqlx() as _,
        )
        .fetch_one(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// For the statements that write.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    pub const fn by(&self) -> &'a Account {
        self.by
    }

    /// The instant of the change.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Adds the act to the log: `detail` says what was before and after.
    pub async fn record<T: Changeable>(&mut self, action: &str, row: &T, detail: Value) -> sqlx::Result<()> {
        let act = Entry { action, noun: T::NOUN, noun_id: row.id(), detail };
        audit::record(&mut self.transaction, self.by, self.now, act).await
    }

    /// Keeps what was changed.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.transaction.commit().await
    }

    /// Keeps what was changed, and gives the row as it is from now on.
    pub async fn commit_row<T: Changeable>(mut self, row: T) -> sqlx::Result<T> {
        let now = T::read(&mut self.transaction, &[row.id()]).await?.pop();
        self.commit().await?;
        now.ok_or(sqlx::Error::RowNotFound)
    }
}
