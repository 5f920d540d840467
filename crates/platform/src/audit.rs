//! The audit log: every act of an admin, written in the transaction of the act. Never an ID number or a phone number.
//! Assisted check-ins and verdicts are added elsewhere, by the statements that write them (`checkin/sql/batch.rs`,
//! `presence/sql/verdicts.rs`).

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde_json::Value;
use sqlx::{PgConnection, query};

use crate::auth::Account;

/// What was done to which thing.
pub struct Act<'a> {
    /// A verb: `open_screen`.
    pub action: &'a str,
    /// The table's noun, singular: `screen`.
    pub noun: &'a str,
    pub noun_id: i64,
    /// Before and after, or what else explains the act.
    pub detail: Value,
}

/// Adds the act to the log.
pub async fn record(
    connection: &mut PgConnection,
    by: &Account,
    at: Timestamp,
    act: Act<'_>,
) -> sqlx::Result<()> {
    query!(
        "insert into audit_log (at, account_id, unit_id, action, noun, noun_id, detail) values ($1, $2, $3, $4, $5, $6, $7)",
        at.to_sqlx() as _,
        by.id.0,
        by.unit.id.0,
        act.action,
        act.noun,
        act.noun_id,
        act.detail,
    )
    .execute(connection)
    .await?;
    Ok(())
}
