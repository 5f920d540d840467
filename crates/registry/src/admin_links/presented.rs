//! A link as its holder presents it: what it is for, how often it was used, and what it has left. It must not know how it is judged.

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx as _};
use serde::Serialize;
use sqlx::{PgConnection, PgPool, query};
use utoipa::ToSchema;

use super::link::Link;
use super::of_units::rights_of;
use zaichang_core::ids::{AccountId, UnitId};
use zaichang_platform::auth::{AccountUnit, Role, TokenHash};
use zaichang_platform::authority::Right;

/// How often a link has been used so far without making an admin: more than its holder remembers means that somebody else has
/// it too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct LinkUse {
    /// How often it was opened.
    pub openings: i32,
    pub first_opened_at: Option<Timestamp>,
    pub last_opened_at: Option<Timestamp>,
    /// How often an authenticator was set up with it. Each has a secret of its own: one counts only for who made it.
    pub authenticators: i32,
}

/// A link as it is presented.
pub(crate) struct Presented {
    pub link: Link,
    /// It was used or taken back, or who made it may not any more.
    pub is_ended: bool,
    pub made: Made,
    pub used: LinkUse,
    /// None of a link that was made on the server.
    pub target: Option<Target>,
}

/// The unit whose admin a link makes.
pub(crate) struct Target {
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
pub(crate) struct Reset {
    pub id: AccountId,
    pub account: String,
    pub name: String,
}

/// Who made a link, and when: for the audit log.
pub(crate) struct Made {
    pub made_by: String,
    pub os_uid: Option<i64>,
    pub os_user: Option<String>,
    pub claimed_user: Option<String>,
    /// What the account is called that made it on a page.
    pub maker: Option<String>,
    pub made_at: Timestamp,
}

/// The link of this token, if there ever was one.
pub(crate) async fn presented(
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
pub(crate) async fn hold(transaction: &mut PgConnection, hash: &TokenHash) -> sqlx::Result<()> {
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
pub(crate) async fn count_message(
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
pub(crate) async fn count_try(pool: &PgPool, hash: &TokenHash) -> sqlx::Result<bool> {
    let counted = query!(
        "update admin_links set wrong_tries = wrong_tries + 1 where token_hash = $1 and wrong_tries < $2",
        hash.as_slice(),
        WRONG_TRIES,
    );
    Ok(counted.execute(pool).await?.rows_affected() == 1)
}

/// It was right, or was not judged.
pub(crate) async fn give_back_try(pool: &PgPool, hash: &TokenHash) -> sqlx::Result<()> {
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
pub(crate) async fn count_opening(pool: &PgPool, hash: &TokenHash, now: Timestamp) -> sqlx::Result<LinkUse> {
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
pub(crate) async fn count_authenticator(pool: &PgPool, hash: &TokenHash) -> sqlx::Result<LinkUse> {
    let row = query!(
        "update admin_links set authenticators = authenticators + 1 where token_hash = $1
         returning openings, first_opened_at, last_opened_at, authenticators - 1 as \"authenticators!\"",
        hash.as_slice(),
    );
    let row = row.fetch_one(pool).await?;
    Ok(used(row.openings, (row.first_opened_at, row.last_opened_at), row.authenticators))
}

/// The link has made this account.
pub(crate) async fn end(
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
