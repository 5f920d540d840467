//! What is done on the side while a node runs: partitions of the months to come, what has expired, old seals.
//! No request waits for it, and several nodes may do it at once.

use std::time::Duration;

use sqlx::PgPool;

use zaichang_attendance::{checkin, display, phone};
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::seal::Sealer;
use zaichang_platform::auth;
use zaichang_registry::{people, wechat_account};

/// Once an hour: next months' partitions; forgets what has long expired.
pub async fn hourly(pool: PgPool, clock: Clock) {
    let mut hours = tokio::time::interval(Duration::from_hours(1));
    loop {
        hours.tick().await;
        let done = async {
            let now = clock.now();
            checkin::ensure_months(&pool, day_of(now)).await?;
            let long_ago = now - jiff::SignedDuration::from_hours(24);
            auth::sweep(&pool, long_ago).await?;
            wechat_account::sweep(&pool, long_ago).await?;
            phone::sweep(&pool, long_ago).await?;
            display::sweep(&pool, long_ago).await
        };
        if let Err(error) = done.await {
            tracing::warn!(%error, "housekeeping is put off to the next hour");
        }
    }
}

/// How long after a re-sealing that broke off it is begun again.
const RESEAL_AGAIN: Duration = Duration::from_mins(1);

/// Seals personal numbers again after a rotation of the master keys, once.
pub async fn reseal(pool: PgPool, sealer: Sealer) {
    loop {
        match people::reseal(&pool, &sealer).await {
            Ok(people::Resealed { people, left }) => {
                if people > 0 {
                    tracing::info!(people, "personal numbers were sealed again with the newest master key");
                }
                if !left.is_empty() {
                    tracing::error!(
                        ?left,
                        "people whose numbers could not be sealed again: zaichang doctor lists them"
                    );
                }
                return;
            }
            Err(error) => tracing::error!(%error, "sealing personal numbers again is put off"),
        }
        tokio::time::sleep(RESEAL_AGAIN).await;
    }
}
