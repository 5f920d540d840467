//! Links for the admins of units: an admin of the unit, or of one above it, makes one and hands it over. Several may wait at a time.
//! It must not know who may make one, nor how a link is used.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as Instant, ToSqlx as _};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::{Error, link};
use zaichang_core::ids::{AccountId, UnitId};
use zaichang_core::keys::Keys;
use zaichang_platform::auth::{Account, Token, TokenHash};
use zaichang_platform::authority::Right;
use zaichang_platform::db;

/// How long such a link lives: one that is made before a weekend is used after it.
pub const LIFE: SignedDuration = SignedDuration::from_hours(72);

/// A link that waits for its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub id: i64,
    pub unit: UnitId,
    pub meant_for: String,
    /// The account that gets a new second factor by it; none of a link that makes a new account.
    pub resets: Option<AccountId>,
    /// The rights of the account that it makes; none of a full admin's.
    pub rights: Option<Vec<Right>>,
    /// What the account is called that made it.
    pub maker: String,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What a link does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It makes an account with these rights, or a full admin's.
    Admin(Option<Vec<Right>>),
    /// It sets the second factor of this account anew.
    Factor(AccountId),
}

/// Makes a link, in the caller's transaction, and gives its token, once: for a new admin, or for one who sets their second factor anew.
pub async fn make(
    transaction: &mut PgConnection,
    keys: &Keys,
    unit: UnitId,
    meant_for: &str,
    purpose: Purpose,
    by: &Account,
    now: Timestamp,
) -> Result<(Waiting, Token), Error> {
    let token = link::token(keys)?;
    let (resets, rights) = match purpose {
        Purpose::Admin(rights) => (None, rights),
        Purpose::Factor(account) => (Some(account), None),
    };
    let words: Option<Vec<String>> =
        rights.as_ref().map(|rights| rights.iter().map(|right| right.word().to_owned()).collect());
    let (hash, expires_at) = (token.hash(), now + LIFE);
    let id = query_scalar!(
        "insert into admin_links (token_hash, made_by, unit_id, meant_for, maker_id, made_at, expires_at, resets_id, rights)
         values ($1, 'admin', $2, $3, $4, $5, $6, $7, $8) returning id",
        hash.as_slice(),
        unit.0,
        meant_for,
        by.id.0,
        now.to_sqlx() as _,
        expires_at.to_sqlx() as _,
        resets.map(|account| account.0),
        words.as_deref() as Option<&[String]>,
    );
    let id = id.fetch_one(transaction).await?;
    let (meant_for, maker) = (meant_for.to_owned(), by.name.clone());
    Ok((Waiting { id, unit, meant_for, resets, rights, maker, made_at: now, expires_at }, token))
}

/// A link as it lies in its row.
struct Row {
    id: i64,
    unit_id: i64,
    meant_for: String,
    resets_id: Option<i64>,
    rights: Option<Vec<String>>,
    maker: String,
    made_at: Instant,
    expires_at: Instant,
}

impl TryFrom<Row> for Waiting {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.id,
            unit: UnitId(row.unit_id),
            meant_for: row.meant_for,
            resets: row.resets_id.map(AccountId),
            rights: rights_of(row.id, row.rights)?,
            maker: row.maker,
            made_at: row.made_at.to_jiff(),
            expires_at: row.expires_at.to_jiff(),
        })
    }
}

/// A right that this program does not know is an error: the link makes no account with fewer rights than were meant.
pub(super) fn rights_of(id: i64, words: Option<Vec<String>>) -> sqlx::Result<Option<Vec<Right>>> {
    let known =
        |words: Vec<String>| words.iter().map(|word| db::word("admin_links", "rights", id, word)).collect();
    words.map(known).transpose()
}

/// The links of a unit that wait, the newest first; 100 at most.
pub async fn waiting(
    connection: &mut PgConnection,
    unit: UnitId,
    now: Timestamp,
) -> sqlx::Result<Vec<Waiting>> {
    let rows = query_as!(
        Row,
        r#"select admin_links.id, admin_links.unit_id as "unit_id!", meant_for as "meant_for!", resets_id,
               admin_links.rights, accounts.name as maker, made_at as "made_at: Instant", expires_at as "expires_at: Instant"
           from admin_links join accounts on accounts.id = maker_id
           where admin_links.unit_id = $1 and ended_at is null and expires_at > $2
           order by admin_links.id desc limit 100"#,
        unit.0,
        now.to_sqlx() as _,
    );
    // One that a newer node has made is for its pages.
    let links = rows.fetch_all(connection).await?.into_iter().map(Waiting::try_from);
    Ok(db::readable(links).rows)
}

/// The link of a unit with this id, unless it was used or taken back.
pub async fn one(connection: &mut PgConnection, id: i64) -> sqlx::Result<Option<Waiting>> {
    let row = query_as!(
        Row,
        r#"select admin_links.id, admin_links.unit_id as "unit_id!", meant_for as "meant_for!", resets_id,
               admin_links.rights, accounts.name as maker, made_at as "made_at: Instant", expires_at as "expires_at: Instant"
           from admin_links join accounts on accounts.id = maker_id
           where admin_links.id = $1 and admin_links.unit_id is not null and ended_at is null"#,
        id,
    );
    row.fetch_optional(connection).await?.map(Waiting::try_from).transpose()
}

/// Whether this is the token of a link that was neither used nor taken back.
pub async fn is_of(connection: &mut PgConnection, id: i64, token: &TokenHash) -> sqlx::Result<bool> {
    let is = query_scalar!(
        r#"select exists (select from admin_links where id = $1 and token_hash = $2 and ended_at is null) as "is!""#,
        id,
        token.as_slice(),
    );
    is.fetch_one(connection).await
}

/// Takes a link back. False if it was used or taken back meanwhile.
pub async fn revoke(
    transaction: &mut PgConnection,
    id: i64,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let revoked = query!(
        "update admin_links set ended_at = $3, revoked_by = $2 where id = $1 and ended_at is null",
        id,
        by.0,
        now.to_sqlx() as _,
    );
    Ok(revoked.execute(transaction).await?.rows_affected() == 1)
}

/// Takes back what an account has handed out, and what was made for it: it acts for the unit no longer, or somebody else may have
/// acted as it. Gives how many links that were.
pub async fn revoke_all_of(
    transaction: &mut PgConnection,
    account: AccountId,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let revoked = query!(
        "update admin_links set ended_at = $3, revoked_by = $2 where (maker_id = $1 or resets_id = $1) and ended_at is null",
        account.0,
        by.0,
        now.to_sqlx() as _,
    );
    Ok(revoked.execute(transaction).await?.rows_affected())
}

/// An account gets one second factor: an earlier link for it is taken back. Gives how many that were.
pub async fn revoke_resets(
    transaction: &mut PgConnection,
    account: AccountId,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let revoked = query!(
        "update admin_links set ended_at = $3, revoked_by = $2 where resets_id = $1 and ended_at is null",
        account.0,
        by.0,
        now.to_sqlx() as _,
    );
    Ok(revoked.execute(transaction).await?.rows_affected())
}

/// Whether a link for the second factor of this account waits that this admin has made.
pub async fn waits_for_factor(
    transaction: &mut PgConnection,
    account: AccountId,
    maker: AccountId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let waits = query_scalar!(
        r#"select exists (
               select from admin_links
               where resets_id = $1 and maker_id = $2 and ended_at is null and expires_at > $3
           ) as "waits!""#,
        account.0,
        maker.0,
        now.to_sqlx() as _,
    );
    waits.fetch_one(transaction).await
}
