//! What somebody should look at, published as metrics by every node, whichever node it happened on.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::PgPool;

use super::sql;

/// How often the queue is looked at.
const LOOK: Duration = Duration::from_secs(10);

/// Publishes until it is dropped how many jobs wait, run and are stuck; and frees those that wait for a node that is away.
pub async fn tell_stuck(pool: PgPool) {
    let mut looks = tokio::time::interval(LOOK);
    let mut told: BTreeMap<(String, &'static str), i64> = BTreeMap::new();
    loop {
        looks.tick().await;
        let freed = sql::free(&pool).await;
        match (freed, sql::counts(&pool).await) {
            (Ok(()), Ok(counts)) => {
                // What is not there any more falls to 0.
                for jobs in told.values_mut() {
                    *jobs = 0;
                }
                told.extend(counts);
                for ((job, state), jobs) in &told {
                    let jobs = u32::try_from(*jobs).unwrap_or(u32::MAX);
                    let labels = [("kind", job.clone()), ("state", (*state).to_owned())];
                    metrics::gauge!("zaichang_jobs", &labels).set(f64::from(jobs));
                }
            }
            (Err(error), _) | (_, Err(error)) => tracing::debug!(%error, "jobs are counted later"),
        }
    }
}
