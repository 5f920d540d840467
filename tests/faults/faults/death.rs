//! kill -9 of each program, ten times under load, and a Redis that forgets.
//! It must not know what is expected of the history: nothing may be wrong in it, ever.

use crate::house::House;

const DEATHS: usize = 10;

pub async fn the_server_killed_ten_times_loses_nobody(house: &mut House) -> anyhow::Result<()> {
    for _ in 0..DEATHS {
        house.node.process().kill().await?;
        house.go_on(0.2).await;
        house.node.again().await?;
        house.returned();
        house.go_on(1.0).await;
    }
    Ok(())
}

pub async fn postgres_killed_ten_times_loses_nobody(house: &mut House) -> anyhow::Result<()> {
    for _ in 0..DEATHS {
        house.postgres.process().kill().await?;
        house.go_on(0.5).await;
        house.postgres.again().await?;
        house.returned();
        house.go_on(1.5).await;
    }
    Ok(())
}

pub async fn redis_killed_ten_times_is_not_felt(house: &mut House) -> anyhow::Result<()> {
    for _ in 0..DEATHS {
        house.redis.process().kill().await?;
        house.go_on(0.5).await;
        house.redis.again().await?;
        house.returned();
        house.go_on(0.5).await;
    }
    let skipped = house.node.metric("zaichang_seen_failed_total").await;
    house.expect(skipped > 0, "the server never missed Redis: it was not used");
    Ok(())
}

pub async fn redis_wiped_every_second_is_not_felt(house: &mut House) -> anyhow::Result<()> {
    for _ in 0..10 {
        house.redis.flush().await?;
        house.returned();
        house.go_on(1.0).await;
    }
    Ok(())
}
