//! A node is killed while the provider has its call and has not answered: it is unknown whether the message was sent, and no node sends
//! it a second time.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sqlx::{Connection as _, PgConnection};
use wiremock::ResponseTemplate;

use crate::login::Provider;
use crate::program::{Program, command};
use crate::test_server::{Stores, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_node_was_killed_during_the_call_is_unknown_and_stays_so() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let provider = Provider::that_answers(ResponseTemplate::new(200).set_delay(Duration::from_mins(5))).await;
    let stores = Stores::open().await;
    let settings: Vec<_> = [
        ("DATABASE_URL", stores.postgres.url().to_owned()),
        ("REDIS_URL", stores.redis.as_ref().unwrap().url().to_owned()),
        ("MASTER_KEYS", STANDARD.encode([1; 32])),
        ("DATA_DIR", stores.folder.path().join("first").display().to_string()),
        ("SMS__PROVIDER", "tencent".to_owned()),
        ("SMS__SECRET_ID", "AKIDtest".to_owned()),
        ("SMS__SECRET_KEY", "secret".to_owned()),
        ("SMS__SDK_APP_ID", "1400000000".to_owned()),
        ("SMS__SIGN_NAME", "在场".to_owned()),
        ("SMS__TEMPLATE_ID", "1110".to_owned()),
        ("SMS__PHONE_TEMPLATE", "4440".to_owned()),
        ("SMS__ENDPOINT", provider.address()),
    ]
    .into();
    let demo = command("demo", &settings).args(["--people", "3", "--json"]).output().unwrap();
    let _: Value = serde_json::from_slice(&demo.stdout).unwrap();
    let mut postgres = PgConnection::connect(stores.postgres.url()).await.unwrap();
    let program = Program::serve(&settings).await;
    // As the transaction of a change of phone leaves it; a warning waits for no morning.
    let written = "with notice as (
             insert into notices (kind, person_id, unit_id, noun, noun_id, parameters, at)
             select 'phone_replaced', id, unit_id, 'phone_change', 1, '{}', now() from people order by id limit 1 returning id
         ),
         delivery as (
             insert into notice_deliveries (notice_id, channel, template, state, due_at)
             select id, 'sms', 'phone', 'waiting', now() from notice returning id
         )
         select enqueue_job('send_notice', jsonb_build_object('delivery', id, 'calls', 0, 'put_off', 0), 'notice:1:1', 9, null, 0::smallint) from delivery";
    sqlx::query(written).execute(&mut postgres).await.unwrap();
    eventually(async || provider.bodies().await.len() == 1).await;
    program.kill().await;
    let state = "select state || ' ' || calls || ' ' || coalesce(answer, '-') from notice_deliveries";
    assert_eq!(sqlx::query_scalar::<_, String>(state).fetch_one(&mut postgres).await.unwrap(), "unknown 1 -");

    sqlx::query(
        "update graphile_worker._private_workers set last_heartbeat_at = now() - interval '1 minute'",
    )
    .execute(&mut postgres)
    .await
    .unwrap();
    let again = Program::serve(&settings).await;
    let postgres = tokio::sync::Mutex::new(postgres);
    // The next start takes the job, finds that its call was begun, and leaves it.
    eventually(async || {
        let left = "select count(*) from graphile_worker.jobs where task_identifier = 'send_notice' and attempts < 2";
        let done = "update graphile_worker._private_jobs set run_at = now() where locked_at is null";
        let mut postgres = postgres.lock().await;
        sqlx::query(done).execute(&mut *postgres).await.unwrap();
        sqlx::query_scalar::<_, i64>(left).fetch_one(&mut *postgres).await.unwrap() == 0
    })
    .await;
    let mut postgres = postgres.into_inner();
    assert_eq!(sqlx::query_scalar::<_, String>(state).fetch_one(&mut postgres).await.unwrap(), "unknown 1 -");
    assert_eq!(provider.bodies().await.len(), 1, "the provider was called a second time");
    again.stop().await;
    drop(postgres);
    stores.close().await;
}
