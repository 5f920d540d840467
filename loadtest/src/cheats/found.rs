//! What the server's rules found about each person: read from Postgres once the assessor has looked at the whole day.
//! It must not weigh anything itself: the rules that are judged are the server's own.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use anyhow::ensure;
use sqlx::PgPool;
use tokio::time::{Instant, sleep};

/// The assessor looks every five seconds, at a day again after twenty, and half a minute after a spot check's end.
const PATIENCE: Duration = Duration::from_mins(4);

/// The findings.
pub struct Found {
    pub suspicious: HashSet<i64>,
    /// Which rules spoke against whom, and the sum of their points.
    pub rules: HashMap<i64, BTreeMap<String, i64>>,
    pub version: String,
}

/// Waits until everything is assessed, and reads it.
pub async fn found(pool: &PgPool, course: i64) -> anyhow::Result<Found> {
    let deadline = Instant::now() + PATIENCE;
    let version = loop {
        let whole: Option<String> = sqlx::query_scalar(
            "select rules from assessed_days assessed
             where course_id = $1 and check_ins = (select count(*) from check_ins c
                 where c.course_id = assessed.course_id and c.day = assessed.day)
               and not exists (select from spot_checks asked
                 where asked.course_id = assessed.course_id and asked.day = assessed.day
                   and assessed_at < closes_at + interval '30 seconds')
             order by day desc limit 1",
        )
        .bind(course)
        .fetch_optional(pool)
        .await?;
        if let Some(version) = whole {
            break version;
        }
        ensure!(Instant::now() < deadline, "the server has not assessed the day: is it of this version?");
        sleep(Duration::from_secs(1)).await;
    };
    let suspicious =
        sqlx::query_scalar("select distinct person_id from assessments where course_id = $1 and suspicious");
    let suspicious: Vec<i64> = suspicious.bind(course).fetch_all(pool).await?;
    let rules: Vec<(i64, String, i64)> = sqlx::query_as(
        "select person_id, reason ->> 'rule', max((reason ->> 'points')::bigint)
         from assessments, jsonb_array_elements(reasons) reason
         where course_id = $1 group by 1, 2",
    )
    .bind(course)
    .fetch_all(pool)
    .await?;
    let mut of: HashMap<i64, BTreeMap<String, i64>> = HashMap::new();
    for (person, rule, points) in rules {
        of.entry(person).or_default().insert(rule, points);
    }
    Ok(Found { suspicious: suspicious.into_iter().collect(), rules: of, version })
}
