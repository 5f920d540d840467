//! The queries of bindings, bind tickets and subscriptions.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::binding::Proof;
use super::subscription::Answered;
use zaichang_core::ids::PersonId;
use zaichang_integrations::wechat::Identity;

/// Held to the end of the transaction.
pub(super) async fn lock(transaction: &mut PgConnection, what: &str) -> sqlx::Result<()> {
    query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", what).execute(transaction).await?;
    Ok(())
}

/// Holds a person until the transaction ends, as who replaces their phone does.
pub(super) async fn hold_person(transaction: &mut PgConnection, PersonId(id): PersonId) -> sqlx::Result<()> {
    query_scalar!("select id from people where id = $1 for no key update", id)
        .fetch_one(transaction)
        .await
        .map(drop)
}

/// The person, and whether a unionid is known.
pub(super) async fn by_openid(
    connection: &mut PgConnection,
    app_id: &str,
    openid: &str,
) -> sqlx::Result<Option<(PersonId, bool)>> {
    let row = query!(
        r#"select person_id, unionid is not null as "knows_unionid!" from wechat_bindings
           where app_id = $1 and openid = $2 and ended_at is null"#,
        app_id,
        openid,
    );
    let row = row.fetch_optional(connection).await?;
    Ok(row.map(|row| (PersonId(row.person_id), row.knows_unionid)))
}

/// Whether this account at WeChat is still bound to this person; it stays so until the transaction ends.
pub(super) async fn stays_bound(
    transaction: &mut PgConnection,
    app_id: &str,
    openid: &str,
    person: PersonId,
) -> sqlx::Result<bool> {
    let bound = query_scalar!(
        "select id from wechat_bindings where app_id = $1 and openid = $2 and person_id = $3 and ended_at is null for share",
        app_id,
        openid,
        person.0,
    );
    Ok(bound.fetch_optional(transaction).await?.is_some())
}

pub(super) async fn by_unionid(connection: &mut PgConnection, unionid: &str) -> sqlx::Result<Vec<PersonId>> {
    let people = query_scalar!(
        "select distinct person_id from wechat_bindings where unionid = $1 and ended_at is null limit 2",
        unionid,
    );
    Ok(people.fetch_all(connection).await?.into_iter().map(PersonId).collect())
}

