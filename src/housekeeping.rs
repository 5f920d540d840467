//! Background work once an hour, as the modules declare it: partitions of the months to come, what has expired. No
//! request waits for it, and several nodes may do it at once.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;

use zaichang_core::clock::Clock;
use zaichang_platform::module::Sweep;

/// Runs every sweep once an hour, until it is dropped. One that fails is tried again in the next hour and stops no other.
pub async fn hourly(pool: PgPool, clock: Clock, sweeps: Arc<Vec<Sweep>>) {
    let mut hours = tokio::time::interval(Duration::from_hours(1));
    loop {
        hours.tick().await;
        for sweep in &*sweeps {
            if let Err(error) = sweep.run(&pool, clock.now()).await {
                tracing::warn!(%error, sweep = sweep.name, "housekeeping is put off to the next hour");
            }
        }
    }
}
