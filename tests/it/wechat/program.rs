//! The program as it is run, with WeChat in its settings: it logs in, and measures what it asked.

use serde_json::json;
use zaichang_core::clock::Clock;

use super::person::{DEVICE, mini_program};
use super::simulated::{MINI, SECRETS, SimulatedWechat};
use crate::program::Program;
use crate::test_server::{Stores, answer};

#[tokio::test(flavor = "multi_thread")]
async fn a_program_with_wechat_in_its_settings_asks_it_and_measures_it() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let stores = Stores::open_alone().await;
    let simulated = SimulatedWechat::open(Clock::System).await;
    let program = Program::serve(&[
        ("DATABASE_URL", stores.postgres.url().to_owned()),
        ("REDIS_URL", stores.redis.as_ref().unwrap().url().to_owned()),
        ("DATA_DIR", stores.folder.path().join("service").display().to_string()),
        ("WECHAT__ENDPOINT", simulated.url.clone()),
        ("WECHAT__APP_ID", MINI.to_owned()),
        ("WECHAT__APP_SECRET", SECRETS[0].to_owned()),
        ("FACE_PROVIDER", "wechat".to_owned()),
    ])
    .await;
    let log_in = async |code: String| {
        let body = json!({ "js_code": code, "client": mini_program(DEVICE) }).to_string();
        let request = reqwest::Client::new().post(format!("{}/api/v1/wechat/sessions", program.base));
        answer(request.header("content-type", "application/json").body(body)).await
    };
    log_in(simulated.js_code("o-1", None)).await.is(200, "not_bound");
    log_in("made-up".to_owned()).await.is(410, "wechat_code_invalid");
    let measured = program.measured().await;
    let calls = |call: &str, outcome: &str| {
        measured.of(&format!(r#"zaichang_wechat_calls_total{{call="{call}",outcome="{outcome}"}}"#))
    };
    assert!((calls("code2session", "ok") - 1.0).abs() < 0.5);
    assert!((calls("code2session", "code_invalid") - 1.0).abs() < 0.5);
    // What an alert looks at is there before it has happened.
    assert!(calls("stable_token", "account").abs() < 0.5);
    assert!((measured.of(r#"zaichang_wechat_seconds_count{call="code2session"}"#) - 2.0).abs() < 0.5);
    program.stop().await;
    stores.close().await;
}