pub(super) async fn learn_unionid(
    connection: &mut PgConnection,
    app_id: &str,
    openid: &str,
    unionid: &str,
) -> sqlx::Result<()> {
    query!(
        "update wechat_bindings set unionid = $3
         where app_id = $1 and openid = $2 and ended_at is null and unionid is null",
        app_id,
        openid,
        unionid,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Nothing where either side is bound already.
pub(super) async fn insert(
    connection: &mut PgConnection,
    app_id: &str,
    identity: &Identity,
    person: PersonId,
    proof: Proof,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "insert into wechat_bindings (person_id, app_id, openid, unionid, bound_at, bound_by)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        person.0,
        app_id,
        identity.openid,
        identity.unionid.as_deref(),
        now.to_sqlx() as _,
        proof.word(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends what the person had: another openid with this account, or another WeChat user with any.
pub(super) async fn end_rebound(
    connection: &mut PgConnection,
    app_id: &str,
    identity: &Identity,
    person: PersonId,
    now: Timestamp,
) -> sqlx::Result<Vec<PersonId>> {
    let people = query_scalar!(
        "update wechat_bindings set ended_at = $5, ended_by = 'rebound'
         where person_id = $1 and ended_at is null and (app_id <> $2 or openid <> $3)
             and (app_id = $2 or unionid <> $4)
         returning person_id",
        person.0,
        app_id,
        identity.openid,
        identity.unionid.as_deref(),
        now.to_sqlx() as _,
    );
    Ok(people.fetch_all(connection).await?.into_iter().map(PersonId).collect())
}

/// Ends what others had with this WeChat user.
pub(super) async fn end_taken(
    connection: &mut PgConnection,
    app_id: &str,
    identity: &Identity,
    person: PersonId,
    now: Timestamp,
) -> sqlx::Result<Vec<PersonId>> {
    let people = query_scalar!(
        "update wechat_bindings set ended_at = $5, ended_by = 'taken'
         where person_id <> $1 and ended_at is null and ((app_id = $2 and openid = $3) or unionid = $4)
         returning person_id",
        person.0,
        app_id,
        identity.openid,
        identity.unionid.as_deref(),
        now.to_sqlx() as _,
    );
    Ok(people.fetch_all(connection).await?.into_iter().map(PersonId).collect())
}

/// The WeChat users that a person is bound to, in order.
pub(super) async fn unionids_of(
    connection: &mut PgConnection,
    person: PersonId,
) -> sqlx::Result<Vec<String>> {
    query_scalar!(
        r#"select distinct unionid as "unionid!" from wechat_bindings
           where person_id = $1 and ended_at is null and unionid is not null order by 1"#,
        person.0,
    )
    .fetch_all(connection)
    .await
}

/// Ends all that the person has, and gives the accounts.
pub(super) async fn end_unbound(
    connection: &mut PgConnection,
    person: PersonId,
    now: Timestamp,
) -> sqlx::Result<Vec<String>> {
    query_scalar!(
        "update wechat_bindings set ended_at = $2, ended_by = 'unbound'
         where person_id = $1 and ended_at is null returning app_id",
        person.0,
        now.to_sqlx() as _,
    )
    .fetch_all(connection)
    .await
}

pub(super) async fn openid_of(pool: &PgPool, app_id: &str, person: PersonId) -> sqlx::Result<Option<String>> {
    query_scalar!(
        "select openid from wechat_bindings where app_id = $1 and person_id = $2 and ended_at is null",
        app_id,
        person.0,
    )
    .fetch_optional(pool)
    .await
}

/// Counts a try with a ticket; false where it was used, or tried too often.
pub async fn try_ticket(pool: &PgPool, hash: &[u8; 32], expires_at: Timestamp) -> sqlx::Result<bool> {
    let tried = query!(
        "insert into wechat_bind_tickets as kept (ticket_hash, tries, expires_at) values ($1, 1, $2)
         on conflict (ticket_hash) do update set tries = kept.tries + 1 where kept.tries < 5 and kept.used_at is null",
        hash.as_slice(),
        expires_at.to_sqlx() as _,
    );
    Ok(tried.execute(pool).await?.rows_affected() == 1)
}

/// Uses a ticket up; false where another request was first.
pub async fn use_ticket(
    connection: &mut PgConnection,
    hash: &[u8; 32],
    now: Timestamp,
) -> sqlx::Result<bool> {
    let used = query!(
        "update wechat_bind_tickets set used_at = $2 where ticket_hash = $1 and used_at is null",
        hash.as_slice(),
        now.to_sqlx() as _,
    );
    Ok(used.execute(connection).await?.rows_affected() == 1)
}

/// Takes away tickets that expired before this.
pub async fn sweep(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    query!("delete from wechat_bind_tickets where expires_at < $1", before.to_sqlx() as _)
        .execute(pool)
        .await?;
    Ok(())
}

/// Keeps what the person answered; an agreement is good for one more message, up to 50.
pub(super) async fn answered(
    pool: &PgPool,
    person: PersonId,
    template: &str,
    answered: Answered,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "insert into wechat_subscriptions as kept (person_id, template, acceptances, result, answered_at)
         values ($1, $2, $3, $4, $5)
         on conflict on constraint wechat_subscription_is_once_per_template do update
         set acceptances = least(kept.acceptances + excluded.acceptances, 50), result = excluded.result,
             answered_at = excluded.answered_at",
        person.0,
        template,
        i32::from(answered == Answered::Accept),
        answered.word(),
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Takes one agreement; false where there is none.
pub(super) async fn take_acceptance(pool: &PgPool, person: PersonId, template: &str) -> sqlx::Result<bool> {
    let taken = query!(
        "update wechat_subscriptions set acceptances = acceptances - 1
         where person_id = $1 and template = $2 and acceptances > 0",
        person.0,
        template,
    );
    Ok(taken.execute(pool).await?.rows_affected() == 1)
}

pub(super) async fn give_acceptance_back(
    pool: &PgPool,
    person: PersonId,
    template: &str,
) -> sqlx::Result<()> {
    query!(
        "update wechat_subscriptions set acceptances = least(acceptances + 1, 50)
         where person_id = $1 and template = $2",
        person.0,
        template,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// WeChat knows of no agreement: neither do we.
pub(super) async fn clear_acceptances(pool: &PgPool, person: PersonId, template: &str) -> sqlx::Result<()> {
    query!(
        "update wechat_subscriptions set acceptances = 0 where person_id = $1 and template = $2",
        person.0,
        template,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Clears all the person's agreements: no further message may be sent.
pub(super) async fn clear_all_acceptances(
    connection: &mut PgConnection,
    person: PersonId,
) -> sqlx::Result<()> {
    query!("update wechat_subscriptions set acceptances = 0 where person_id = $1", person.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps the newest rank of a person.
pub(super) async fn keep_risk(pool: &PgPool, person: PersonId, rank: u8, now: Timestamp) -> sqlx::Result<()> {
    query!(
        "insert into risk_ranks (person_id, rank, asked_at) values ($1, $2, $3)
         on conflict (person_id) do update set rank = excluded.rank, asked_at = excluded.asked_at",
        person.0,
        i16::from(rank),
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}
