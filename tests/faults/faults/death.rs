//! kill -9 of each program, ten times under load, and a Redis that forgets.
//! It must not know what is expected of the history: nothing may be wrong in it, ever.

use crate::test_server::TestServer;

const DEATHS: usize = 10;

pub async fn the_server_killed_ten_times_loses_nobody(test: &mut TestServer) -> anyhow::Result<()> {
    for _ in 0..DEATHS {
        test.node.process().kill().await?;
        test.go_on(0.2).await;
        test.node.again().await?;
        test.returned();
        test.go_on(1.0).await;
    }
    Ok(())
}

pub async fn postgres_killed_ten_times_loses_nobody(test: &mut TestServer) -> anyhow::Result<()> {
    for _ in 0..DEATHS {
        test.postgres.process().kill().await?;
        test.go_on(0.5).await;
        test.postgres.again().await?;
        test.returned();
        test.go_on(1.5).await;
    }
    Ok(())
}

pub async fn redis_killed_ten_times_is_not_felt(test: &mut TestServer) -> anyhow::Result<()> {
    for _ in 0..DEATHS {
        test.redis.process().kill().await?;
        test.go_on(0.5).await;
        test.redis.again().await?;
        test.returned();
        test.go_on(0.5).await;
    }
    let skipped = test.node.metric("zaichang_seen_failed_total").await;
    test.expect(skipped > 0, "the server never missed Redis: it was not used");
    Ok(())
}

pub async fn redis_wiped_every_second_is_not_felt(test: &mut TestServer) -> anyhow::Result<()> {
    for _ in 0..10 {
        test.redis.flush().await?;
        test.returned();
        test.go_on(1.0).await;
    }
    Ok(())
}
