//! The queries of those who read announcements: what units announce, where a reader stands in the tree, and what they have read.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query};

use super::reading::Reader;
use super::sql::AnnouncementId;
use super::standing::{MOST, Standing};
use crate::named::Named;
use zaichang_core::ids::UnitId;

/// What these units announce: of each those that end last, as many as may stand at once, so that all that stand are among them.
pub(super) async fn standing(pool: &PgPool, units: &[UnitId]) -> sqlx::Result<Vec<(UnitId, Standing)>> {
    let units: Vec<_> = units.iter().map(|unit| unit.0).collect();
    let rows = query!(
        r#"select standing.unit_id, standing.id, title, to_admins, to_people, pinned, only_units, published_at as "published_at!", shown_until
           from unnest($1::bigint[]) asked (unit_id)
           cross join lateral (
               select * from announcements
               where announcements.unit_id = asked.unit_id and published_at is not null and withdrawn_at is null
               order by shown_until desc nulls first limit $2
           ) standing"#,
        &units,
        MOST,
    );
    let rows = rows.fetch_all(pool).await?.into_iter().map(|row| {
        let standing = Standing {
            id: AnnouncementId(row.id),
            title: row.title,
            to_admins: row.to_admins,
            to_people: row.to_people,
            pinned: row.pinned,
            only_units: row.only_units,
            published_at: row.published_at.to_jiff(),
            shown_until: row.shown_until.map(jiff_sqlx::Timestamp::to_jiff),
        };
        (UnitId(row.unit_id), standing)
    });
    Ok(rows.collect())
}

/// What a reader has read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    pub through: Option<Timestamp>,
    pub ids: Vec<i64>,
}

/// A reader's unit and those above it, from today's row; and what they have read.
pub(super) async fn reader(
    connection: &mut PgConnection,
    reader: Reader,
) -> sqlx::Result<(Vec<Named>, Read)> {
    let (person, account) = reader.columns();
    let units = query!(
        r#"select id, coalesce(authority, name) as "name!" from units
           where id in (select unit_and_above(coalesce(
               (select unit_id from people where id = $1), (select unit_id from accounts where id = $2)
           )))"#,
        person,
        account,
    );
    let units = units.fetch_all(&mut *connection).await?.into_iter();
    let units = units.map(|row| Named { id: UnitId(row.id), name: row.name }).collect();
    let read = query!(
        "select read_through, read_ids from announcement_readings where person_id = $1
         union all select read_through, read_ids from announcement_readings where account_id = $2",
        person,
        account,
    );
    let read = read.fetch_optional(connection).await?.map_or_else(Read::default, |row| Read {
        through: row.read_through.map(jiff_sqlx::Timestamp::to_jiff),
        ids: row.read_ids.unwrap_or_default(),
    });
    Ok((units, read))
}

/// Writes down that a reader has read these, or all until an instant, beside what they have read before on any device. Of single
/// ones those are kept that the reader has, and that are newer than what was read through.
pub(super) async fn mark(
    connection: &mut PgConnection,
    reader: Reader,
    (ids, through): (&[i64], Timestamp),
    had: &[(i64, Timestamp)],
) -> sqlx::Result<()> {
    let (person, account) = reader.columns();
    let (had_ids, had_at): (Vec<_>, Vec<_>) = had.iter().map(|(id, at)| (*id, at.to_sqlx())).unzip();
    // One who reads on two phones at once is counted by both: the second waits for the first one's row.
    query!(
        "insert into announcement_readings (person_id, account_id, read_through, read_ids) values ($1, $2, '1970-01-01T00:00:00Z', '{}')
         on conflict do nothing",
        person,
        account,
    )
    .execute(&mut *connection)
    .await?;
    query!(
        "update announcement_readings set read_through = greatest(read_through, $3),
             read_ids = array(
                 select had.id from unnest($5::bigint[], $6::timestamptz[]) had (id, at)
                 where (had.id = any($4) or had.id = any(read_ids)) and had.at > greatest(read_through, $3)
                 order by had.at desc limit 2000
             )
         where person_id = $1 or account_id = $2",
        person,
        account,
        through.to_sqlx() as _,
        ids,
        &had_ids,
        &had_at as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
