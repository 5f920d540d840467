//! The queries of links, of the deployment and of its checks.

use std::ops::Range;

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx as _};
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::MadeBy;
use super::body::LinkUse;
use super::checks::{Check, Checked, Outcome};
use super::link::{Link, Runner};
use super::of_units::rights_of;
use zaichang_core::ids::{AccountId, UnitId};
use zaichang_platform::auth::{AccountUnit, Role, TokenHash};
use zaichang_platform::authority::Right;
use zaichang_platform::db;

/// Links are made and used one at a time.
pub(super) async fn lock(transaction: &mut PgConnection) -> sqlx::Result<()> {
    query!("select pg_advisory_xact_lock(hashtextextended('admin_links', 0))").execute(transaction).await?;
    Ok(())
}

/// Whether no admin of an authority can log in who may let others in, and the data are not the demo's. The word is a full admin's:
/// sub-accounts, and who was given a password, have others.
pub(super) async fn lacks_an_admin(transaction: &mut PgConnection) -> sqlx::Result<bool> {
    let lacks = query_scalar!(
        r#"select not exists (select from accounts where role = 'authority_admin' and disabled_at is null)
               and not exists (select from deployment where kind = 'demo') as "lacks!""#
    );
    lacks.fetch_one(transaction).await
}

pub(super) async fn is_demo(pool: &PgPool) -> sqlx::Result<bool> {
    let demo = query_scalar!(r#"select exists (select from deployment where kind = 'demo') as "demo!""#);
    demo.fetch_one(pool).await
}

/// The link that lives, of those that are made on the server.
pub(super) async fn living(
    transaction: &mut PgConnection,
    now: Timestamp,
) -> sqlx::Result<Option<(TokenHash, Timestamp)>> {
    let row = query!(
        "select token_hash, expires_at from admin_links where ended_at is null and unit_id is null and expires_at > $1",
        now.to_sqlx() as _,
    );
    let row = row.fetch_optional(transaction).await?;
    Ok(row.and_then(|row| Some((row.token_hash.try_into().ok()?, row.expires_at.to_jiff()))))
}

pub(super) async fn end_all(transaction: &mut PgConnection, now: Timestamp) -> sqlx::Result<()> {
    query!(
        "update admin_links set ended_at = $1 where ended_at is null and unit_id is null",
        now.to_sqlx() as _
    )
    .execute(transaction)
    .await?;
    Ok(())
}

pub(super) async fn insert(
    transaction: &mut PgConnection,
    hash: &TokenHash,
    by: &MadeBy,
    lasts: Range<Timestamp>,
) -> sqlx::Result<()> {
    let Runner { uid, os_user, claimed_user } = by.runner();
    query!(
        "insert into admin_links (token_hash, made_by, os_uid, os_user, claimed_user, made_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        hash.as_slice(),
        by.word(),
        uid.map(i64::from),
        os_user,
        claimed_user,
        lasts.start.to_sqlx() as _,
        lasts.end.to_sqlx() as _,
    )
    .execute(transaction)
    .await?;
    Ok(())
}

/// A link as it is presented.
pub(super) struct Presented {
    pub link: Link,
    /// It was used or taken back, or who made it may not any more.
    pub is_ended: bool,
    pub made: Made,
    pub used: LinkUse,
    /// None of a link that was made on the server.
    pub target: Option<Target>,
}

/// The unit whose admin a link makes.
pub(super) struct Target {
    pub unit: AccountUnit,
    /// A region's admins are its authority's.
    pub role: Role,
    pub is_closed: bool,
    /// The rights of the account that it makes; none of a full admin's.
    pub rights: Option<Vec<Right>>,
    /// The account that sets its second factor anew; none of a link that makes a new one.
    pub resets: Option<Reset>,
}

/// Wrong tries that a unit's link has in its life; then it has ended: passwords of the account whose second factor it sets, or names
/// for a new one that others have. The constraint `admin_link_wrong_tries_are_few` says the same.
const WRONG_TRIES: i16 = 10;
/// Messages that are sent by a link at most, in its life; the constraint `admin_link_messages_are_few` says the same.
const MESSAGES: i16 = 5;
/// Those that are sent by all links that one admin has made within a day.
const MESSAGES_OF_A_MAKER: i64 = 50;

/// Whose second factor a link sets.
pub(super) struct Reset {
    pub id: AccountId,
    pub account: String,
    pub name: String,
}

/// Who made a link, and when: for the audit log.
pub(super) struct Made {
    pub made_by: String,
    pub os_uid: Option<i64>,
    pub os_user: Option<String>,
    pub claimed_user: Option<String>,
    /// What the account is called that made it on a page.
    pub maker: Option<String>,
    pub made_at: Timestamp,
}

/// The link of this token, if there ever was one.
pub(super) async fn presented(
    connection: &mut PgConnection,
    hash: &TokenHash,
) -> sqlx::Result<Option<Presented>> {
    let row = query!(
        r#"select admin_links.id, made_by, os_uid, os_user, claimed_user, made_at, expires_at, ended_at, openings, first_opened_at,
               last_opened_at, authenticators, makers.name as "maker?", admin_links.unit_id,
               coalesce(units.authority, units.name) as unit_name,
               units.kind in ('province', 'city', 'county') as is_region, units.closed_at,
               admin_links.rights, resets_id, resets.account as "account?", resets.name as "name?",
               admin_links.unit_id is null or (
                   makers.disabled_at is null and makers.rights is null and makers.password_given_at is null
                   and makers.unit_id in (select unit_and_above(admin_links.unit_id))
                   and (resets_id is null or resets.unit_id = admin_links.unit_id)
                   and wrong_tries < $2
               ) as "stands!"
           from admin_links left join units on units.id = admin_links.unit_id left join accounts makers on makers.id = maker_id
               left join accounts resets on resets.id = resets_id
           where token_hash = $1"#,
        hash.as_slice(),
        WRONG_TRIES,
    );
    let Some(row) = row.fetch_optional(connection).await? else { return Ok(None) };
    let rights = rights_of(row.id, row.rights)?;
    Ok(Some(Presented {
        link: Link { expires_at: row.expires_at.to_jiff() },
        is_ended: row.ended_at.is_some() || !row.stands,
        made: Made {
            made_by: row.made_by,
            os_uid: row.os_uid,
            os_user: row.os_user,
            claimed_user: row.claimed_user,
            maker: row.maker,
            made_at: row.made_at.to_jiff(),
        },
        used: used(row.openings, (row.first_opened_at, row.last_opened_at), row.authenticators),
        target: row.unit_id.map(|id| Target {
            unit: AccountUnit { id: UnitId(id), name: row.unit_name.unwrap_or_default() },
            role: if row.is_region == Some(true) { Role::AuthorityAdmin } else { Role::UnitAdmin },
            is_closed: row.closed_at.is_some(),
            rights,
            resets: row.resets_id.zip(row.account.zip(row.name)).map(|(id, (account, name))| Reset {
                id: AccountId(id),
                account,
                name,
            }),
        }),
    }))
}

/// Of two who use a unit's link at once the second finds what the first has made; its unit is not closed meanwhile, nor its maker
/// disabled. Units are locked before accounts, and these before links, wherever several are.
pub(super) async fn hold(transaction: &mut PgConnection, hash: &TokenHash) -> sqlx::Result<()> {
    let link =
        query!("select unit_id, maker_id, resets_id from admin_links where token_hash = $1", hash.as_slice());
    let Some(link) = link.fetch_optional(&mut *transaction).await? else { return Ok(()) };
    query!("select id from units where id = $1 for share", link.unit_id)
        .fetch_optional(&mut *transaction)
        .await?;
    let accounts: Vec<i64> = [link.maker_id, link.resets_id].into_iter().flatten().collect();
    query!("select id from accounts where id = any($1) order by id for no key update", &accounts)
        .fetch_all(&mut *transaction)
        .await?;
    query!("select id from admin_links where token_hash = $1 for no key update", hash.as_slice())
        .fetch_optional(transaction)
        .await?;
    Ok(())
}

/// Counts a message that the link's holder asks for; false if no more may be sent by it, or by the links that its maker has made
/// since then.
pub(super) async fn count_message(
    transaction: &mut PgConnection,
    hash: &TokenHash,
    since: Timestamp,
) -> sqlx::Result<bool> {
    let counted = query!(
        "update admin_links set messages = messages + 1
         where token_hash = $1 and messages < $2 and coalesce((
             select sum(others.messages) from admin_links others
             where others.maker_id = admin_links.maker_id and others.made_at > $3 and others.messages > 0
         ), 0) < $4",
        hash.as_slice(),
        MESSAGES,
        since.to_sqlx() as _,
        MESSAGES_OF_A_MAKER,
    );
    Ok(counted.execute(transaction).await?.rows_affected() == 1)
}

/// Counts what is tried with the link as wrong; false if it has had all its wrong tries.
pub(super) async fn count_try(pool: &PgPool, hash: &TokenHash) -> sqlx::Result<bool> {
    let counted = query!(
        "update admin_links set wrong_tries = wrong_tries + 1 where token_hash = $1 and wrong_tries < $2",
        hash.as_slice(),
        WRONG_TRIES,
    );
    Ok(counted.execute(pool).await?.rows_affected() == 1)
}

/// It was right, or was not judged.
pub(super) async fn give_back_try(pool: &PgPool, hash: &TokenHash) -> sqlx::Result<()> {
    query!(
        "update admin_links set wrong_tries = wrong_tries - 1 where token_hash = $1 and wrong_tries > 0",
        hash.as_slice(),
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// `opened`: first and last.
fn used(openings: i32, opened: (Option<Instant>, Option<Instant>), authenticators: i32) -> LinkUse {
    let [first_opened_at, last_opened_at] = [opened.0, opened.1].map(|at| at.map(Instant::to_jiff));
    LinkUse { openings, first_opened_at, last_opened_at, authenticators }
}

/// Counts that the link was opened. Gives what had been counted before.
pub(super) async fn count_opening(pool: &PgPool, hash: &TokenHash, now: Timestamp) -> sqlx::Result<LinkUse> {
    let row = query!(
        r#"with before as (
               select openings, first_opened_at, last_opened_at, authenticators from admin_links
               where token_hash = $1 for update
           )
           update admin_links set openings = admin_links.openings + 1,
               first_opened_at = coalesce(admin_links.first_opened_at, $2),
               last_opened_at = greatest(admin_links.last_opened_at, $2)
           from before where token_hash = $1
           returning before.openings as "openings!", before.first_opened_at, before.last_opened_at,
               before.authenticators as "authenticators!""#,
        hash.as_slice(),
        now.to_sqlx() as _,
    );
    let row = row.fetch_one(pool).await?;
    Ok(used(row.openings, (row.first_opened_at, row.last_opened_at), row.authenticators))
}

/// Counts that an authenticator was set up with the link. Gives what had been counted before.
pub(super) async fn count_authenticator(pool: &PgPool, hash: &TokenHash) -> sqlx::Result<LinkUse> {
    let row = query!(
        "update admin_links set authenticators = authenticators + 1 where token_hash = $1
         returning openings, first_opened_at, last_opened_at, authenticators - 1 as \"authenticators!\"",
        hash.as_slice(),
    );
    let row = row.fetch_one(pool).await?;
    Ok(used(row.openings, (row.first_opened_at, row.last_opened_at), row.authenticators))
}

/// The link has made this account.
pub(super) async fn end(
    transaction: &mut PgConnection,
    hash: &TokenHash,
    account: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update admin_links set ended_at = $2, account_id = $3 where token_hash = $1",
        hash.as_slice(),
        now.to_sqlx() as _,
        account.0,
    )
    .execute(transaction)
    .await?;
    Ok(())
}

/// The authority whose deployment this is.
pub(super) async fn authority(connection: &mut PgConnection) -> sqlx::Result<Option<AccountUnit>> {
    let row = query!(
        r#"select units.id, coalesce(units.authority, units.name) as "name!"
           from deployment join units on units.id = authority_id"#
    );
    let row = row.fetch_optional(connection).await?;
    Ok(row.map(|row| AccountUnit { id: UnitId(row.id), name: row.name }))
}

/// From now on the deployment is this authority's, and real. A region that has been an authority before keeps its admins.
/// False if the database has become the demo's meanwhile.
pub(super) async fn found(transaction: &mut PgConnection, region: UnitId, name: &str) -> sqlx::Result<bool> {
    query!("update units set authority = $2 where id = $1", region.0, name)
        .execute(&mut *transaction)
        .await?;
    let founded = query!(
        "insert into deployment (kind, authority_id) values ('real', $1)
         on conflict (single) do update set authority_id = excluded.authority_id where deployment.kind = 'real'",
        region.0,
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
