//! Announcements as their readers have them: a page, the newest with how many are unread, one with its text, and what has been read.
//! What is had is told by the board; it must not know who may write one.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};
use utoipa::{IntoParams, ToSchema};

use super::Error;
use super::sql::{self, AnnouncementId};
use super::sql_of_readers::{self, Read};
use super::standing::{Audience, Board, Had};
use crate::named::Named;
use zaichang_core::ids::{AccountId, PersonId};
use zaichang_platform::http::Problem;
use zaichang_platform::list::{self, Cursor, List};

/// Unread ones are counted exactly up to here; this many stand for more.
const COUNTED: usize = 100;
/// The most announcements that one call marks by their ids.
const MOST: usize = 200;

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    Person(PersonId),
    Account(AccountId),
}

impl Reader {
    pub const fn columns(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Person(id) => (Some(id.0), None),
            Self::Account(id) => (None, Some(id.0)),
        }
    }

    const fn audience(self) -> Audience {
        match self {
            Self::Person(_) => Audience::People,
            Self::Account(_) => Audience::Admins,
        }
    }
}

/// Which announcements a reader wants to see.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct BoardQuery {
    /// Only those that are not read yet.
    #[serde(default)]
    unread: bool,
}

/// Pinned, published at, id.
impl list::Filter for BoardQuery {
    type Keyset = (bool, i64, i64);
}

/// An announcement in the list of a reader.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PostedAnnouncement {
    #[schema(value_type = i64, minimum = 1)]
    id: AnnouncementId,
    /// Who announces it.
    unit: Named,
    title: String,
    pinned: bool,
    published_at: Timestamp,
    is_read: bool,
}

/// A page of announcements: pinned ones first, then the newest.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PostedAnnouncements {
    items: Vec<PostedAnnouncement>,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<(bool, i64, i64)>>,
}

/// What stands first for a reader, and how much is unread.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NewestAnnouncement {
    /// Exact up to 99; 100 stands for more.
    #[schema(minimum = 0, maximum = 100)]
    unread: usize,
    /// Null where there is none.
    newest: Option<PostedAnnouncement>,
}

/// An announcement as its reader has it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AnnouncementText {
    #[schema(value_type = i64, minimum = 1)]
    id: AnnouncementId,
    /// Who announces it.
    unit: Named,
    title: String,
    /// Plain text; an empty line ends a paragraph.
    body: String,
    pinned: bool,
    published_at: Timestamp,
}

/// What has been read: these, or all that were published until one was.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadAnnouncements {
    /// 1 to 200 of them.
    #[serde(default)]
    #[schema(max_items = 200)]
    ids: Vec<i64>,
    /// This one, and all that were published before it.
    through: Option<i64>,
}

impl ReadAnnouncements {
    /// Either of the two.
    pub fn read(self) -> Result<Self, Problem> {
        match (self.ids.len(), self.through) {
            (1..=MOST, None) | (0, Some(_)) => Ok(self),
            _ => Err(Problem::field("ids", "they are 1 to 200, or none beside through")),
        }
    }
}

/// What a reader has, and what of it they have read.
struct Mine {
    had: Vec<Had>,
    through: Option<Timestamp>,
    ids: BTreeSet<i64>,
}

impl Mine {
    fn is_read(&self, had: &Had) -> bool {
        let announcement = &had.announcement;
        self.through.is_some_and(|through| announcement.published_at <= through)
            || self.ids.contains(&announcement.id.0)
    }

    fn posted(&self, had: &Had) -> PostedAnnouncement {
        let announcement = &had.announcement;
        PostedAnnouncement {
            id: announcement.id,
            unit: Named::clone(&had.unit),
            title: announcement.title.clone(),
            pinned: announcement.pinned,
            published_at: announcement.published_at,
            is_read: self.is_read(had),
        }
    }
}

/// The connection is given back before the board is asked, which may need one itself.
async fn mine(pool: &PgPool, board: &Board, reader: Reader, now: Timestamp) -> sqlx::Result<Mine> {
    let (units, Read { through, ids }) = sql_of_readers::reader(&mut *pool.acquire().await?, reader).await?;
    let had = board.had(reader.audience(), &units, now).await?;
    Ok(Mine { had, through, ids: ids.into_iter().collect() })
}

pub(super) async fn page(
    pool: &PgPool,
    board: &Board,
    reader: Reader,
    list: &List<BoardQuery>,
    now: Timestamp,
) -> sqlx::Result<PostedAnnouncements> {
    let mine = mine(pool, board, reader, now).await?;
    let shown = mine.had.iter().filter(|had| {
        list.after.is_none_or(|after| had.place() < after) && !(list.filter.unread && mine.is_read(had))
    });
    let shown = shown.take(usize::try_from(list.rows()).unwrap_or(0)).collect();
    let list::Page { rows, next } = list.page(shown, |had: &&Had| had.place());
    Ok(PostedAnnouncements { items: rows.into_iter().map(|had| mine.posted(had)).collect(), next })
}

pub(super) async fn newest(
    pool: &PgPool,
    board: &Board,
    reader: Reader,
    now: Timestamp,
) -> sqlx::Result<NewestAnnouncement> {
    let mine = mine(pool, board, reader, now).await?;
    Ok(NewestAnnouncement {
        unread: mine.had.iter().filter(|had| !mine.is_read(had)).take(COUNTED).count(),
        newest: mine.had.first().map(|had| mine.posted(had)),
    })
}

/// One that the reader has; its words are read from its row, as they stand now.
pub(super) async fn one(
    pool: &PgPool,
    board: &Board,
    reader: Reader,
    id: AnnouncementId,
    now: Timestamp,
) -> Result<AnnouncementText, Error> {
    let mine = mine(pool, board, reader, now).await?;
    let had = mine.had.into_iter().find(|had| had.announcement.id == id).ok_or(Error::NotFound)?;
    let row = sql::read(&mut *pool.acquire().await?, &[id.0]).await?.pop().ok_or(Error::NotFound)?;
    // The node may not have heard yet that it was withdrawn.
    if row.withdrawn_at.is_some() {
        return Err(Error::NotFound);
    }
    Ok(AnnouncementText {
        id,
        unit: Named::clone(&had.unit),
        title: row.title,
        body: row.body,
        pinned: row.pinned,
        published_at: had.announcement.published_at,
    })
}

/// Marks as read those of these that the reader has.
pub(super) async fn mark(
    pool: &PgPool,
    board: &Board,
    reader: Reader,
    read: &ReadAnnouncements,
    now: Timestamp,
) -> sqlx::Result<()> {
    let mine = mine(pool, board, reader, now).await?;
    let had: Vec<_> =
        mine.had.iter().map(|had| (had.announcement.id.0, had.announcement.published_at)).collect();
    let through = read.through.and_then(|id| had.iter().find(|had| had.0 == id)).map(|had| had.1);
    if through.is_none() && !had.iter().any(|(id, _)| read.ids.contains(id)) {
        return Ok(());
    }
    let through = through.or(mine.through).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut connection: sqlx::pool::PoolConnection<_> = pool.acquire().await?;
    let connection: &mut PgConnection = &mut connection;
    sql_of_readers::mark(connection, reader, (&read.ids, through), &had).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_some_are_read_or_all_until_one() {
        let read = |ids: Vec<i64>, through| ReadAnnouncements { ids, through }.read().is_ok();
        assert!(read(vec![1], None) && read(Vec::new(), Some(7)) && read(vec![1; 200], None));
        assert!(!read(Vec::new(), None) && !read(vec![1], Some(7)) && !read(vec![1; 201], None));
    }
}
