//! The checks of a deployment: what each comes to, what the other service said, and that the checklist empties itself.

use jiff::Timestamp;
use serde_json::{Value, json};
use zaichang::release::RELEASE;
use zaichang::serve;
use zaichang_core::clock::Clock;
use zaichang_registry::deployment;

use crate::first_hour::Empty;
use crate::test_server::{MORNING, Service, Stores};
use crate::wechat::simulated::{Fault, MINI, SimulatedWechat};

#[tokio::test(flavor = "multi_thread")]
async fn the_checklist_empties_itself_by_what_is_checked() {
    let server = Empty::open().await;
    let accepted = server.accept(&server.filled(&server.token()).await).await.is(201, "");
    let session = accepted.cookie("zc_admin").unwrap();
    let get = async |path: &str| server.service.get(path, Some(&session)).await.is(200, "").body;
    let post = async |path: &str, body: Value| {
        let path = format!("/api/v1/admin/deployment-checks/{path}");
        server.service.post(&path, Some(&session), body).await
    };
    let waits =
        async || get("/api/v1/admin/checklist").await["items"].to_string().contains("deployment_checks");
    assert!(waits().await);
    assert_eq!(post("sms", json!({})).await.is(200, "").body["result"], "not_configured");
    assert_eq!(post("wechat", json!({})).await.is(200, "").body["result"], "not_configured");
    assert!(waits().await);
    post("master-key", json!({ "fingerprint": "0000 0000" })).await.is(409, "fingerprint_other");
    let checks = get("/api/v1/admin/deployment-checks").await;
    let fingerprint = &checks["master_key"]["fingerprint"];
    assert_eq!(*fingerprint, deployment::fingerprint(server.service.keys.signing_id()));
    post("master-key", json!({ "fingerprint": fingerprint })).await.is(200, "");
    assert!(!waits().await);
    let running = get("/api/v1/admin/release").await;
    assert_eq!(
        (running["version"].as_str(), running["commit"].as_str()),
        (Some(RELEASE.version), Some(RELEASE.commit))
    );
    assert_eq!(running["since"].as_str().unwrap().parse::<Timestamp>().unwrap(), MORNING.parse().unwrap());
    let checks = get("/api/v1/admin/deployment-checks").await;
    assert_eq!(checks["master_key"]["confirmed"]["by"], "何建国");
    assert_eq!(checks["sms"]["last"]["result"], "not_configured");
    let log = get("/api/v1/admin/audit-log?action=check_deployment").await;
    assert_eq!(log["in_all"], 3);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_fails_says_what_the_other_service_said() {
    let simulated = SimulatedWechat::open(Clock::System).await;
    let (stores, clock) = (Stores::open().await, Clock::set_to(MORNING.parse().unwrap()));
    let mut settings = stores.settings();
    let wechat = json!({ "endpoint": simulated.url, "app_id": MINI, "app_secret": "another" });
    settings.modules.put(serde_json::from_value::<zaichang_integrations::wechat::Settings>(wechat).unwrap());
    let started = serve::start(settings, clock.clone(), None).await.unwrap();
    started.offer_first_admin().await;
    let server = Empty { stores, service: Service::of(started), clock };
    let accepted = server.accept(&server.filled(&server.token()).await).await.is(201, "");
    let session = accepted.cookie("zc_admin").unwrap();
    let path = "/api/v1/admin/deployment-checks/wechat";
    let checked = server.service.post(path, Some(&session), json!({})).await.is(200, "").body;
    assert_eq!(checked["result"], "failed");
    assert!(checked["reason"].as_str().unwrap().contains("40125"), "{checked}");
    let checks = server.service.get("/api/v1/admin/deployment-checks", Some(&session)).await.is(200, "").body;
    assert_eq!(checks["wechat"]["last"]["result"], "failed");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_asks_wechat_anew_whatever_token_is_held() {
    const TOKENS: &str = "cgi-bin/stable_token";
    let simulated = SimulatedWechat::open(Clock::System).await;
    let (stores, clock) = (Stores::open().await, Clock::set_to(MORNING.parse().unwrap()));
    let mut settings = stores.settings();
    settings.modules.put(simulated.settings());
    let started = serve::start(settings, clock.clone(), None).await.unwrap();
    started.offer_first_admin().await;
    let server = Empty { stores, service: Service::of(started), clock };
    let accepted = server.accept(&server.filled(&server.token()).await).await.is(201, "");
    let session = accepted.cookie("zc_admin").unwrap();
    let check = async || {
        let path = "/api/v1/admin/deployment-checks/wechat";
        server.service.post(path, Some(&session), json!({})).await.is(200, "").body
    };
    assert_eq!(check().await["result"], "passed");
    // The address was taken off WeChat's list meanwhile.
    simulated.always(TOKENS, Some(Fault::Errcode(40164)));
    let failed = check().await;
    assert_eq!(failed["result"], "failed", "{failed}");
    assert!(failed["reason"].as_str().unwrap().contains("40164"), "{failed}");
    simulated.always(TOKENS, None);
    assert_eq!(check().await["result"], "passed");
    server.close().await;
}
