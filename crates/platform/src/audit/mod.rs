//! The audit log: every act of an admin, written in the transaction of the act. Never an ID number or a phone number.
//! Assisted check-ins and verdicts are added elsewhere, by the statements that write them (`checkin/sql/write.rs`,
//! `presence/sql/verdicts.rs`). Here is also how it is read: by the admins of the unit that acted, of those above it, and of the unit
//! to which, or to whose account, it was done.

mod filter;
mod mask;
mod module;
mod routes;
mod sql;
mod titles;

pub use mask::holds_a_number;
pub use module::MODULE;
pub use titles::Titles;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde_json::Value;
use sqlx::{PgConnection, query};

use crate::auth::{Account, refusals};
use crate::db::{away, is_away};
use crate::http::Problem;
use zaichang_core::ids::{AccountId, UnitId};

/// An entry of the log: what was done to which thing.
pub struct Entry<'a> {
    /// A verb: `open_screen`.
    pub action: &'a str,
    /// The table's noun, singular: `screen`.
    pub noun: &'a str,
    pub noun_id: i64,
    /// Before and after, or what else explains the act.
    pub detail: Value,
}

/// What can go wrong when the log is read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(Error::Database(error): Error) -> Self {
        if is_away(&error) {
            return away(&error);
        }
        tracing::error!(%error, "the audit log could not be read");
        refusals::INTERNAL.into()
    }
}

/// The same act on many things, each with its own detail; by their ids those of the entries.
pub async fn record_all(
    connection: &mut PgConnection,
    by: &Account,
    at: Timestamp,
    action: &str,
    noun: &str,
    things: &[(i64, Value)],
) -> sqlx::Result<Vec<(i64, i64)>> {
    let (ids, details): (Vec<_>, Vec<_>) = things.iter().cloned().unzip();
    let entries = query!(
        "insert into audit_log (at, account_id, unit_id, action, noun, noun_id, detail)
         select $1, $2, $3, $4, $5, thing.id, thing.detail from unnest($6::bigint[], $7::jsonb[]) thing (id, detail)
         returning noun_id, id",
        at.to_sqlx() as _,
        by.id.0,
        by.unit.id.0,
        action,
        noun,
        &ids,
        &details,
    );
    let entries = entries.fetch_all(connection).await?.into_iter();
    Ok(entries.map(|entry| (entry.noun_id, entry.id)).collect())
}

/// Adds an entry to the log.
pub async fn record(
    connection: &mut PgConnection,
    by: &Account,
    at: Timestamp,
    entry: Entry<'_>,
) -> sqlx::Result<()> {
    record_as(connection, (by.id, by.unit.id), at, entry).await
}

/// The same for what is done later of an act of this account, which acted for this unit.
pub async fn record_as(
    connection: &mut PgConnection,
    (by, unit): (AccountId, UnitId),
    at: Timestamp,
    entry: Entry<'_>,
) -> sqlx::Result<()> {
    query!(
        "insert into audit_log (at, account_id, unit_id, action, noun, noun_id, detail) values ($1, $2, $3, $4, $5, $6, $7)",
        at.to_sqlx() as _,
        by.0,
        unit.0,
        entry.action,
        entry.noun,
        entry.noun_id,
        entry.detail,
    )
    .execute(connection)
    .await?;
    Ok(())
}
