//! The queries of staged files. Functions take a connection; who calls owns the transaction.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgExecutor, PgPool, query, query_scalar};
use uuid::Uuid;

use super::{Import, Rows, State, check_key, read_word, word, write_key};
use crate::http::Refusal;
use zaichang_core::ids::AccountId;

/// Imports of an account that have not expired. No other of it is added until the transaction ends.
pub(super) async fn living(
    connection: &mut PgConnection,
    account: AccountId,
    now: Timestamp,
) -> sqlx::Result<i64> {
    query!("select id from accounts where id = $1 for no key update", account.0)
        .fetch_one(&mut *connection)
        .await?;
    let living = query_scalar!(
        r#"select count(*) as "living!" from sheet_imports where account_id = $1 and expires_at > $2"#,
        account.0,
        now.to_sqlx() as _,
    );
    living.fetch_one(connection).await
}

pub(super) async fn add(
    connection: &mut PgConnection,
    id: Uuid,
    noun: &str,
    account: AccountId,
    source: &[u8],
    now: Timestamp,
    expires_at: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "insert into sheet_imports (id, noun, account_id, state, source, created_at, expires_at)
         values ($1, $2, $3, 'checking', $4, $5, $6)",
        id,
        noun,
        account.0,
        source,
        now.to_sqlx() as _,
        expires_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An import. One whose job killed its nodes until it failed for good has failed: no node was left to say so.
pub(super) async fn one(pool: &PgPool, id: Uuid, noun: &str, now: Timestamp) -> sqlx::Result<Option<Import>> {
    let row = query!(
        r#"select account_id, outcome, refusal, wanted, plan, rows, rows_done, created_at, expires_at,
             case when state = 'checking' and job_has_failed($4) or state = 'writing' and job_has_failed($5) then 'failed'
                 else state end as "state!"
         from sheet_imports where id = $1 and noun = $2 and expires_at > $3"#,
        id,
        noun,
        now.to_sqlx() as _,
        check_key(id),
        write_key(id),
    );
    let Some(row) = row.fetch_optional(pool).await? else { return Ok(None) };
    Ok(Some(Import {
        id,
        account: AccountId(row.account_id),
        state: read_word("state", id, &row.state)?,
        rows: row.rows,
        rows_done: row.rows_done,
        wanted: row.wanted.map(|wanted| read_word("wanted", id, &wanted)).transpose()?,
        plan: row.plan,
        refusal: row.refusal,
        sealed_outcome: row.outcome,
        created_at: row.created_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
    }))
}

pub(super) async fn source(pool: &PgPool, id: Uuid) -> sqlx::Result<Vec<u8>> {
    query_scalar!("select source from sheet_imports where id = $1", id).fetch_one(pool).await
}

pub(super) async fn checked(
    connection: &mut PgConnection,
    id: Uuid,
    from: State,
    outcome: &[u8],
    rows: i32,
) -> sqlx::Result<bool> {
    let checked = query!(
        "update sheet_imports set state = 'checked', outcome = $3, rows = $4, rows_done = 0, wanted = null, plan = null
         where id = $1 and state = $2",
        id,
        word(from),
        outcome,
        rows,
    );
    Ok(checked.execute(connection).await?.rows_affected() == 1)
}

/// The file cannot be read, or is not told of, for this reason. False if it does not stand as it did any more.
pub(super) async fn refused<'e>(
    by: impl PgExecutor<'e>,
    id: Uuid,
    from: State,
    refusal: Refusal,
) -> sqlx::Result<bool> {
    let refused = query!(
        "update sheet_imports set state = 'refused', refusal = $3 where id = $1 and state = $2",
        id,
        super::word(from),
        refusal.word(),
    );
    Ok(refused.execute(by).await?.rows_affected() == 1)
}

pub(super) async fn progress(pool: &PgPool, id: Uuid, done: i32) -> sqlx::Result<()> {
    query!("update sheet_imports set rows_done = $2 where id = $1", id, done).execute(pool).await?;
    Ok(())
}

/// It is to be checked again, in the caller's transaction, which also enqueues that. False if it is not at rest any more.
pub(super) async fn check_again(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    let again = query!(
        "update sheet_imports set state = 'checking', outcome = null, rows_done = 0 where id = $1 and state = 'checked'",
        id
    );
    Ok(again.execute(connection).await?.rows_affected() == 1)
}

/// It is to be carried out. False if it is not at rest any more.
pub(super) async fn want(
    connection: &mut PgConnection,
    id: Uuid,
    rows: Rows,
    plan: &str,
) -> sqlx::Result<bool> {
    let wanted = query!(
        "update sheet_imports set state = 'writing', wanted = $2, plan = $3, rows_done = 0
         where id = $1 and state = 'checked'",
        id,
        word(rows),
        plan,
    );
    Ok(wanted.execute(connection).await?.rows_affected() == 1)
}

pub(super) async fn written(connection: &mut PgConnection, id: Uuid, outcome: &[u8]) -> sqlx::Result<bool> {
    let written = query!(
        "update sheet_imports set state = 'written', outcome = $2, rows_done = rows
         where id = $1 and state = 'writing'",
        id,
        outcome,
    );
    Ok(written.execute(connection).await?.rows_affected() == 1)
}

/// Forgets what has expired by now, and the jobs that failed for good over it.
pub async fn forget(pool: &PgPool, now: Timestamp) -> sqlx::Result<()> {
    query!(
        r#"with gone as (delete from sheet_imports where expires_at <= $1 returning id)
         select count(withdraw_job('import:check:' || id)) + count(withdraw_job('import:write:' || id)) as "gone" from gone"#,
        now.to_sqlx() as _,
    )
    .fetch_one(pool)
    .await?;
    Ok(())
}
