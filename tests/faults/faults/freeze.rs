//! SIGSTOP: connections stay open and nothing answers, which is harder than a killed process.
//! It must not know which clients wait for an answer.

use crate::test_server::TestServer;

pub async fn a_server_frozen_for_5_s_goes_on(test: &mut TestServer) -> anyhow::Result<()> {
    server(test, 5.0).await
}

pub async fn a_server_frozen_for_30_s_goes_on(test: &mut TestServer) -> anyhow::Result<()> {
    server(test, 30.0).await
}

pub async fn a_postgres_frozen_for_5_s_defers_and_comes_back(test: &mut TestServer) -> anyhow::Result<()> {
    postgres(test, 5.0).await
}

pub async fn a_postgres_frozen_for_30_s_defers_and_comes_back(test: &mut TestServer) -> anyhow::Result<()> {
    postgres(test, 30.0).await
}

pub async fn a_redis_frozen_for_5_s_is_not_felt(test: &mut TestServer) -> anyhow::Result<()> {
    redis(test, 5.0).await
}

pub async fn a_redis_frozen_for_30_s_is_not_felt(test: &mut TestServer) -> anyhow::Result<()> {
    redis(test, 30.0).await
}

async fn server(test: &mut TestServer, seconds: f64) -> anyhow::Result<()> {
    test.node.process().freeze();
    test.go_on(seconds).await;
    test.node.process().thaw();
    test.returned();
    test.go_on(3.0).await;
    Ok(())
}

async fn postgres(test: &mut TestServer, seconds: f64) -> anyhow::Result<()> {
    test.postgres.process().freeze();
    test.go_on(seconds).await;
    let ready = test.node.is_ready().await;
    test.expect(!ready, "the node says that it is ready while Postgres is frozen");
    test.postgres.process().thaw();
    test.returned();
    test.go_on(3.0).await;
    Ok(())
}

async fn redis(test: &mut TestServer, seconds: f64) -> anyhow::Result<()> {
    test.redis.process().freeze();
    test.go_on(seconds).await;
    let ready = test.node.is_ready().await;
    test.expect(ready, "the node says that it is not ready for want of Redis");
    test.redis.process().thaw();
    test.returned();
    test.go_on(2.0).await;
    Ok(())
}
