//! The queries of announcements as their unit keeps them: a page, one as it stands, and each step.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::entry::Words;
use crate::named::Named;
use zaichang_core::ids::{AccountId, UnitId};
use zaichang_platform::http::Version;

zaichang_core::id!(
    /// An announcement (通知公告) of an authority or a unit.
    AnnouncementId
);

/// An announcement as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Announcement {
    pub id: AnnouncementId,
    pub version: Version,
    pub unit: Named,
    pub title: String,
    pub body: String,
    pub to_admins: bool,
    pub to_people: bool,
    pub pinned: bool,
    pub only_units: Vec<Named>,
    pub published_at: Option<Timestamp>,
    pub shown_until: Option<Timestamp>,
    pub withdrawn_at: Option<Timestamp>,
}

zaichang_platform::changeable!(Announcement, "announcement" in "announcements", read);

impl Announcement {
    /// What it says and to whom.
    pub fn words(&self) -> Words {
        Words {
            title: self.title.clone(),
            body: self.body.clone(),
            to_admins: self.to_admins,
            to_people: self.to_people,
            pinned: self.pinned,
            only_units: self.only_units.iter().map(|unit| unit.id.0).collect(),
            shown_until: self.shown_until,
        }
    }
}

/// Those of these that there are, the newest first.
pub(super) async fn read(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<Announcement>> {
    let rows = query!(
        r#"select announcements.id, version, unit_id, coalesce(units.authority, units.name) as "unit!", title, body, to_admins, to_people,
               pinned, published_at, shown_until, withdrawn_at, only_units,
               array(
                   select coalesce(chosen.authority, chosen.name) from unnest(only_units) with ordinality named (id, place)
                   join units chosen on chosen.id = named.id order by place
               ) as "only_names!"
           from announcements join units on units.id = unit_id where announcements.id = any($1) order by announcements.id desc"#,
        ids,
    );
    let rows = rows.fetch_all(connection).await?.into_iter().map(|row| Announcement {
        id: AnnouncementId(row.id),
        version: Version(row.version),
        unit: Named { id: UnitId(row.unit_id), name: row.unit },
        title: row.title,
        body: row.body,
        to_admins: row.to_admins,
        to_people: row.to_people,
        pinned: row.pinned,
        only_units: row
            .only_units
            .into_iter()
            .zip(row.only_names)
            .map(|(id, name)| Named { id: UnitId(id), name })
            .collect(),
        published_at: row.published_at.map(jiff_sqlx::Timestamp::to_jiff),
        shown_until: row.shown_until.map(jiff_sqlx::Timestamp::to_jiff),
        withdrawn_at: row.withdrawn_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(rows.collect())
}

/// The ids of a page of a unit's own in this state, or in any, the newest first; and how many there are, counted up to a limit.
pub(super) async fn page(
    connection: &mut PgConnection,
    (unit, state): (UnitId, Option<&str>),
    after: Option<i64>,
    (limit, counted): (i64, i64),
    now: Timestamp,
) -> sqlx::Result<(Vec<i64>, i64)> {
    let page = query!(
        r#"with found as materialized (
               select id from announcements
               where unit_id = $1 and ($2::text is null or $2 = case
                   when withdrawn_at is not null then 'withdrawn' when published_at is null then 'draft'
                   when published_at > $6 then 'scheduled' when shown_until <= $6 then 'ended' else 'published' end)
               order by id desc limit $5::bigint + 1
           )
           select array(select id from found where $3::bigint is null or id < $3 order by id desc limit $4) as "ids!",
               (select count(*) from found) as "in_all!""#,
        unit.0,
        state,
        after,
        limit,
        counted,
        now.to_sqlx() as _,
    );
    let page = page.fetch_one(connection).await?;
    Ok((page.ids, page.in_all))
}

/// Has those who write for one unit come one after the other, so that two at once are both counted.
async fn hold(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<()> {
    query_scalar!("select id from units where id = $1 for no key update", unit.0)
        .fetch_one(connection)
        .await?;
    Ok(())
}

/// How many this unit has drafted since then.
pub(super) async fn drafted_since(
    connection: &mut PgConnection,
    unit: UnitId,
    since: Timestamp,
) -> sqlx::Result<i64> {
    hold(connection, unit).await?;
    let count = query_scalar!(
        r#"select count(*) as "count!" from (select from announcements where unit_id = $1 and drafted_at > $2 limit 1000) drafted"#,
        unit.0,
        since.to_sqlx() as _,
    );
    count.fetch_one(connection).await
}

/// How many of this unit's stand, or will: published, neither withdrawn nor past their end.
pub(super) async fn standing(
    connection: &mut PgConnection,
    unit: UnitId,
    now: Timestamp,
) -> sqlx::Result<i64> {
    hold(connection, unit).await?;
    let count = query_scalar!(
        r#"select count(*) as "count!" from announcements
           where unit_id = $1 and published_at is not null and withdrawn_at is null and (shown_until is null or shown_until > $2)"#,
        unit.0,
        now.to_sqlx() as _,
    );
    count.fetch_one(connection).await
}

/// How many of these are open units at or below this one.
pub(super) async fn open_below(
    connection: &mut PgConnection,
    unit: UnitId,
    ids: &[i64],
) -> sqlx::Result<i64> {
    let count = query_scalar!(
        r#"select count(*) as "count!" from units below join units above on above.id = $1
           where below.id = any($2) and starts_with(below.path, above.path) and below.kind <> 'department' and below.closed_at is null"#,
        unit.0,
        ids,
    );
    count.fetch_one(connection).await
}

pub(super) async fn draft(
    connection: &mut PgConnection,
    unit: UnitId,
    wanted: &Words,
    (by, now): (AccountId, Timestamp),
) -> sqlx::Result<i64> {
    let drafted = query_scalar!(
        "insert into announcements
             (unit_id, title, body, to_admins, to_people, pinned, only_units, shown_until, drafted_by, drafted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
        unit.0,
        wanted.title,
        wanted.body,
        wanted.to_admins,
        wanted.to_people,
        wanted.pinned,
        &wanted.only_units,
        wanted.shown_until.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
        by.0,
        now.to_sqlx() as _,
    );
    drafted.fetch_one(connection).await
}

pub(super) async fn change(
    connection: &mut PgConnection,
    id: AnnouncementId,
    wanted: &Words,
) -> sqlx::Result<()> {
    query!(
        "update announcements set title = $2, body = $3, to_admins = $4, to_people = $5, pinned = $6, only_units = $7, shown_until = $8
         where id = $1",
        id.0,
        wanted.title,
        wanted.body,
        wanted.to_admins,
        wanted.to_people,
        wanted.pinned,
        &wanted.only_units,
        wanted.shown_until.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn publish(
    connection: &mut PgConnection,
    id: AnnouncementId,
    at: Timestamp,
) -> sqlx::Result<()> {
    query!("update announcements set published_at = $2 where id = $1", id.0, at.to_sqlx() as _)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn withdraw(
    connection: &mut PgConnection,
    id: AnnouncementId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!("update announcements set withdrawn_at = $2 where id = $1", id.0, now.to_sqlx() as _)
        .execute(connection)
        .await?;
    Ok(())
}

/// What announcements are called, for the audit log.
pub(super) async fn titles(pool: PgPool, ids: Vec<i64>) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query!("select id, title from announcements where id = any($1)", &ids);
    Ok(rows.fetch_all(&pool).await?.into_iter().map(|row| (row.id, row.title)).collect())
}
