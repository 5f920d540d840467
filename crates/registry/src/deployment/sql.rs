//! The queries of the deployment and of its checks.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::checks::{Check, Checked, Outcome};
use zaichang_core::ids::{AccountId, UnitId};
use zaichang_platform::auth::AccountUnit;
use zaichang_platform::db;

pub(super) async fn is_demo(pool: &PgPool) -> sqlx::Result<bool> {
    let demo = query_scalar!(r#"select exists (select from deployment where kind = 'demo') as "demo!""#);
    demo.fetch_one(pool).await
}

/// The authority whose deployment this is.
pub(crate) async fn authority(connection: &mut PgConnection) -> sqlx::Result<Option<AccountUnit>> {
    let row = query!(
        r#"select units.id, coalesce(units.authority, units.name) as "name!"
           from deployment join units on units.id = authority_id"#
    );
    let row = row.fetch_optional(connection).await?;
    Ok(row.map(|row| AccountUnit { id: UnitId(row.id), name: row.name }))
}

/// From now on the deployment is this authority's, and real. False if the database has become the demo's meanwhile.
pub(crate) async fn becomes(transaction: &mut PgConnection, authority: UnitId) -> sqlx::Result<bool> {
    let founded = query!(
        "insert into deployment (kind, authority_id) values ('real', $1)
         on conflict (single) do update set authority_id = excluded.authority_id where deployment.kind = 'real'",
        authority.0,
    )
    .execute(transaction)
    .await?;
    Ok(founded.rows_affected() == 1)
}

/// Whether the deployment is real and this unit's: only then its checks stand on a list of what is to be done.
pub(super) async fn is_theirs(pool: &PgPool, unit: UnitId) -> sqlx::Result<bool> {
    let theirs = query_scalar!(
        r#"select exists (select from deployment where kind = 'real' and authority_id = $1) as "theirs!""#,
        unit.0,
    );
    theirs.fetch_one(pool).await
}

/// What each check came to last.
pub(super) async fn checked(pool: &PgPool) -> sqlx::Result<Vec<Checked>> {
    let rows = query!(
        "select deployment_checks.name, result, reason, checked_at, accounts.name as by
         from deployment_checks join accounts on accounts.id = account_id"
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let checked = rows.map(|row| {
        Ok(Checked {
            check: db::word("deployment_checks", "name", 0, &row.name)?,
            outcome: Outcome {
                result: db::word("deployment_checks", "result", 0, &row.result)?,
                reason: row.reason,
            },
            at: row.checked_at.to_jiff(),
            by: row.by,
        })
    });
    checked.collect()
}

pub(super) async fn keep_check(
    transaction: &mut PgConnection,
    check: Check,
    outcome: &Outcome,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "insert into deployment_checks (name, result, reason, checked_at, account_id) values ($1, $2, $3, $4, $5)
         on conflict (name) do update set result = excluded.result, reason = excluded.reason,
             checked_at = excluded.checked_at, account_id = excluded.account_id",
        check.word(),
        outcome.result.word(),
        outcome.reason,
        now.to_sqlx() as _,
        by.0,
    )
    .execute(transaction)
    .await?;
    Ok(())
}
