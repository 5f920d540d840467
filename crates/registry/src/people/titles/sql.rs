//! The queries of titles with days. Those that write run in a change, under the person's lock.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgExecutor, query, query_scalar};

use crate::title::{TitleLevel, TitleSeries};
use zaichang_core::ids::{AccountId, PersonId};
use zaichang_platform::db;

/// What somebody is called, and by which series and level, where the two are known apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    pub title: String,
    pub titled: Option<(TitleSeries, TitleLevel)>,
    /// Since when; none where it was not entered.
    pub from: Option<Date>,
}

/// A title that a person has or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub id: i64,
    pub title: Title,
    pub entered_by: Option<String>,
    pub entered_at: Option<Timestamp>,
    /// The wrong entry in whose place it stands: what it said, and since when.
    pub corrects: Option<(String, Option<Date>)>,
}

/// Series and level from a row's words.
fn titled(
    table: &'static str,
    id: i64,
    series: Option<&str>,
    level: Option<&str>,
) -> sqlx::Result<Option<(TitleSeries, TitleLevel)>> {
    let (Some(series), Some(level)) = (series, level) else { return Ok(None) };
    Ok(Some((db::word(table, "title_series", id, series)?, db::word(table, "title_level", id, level)?)))
}

/// Which title each of these people had on a day of Asia/Shanghai, each as far as it can be read: of those that stand the newest that
/// had begun. People of whom none is known by that day are left out.
///
/// # Errors
///
/// Only those of the database.
pub async fn titles_on(
    executor: impl PgExecutor<'_>,
    people: &[PersonId],
    day: Date,
) -> sqlx::Result<Vec<(PersonId, sqlx::Result<Title>)>> {
    let people: Vec<_> = people.iter().map(|id| id.0).collect();
    let rows = query!(
        r#"select person_id as "person_id!", title as "title!", title_series, title_level, first_day from titles_on($1, $2)"#,
        &people,
        day.to_sqlx() as _,
    );
    let rows = rows.fetch_all(executor).await?.into_iter().map(|row| {
        let id = row.person_id;
        let both = titled("person_titles", id, row.title_series.as_deref(), row.title_level.as_deref());
        let from = row.first_day.map(jiff_sqlx::Date::to_jiff);
        (PersonId(id), both.map(|titled| Title { title: row.title, titled, from }))
    });
    Ok(rows.collect())
}

/// Those that stand of this person, the newest first: at most 100. None of who has been here since before they were kept, and has had
/// no other than the one that stands with the person.
pub(super) async fn entries(executor: impl PgExecutor<'_>, person: PersonId) -> sqlx::Result<Vec<Entry>> {
    let rows = query!(
        r#"select entered.id, entered.title, entered.title_series, entered.title_level, entered.first_day,
               accounts.name as "entered_by?", entered.entered_at, wrong.title as "wrong_title?", wrong.first_day as "wrong_day?"
           from person_titles entered
           left join accounts on accounts.id = entered.entered_by
           left join person_titles wrong on wrong.id = entered.corrects
           where entered.person_id = $1 and entered.removed_at is null
           order by coalesce(entered.first_day, '-infinity') desc limit 100"#,
        person.0,
    );
    let rows = rows.fetch_all(executor).await?.into_iter().map(|row| {
        let (series, level) = (row.title_series.as_deref(), row.title_level.as_deref());
        let title = Title {
            titled: titled("person_titles", row.id, series, level)?,
            title: row.title,
            from: row.first_day.map(jiff_sqlx::Date::to_jiff),
        };
        Ok(Entry {
            id: row.id,
            title,
            entered_by: row.entered_by,
            entered_at: row.entered_at.map(jiff_sqlx::Timestamp::to_jiff),
            corrects: row.wrong_title.map(|title| (title, row.wrong_day.map(jiff_sqlx::Date::to_jiff))),
        })
    });
    rows.collect()
}

/// How many were entered since then, whether they stand or not.
pub(super) async fn entered_since(
    connection: &mut PgConnection,
    person: PersonId,
    since: Timestamp,
) -> sqlx::Result<i64> {
    let count = query_scalar!(
        r#"select count(*) as "count!" from person_titles where person_id = $1 and entered_at >= $2"#,
        person.0,
        since.to_sqlx() as _,
    );
    count.fetch_one(connection).await
}

/// Keeps as a first entry what stands with a person who has been here since before titles were kept.
pub(super) async fn keep_first(connection: &mut PgConnection, person: PersonId) -> sqlx::Result<()> {
    query!(
        "insert into person_titles (person_id, title, title_series, title_level)
         select id, title, title_series, title_level from people
         where id = $1 and title <> '' and not exists (select from person_titles where person_id = $1)",
        person.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Enters a title from its day on.
pub(super) async fn enter(
    connection: &mut PgConnection,
    person: PersonId,
    title: &Title,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "insert into person_titles (person_id, title, title_series, title_level, first_day, entered_by, entered_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        person.0,
        title.title,
        title.titled.map(|(series, _)| series.word()),
        title.titled.map(|(_, level)| level.word()),
        title.from.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
        by.0,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts the title in force right: another entry stands in the place of the wrong one.
pub(super) async fn correct(
    connection: &mut PgConnection,
    person: PersonId,
    title: &Title,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query_scalar!(
        r#"select correct_title_in_force($1, $2, $3, $4, $5, $6, $7)::text as "nothing""#,
        person.0,
        title.title,
        title.titled.map(|(series, _)| series.word()),
        title.titled.map(|(_, level)| level.word()),
        title.from.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
        by.0,
        now.to_sqlx() as _,
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

/// Takes a wrong entry out.
pub(super) async fn remove(
    connection: &mut PgConnection,
    id: i64,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update person_titles set removed_by = $2, removed_at = $3 where id = $1",
        id,
        by.0,
        now.to_sqlx() as _
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the title in force where lists read it. A new version of the person, also where it is the same title as before.
pub(super) async fn note(
    connection: &mut PgConnection,
    person: PersonId,
    title: &Title,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update people set title = $2, title_series = $3, title_level = $4, version = version + 1, changed_by = $5, changed_at = $6
         where id = $1",
        person.0,
        title.title,
        title.titled.map(|(series, _)| series.word()),
        title.titled.map(|(_, level)| level.word()),
        by.0,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
