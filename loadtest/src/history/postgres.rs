//! What Postgres holds of the courses of a run, read after it has ended.
//! It knows the tables' columns and nothing of how they are written.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::{Context as _, ensure};
use futures_util::TryStreamExt as _;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

use super::{Findings, History, Stored, StoredRow, Tally, check};

/// Rows of the run's courses that were there before it.
#[derive(Clone, Debug, Default)]
pub struct Before {
    ids: HashSet<u128>,
    /// Course and person of each.
    present: HashSet<(i64, i64)>,
}

impl Before {
    /// Reads them; to be done before the first request.
    pub async fn read(pool: &PgPool, courses: &[i64]) -> anyhow::Result<Self> {
        let mut before = Self::default();
        let rows = "select id, course_id, person_id from check_ins where course_id = any($1)";
        let mut rows = sqlx::query_as::<_, (Uuid, i64, i64)>(rows).bind(courses).fetch(pool);
        while let Some((id, course, person)) = rows.try_next().await.context("cannot read check_ins")? {
            before.ids.insert(id.as_u128());
            before.present.insert((course, person));
        }
        Ok(before)
    }

    /// Whether this person had come to this course.
    pub fn attended(&self, course: i64, person: i64) -> bool {
        self.present.contains(&(course, person))
    }

    /// How many people had come to a course.
    pub fn people(&self, course: i64) -> usize {
        self.present.iter().filter(|(of, _)| *of == course).count()
    }
}

/// The database that the check reads: as named, or the private one of a server that runs on this data directory.
pub fn database_url(named: Option<&str>, data_dir: Option<&Path>) -> anyhow::Result<String> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let data_dir = data_dir.context("name the database with --database-url, or the server's --data-dir")?;
    let path = data_dir.join("running.json");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}: does a server run on it?", path.display()))?;
    let running: serde_json::Value = serde_json::from_str(&text).context("running.json")?;
    let url = running["private_postgres"].as_str();
    url.map(ToOwned::to_owned)
        .context("this server has no private Postgres: name its database with --database-url")
}

/// Opens a few connections to it.
pub async fn open(url: &str) -> anyhow::Result<PgPool> {
    let pool = PgPoolOptions::new().max_connections(4).connect(url).await;
    pool.context("cannot reach the database that is to be checked")
}

/// Reads everything that the check asks for. `repeat_s` is the server's setting, in seconds.
pub async fn held(pool: &PgPool, courses: &[i64], repeat_s: u32, before: Before) -> anyhow::Result<Stored> {
    ensure!(repeat_s > 0, "a slot has a length");
    let mut held = Stored { before: before.ids, repeat_s: i64::from(repeat_s), ..Stored::default() };
    let mut rows = sqlx::query_as::<_, (Uuid, i64, i64, i32, i64, i64, i64)>(
        "select id, person_id, course_id, day - date '1970-01-01', slot,
             (extract(epoch from at) * 1000000)::bigint, (extract(epoch from recorded_at) * 1000000)::bigint
         from check_ins where course_id = any($1)",
    )
    .bind(courses)
    .fetch(pool);
    while let Some((id, person, course, day, slot, at_us, recorded_at_us)) = rows.try_next().await? {
        let id = id.as_u128();
        held.rows.push(StoredRow { id, person, course, day: i64::from(day), slot, at_us, recorded_at_us });
    }
    drop(rows);
    let tallies = sqlx::query_as::<_, (i64, i32, i64, i64, i64)>(
        "select course_id, day - date '1970-01-01', attendees::bigint, newcomers::bigint, check_ins::bigint
         from tallies where course_id = any($1)",
    );
    let tallies = tallies.bind(courses).fetch_all(pool).await.context("cannot read tallies")?;
    held.tallies.extend(tallies.into_iter().map(|(course, day, attendees, newcomers, check_ins)| Tally {
        course,
        day: i64::from(day),
        attendees,
        newcomers,
        check_ins,
    }));
    let caps =
        sqlx::query_as::<_, (i64, i32)>("select id, cap from courses where cap is not null and id = any($1)");
    let caps = caps.bind(courses).fetch_all(pool).await.context("cannot read courses")?;
    held.caps =
        caps.into_iter().map(|(id, cap)| (id, u32::try_from(cap).unwrap_or(0))).collect::<HashMap<_, _>>();
    Ok(held)
}

/// The whole check: reads what Postgres holds of these courses and sets the history against it.
pub async fn verify(
    history: &History,
    pool: &PgPool,
    courses: &[i64],
    repeat_s: u32,
    before: Before,
) -> anyhow::Result<Findings> {
    let held = held(pool, courses, repeat_s, before).await?;
    let entries = history.entries();
    Ok(tokio::task::spawn_blocking(move || check(&entries, &held)).await?)
}
