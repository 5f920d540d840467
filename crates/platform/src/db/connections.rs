//! How many connections the pools have, published as metrics.

use std::time::Duration;

use sqlx::PgPool;

/// How often the pools are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Publishes the connections of these pools by name until it is dropped.
pub async fn tell_connections(pools: Vec<(&'static str, PgPool)>) {
    let mut ticks = tokio::time::interval(LOOK);
    loop {
        ticks.tick().await;
        for (name, pool) in &pools {
            let most = pool.options().get_max_connections();
            let open = pool.size().min(most);
            let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX).min(open);
            for (state, connections) in [("used", open - idle), ("idle", idle), ("unopened", most - open)] {
                let labels = [("pool", *name), ("state", state)];
                metrics::gauge!("zaichang_database_connections", &labels).set(f64::from(connections));
            }
        }
    }
}
