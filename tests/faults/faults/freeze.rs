//! SIGSTOP: connections stay open and nothing answers, which is harder than a killed process.
//! It must not know which clients wait for an answer.

use crate::house::House;

pub async fn a_server_frozen_for_5_s_goes_on(house: &mut House) -> anyhow::Result<()> {
    server(house, 5.0).await
}

pub async fn a_server_frozen_for_30_s_goes_on(house: &mut House) -> anyhow::Result<()> {
    server(house, 30.0).await
}

pub async fn a_postgres_frozen_for_5_s_defers_and_comes_back(house: &mut House) -> anyhow::Result<()> {
    postgres(house, 5.0).await
}

pub async fn a_postgres_frozen_for_30_s_defers_and_comes_back(house: &mut House) -> anyhow::Result<()> {
    postgres(house, 30.0).await
}

pub async fn a_redis_frozen_for_5_s_is_not_felt(house: &mut House) -> anyhow::Result<()> {
    redis(house, 5.0).await
}

pub async fn a_redis_frozen_for_30_s_is_not_felt(house: &mut House) -> anyhow::Result<()> {
    redis(house, 30.0).await
}

async fn server(house: &mut House, seconds: f64) -> anyhow::Result<()> {
    house.node.process().freeze();
    house.go_on(seconds).await;
    house.node.process().thaw();
    house.returned();
    house.go_on(3.0).await;
    Ok(())
}

async fn postgres(house: &mut House, seconds: f64) -> anyhow::Result<()> {
    house.postgres.process().freeze();
    house.go_on(seconds).await;
    let ready = house.node.is_ready().await;
    house.expect(!ready, "the node says that it is ready while Postgres is frozen");
    house.postgres.process().thaw();
    house.returned();
    house.go_on(3.0).await;
    Ok(())
}

async fn redis(house: &mut House, seconds: f64) -> anyhow::Result<()> {
    house.redis.process().freeze();
    house.go_on(seconds).await;
    let ready = house.node.is_ready().await;
    house.expect(ready, "the node says that it is not ready for want of Redis");
    house.redis.process().thaw();
    house.returned();
    house.go_on(2.0).await;
    Ok(())
}
