//! The inbox of a person or an account: a page of it, how much is unread, and what has been read. Everybody has their own alone.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{PgPool, query, query_scalar};
use utoipa::{IntoParams, ToSchema};

use super::kind::{Kinds, Words};
use crate::http::Problem;
use crate::http::language::Language;
use crate::list::{self, Cursor, List};
use zaichang_core::ids::{AccountId, PersonId};

/// Counted exactly up to here; this many stand for more.
const COUNTED: i64 = 100;
/// The most notices that one call marks by their ids.
const MOST: usize = 200;

/// Who has an inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Person(PersonId),
    Account(AccountId),
}

/// Which notices are chosen.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct InboxQuery {
    /// Only those that are not read yet.
    #[serde(default)]
    pub unread: bool,
}

/// The id below which the next lie.
impl list::Filter for InboxQuery {
    type Keyset = i64;
}

/// A notice as its reader has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InboxNotice)]
pub(super) struct NoticeBody {
    id: i64,
    /// What kind of notice it is: `registration_approved`. New ones come with new releases.
    #[schema(example = "person_state_approved")]
    kind: String,
    /// In the reader's language.
    title: String,
    text: String,
    /// What it is about, by the noun of its table, and its id.
    #[schema(example = "person")]
    noun: String,
    noun_id: i64,
    at: Timestamp,
    is_read: bool,
}

/// A page of an inbox, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Inbox {
    items: Vec<NoticeBody>,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<i64>>,
}

/// How much of an inbox is unread.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UnreadNotices {
    /// Exact up to 99; 100 stands for more.
    #[schema(minimum = 0, maximum = 100)]
    unread: i64,
}

/// What has been read: these, or all until one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReadNotices)]
pub(super) struct Reading {
    /// 1 to 200 of them.
    #[serde(default)]
    #[schema(max_items = 200)]
    ids: Vec<i64>,
    /// This one, and all that are older.
    through: Option<i64>,
}

impl Reading {
    /// Either of the two.
    pub fn read(self) -> Result<(Vec<i64>, Option<i64>), Problem> {
        match (self.ids.len(), self.through) {
            (1..=MOST, None) | (0, Some(_)) => Ok((self.ids, self.through)),
            _ => Err(Problem::field("ids", "they are 1 to 200, or none beside through")),
        }
    }
}

struct NoticeRow {
    id: i64,
    kind: String,
    noun: String,
    noun_id: i64,
    parameters: Value,
    at: jiff_sqlx::Timestamp,
    is_read: bool,
}

impl NoticeRow {
    fn body(self, kinds: &Kinds, language: Language) -> NoticeBody {
        // One that a newer release has written is read in full once this node has that release, too.
        let words = kinds.of(&self.kind).map(|kind| kind.words(&self.parameters, language));
        let Words { title, text } = words.unwrap_or_else(|| match language {
            Language::Chinese => Words {
                title: "新通知".to_owned(),
                text: "系统正在升级，请稍后查看。".to_owned(),
            },
            Language::English => Words {
                title: "A notice".to_owned(),
                text: "The service is being upgraded: please look again later.".to_owned(),
            },
        });
        let Self { id, kind, noun, noun_id, at, is_read, .. } = self;
        NoticeBody { id, kind, title, text, noun, noun_id, at: at.to_jiff(), is_read }
    }
}

/// The rows of a person: their own, and those that were merged into it.
async fn rows_of(pool: &PgPool, PersonId(id): PersonId) -> sqlx::Result<Vec<i64>> {
    let rows = query_scalar!("select id from people where id = $1 or merged_into = $1", id);
    rows.fetch_all(pool).await
}

/// Each owner's by their own index.
macro_rules! rows {
    ($column:literal, $id:expr, $list:expr) => {
        sqlx::query_as!(
            NoticeRow,
            r#"select id as "id!", kind as "kind!", noun as "noun!", noun_id as "noun_id!", parameters as "parameters!", at as "at!",
                   read_at is not null as "is_read!"
               from notices where "#
                + $column
                + " = any($1) and ($2::bigint is null or id < $2) and (read_at is null or not $3) order by id desc limit $4",
            $id,
            $list.after,
            $list.filter.unread,
            $list.rows(),
        )
    };
}

pub(super) async fn page(
    pool: &PgPool,
    owner: Owner,
    list: &List<InboxQuery>,
    kinds: &Kinds,
    language: Language,
) -> sqlx::Result<Inbox> {
    let rows = match owner {
        Owner::Person(id) => rows!("person_id", &rows_of(pool, id).await?, list).fetch_all(pool).await?,
        Owner::Account(id) => rows!("account_id", &[id.0][..], list).fetch_all(pool).await?,
    };
    let list::Page { rows, next } = list.page(rows, |row| row.id);
    Ok(Inbox { items: rows.into_iter().map(|row| row.body(kinds, language)).collect(), next })
}

macro_rules! unread {
    ($column:literal, $id:expr) => {
        query_scalar!(
            r#"select count(*) as "unread!" from (select from notices where "#
                + $column
                + " = any($1) and read_at is null limit $2) unread",
            $id,
            COUNTED,
        )
    };
}

pub(super) async fn unread(pool: &PgPool, owner: Owner) -> sqlx::Result<UnreadNotices> {
    let unread = match owner {
        Owner::Person(id) => unread!("person_id", &rows_of(pool, id).await?).fetch_one(pool).await?,
        Owner::Account(id) => unread!("account_id", &[id.0][..]).fetch_one(pool).await?,
    };
    Ok(UnreadNotices { unread })
}

macro_rules! mark {
    ($column:literal, $id:expr, $ids:expr, $through:expr, $now:expr) => {
        query!(
            "update notices set read_at = $4 where "
                + $column
                + " = any($1) and read_at is null and (id = any($2) or id <= $3)",
            $id,
            $ids,
            $through,
            $now.to_sqlx() as _,
        )
    };
}

/// Marks as read those of these that are this owner's.
pub(super) async fn mark(
    pool: &PgPool,
    owner: Owner,
    (ids, through): (&[i64], Option<i64>),
    now: Timestamp,
) -> sqlx::Result<()> {
    match owner {
        Owner::Person(id) => {
            mark!("person_id", &rows_of(pool, id).await?, ids, through, now).execute(pool).await?
        }
        Owner::Account(id) => mark!("account_id", &[id.0][..], ids, through, now).execute(pool).await?,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_some_are_read_or_all_until_one() {
        let read = |ids: Vec<i64>, through| Reading { ids, through }.read().is_ok();
        assert!(read(vec![1], None) && read(Vec::new(), Some(7)) && read(vec![1; 200], None));
        assert!(!read(Vec::new(), None) && !read(vec![1], Some(7)) && !read(vec![1; 201], None));
    }
}
