//! WeChat slow, wrong or away: whoever is logged in checks in at once, whoever is not is told how to go on.

use serde_json::json;

use super::person::{DEVICE, bound, house, log_in, mini_program, register};
use super::stage::Fault;

#[tokio::test(flavor = "multi_thread")]
async fn no_check_in_asks_wechat_anything() {
    let (house, stage) = house().await;
    let person = register(&house, "王伟", 1).await;
    let session = bound(&house, &stage, "o-1", None, &person).await;
    for path in ["sns/jscode2session", "cgi-bin/stable_token", "wxa/business/getuserphonenumber"] {
        stage.always(path, Some(Fault::Silence));
    }
    let before = stage.calls_in_all();
    let code = house.fresh_code(house.course()).await;
    // While somebody else waits for WeChat in vain.
    let (waiting, checked_in) = tokio::join!(log_in(&house, &stage, "another-phone", "o-2", None), async {
        let client = mini_program(DEVICE);
        let scan = json!({ "code": code, "client": client });
        let scan = house.service.post("/api/v1/scans", Some(&session), scan).await.is(201, "");
        let pass = json!({ "pass": scan.body["pass"], "client": client });
        let recorded =
            house.service.post("/api/v1/check-ins", Some(&session), pass).await.is(201, "recorded");
        let by_code = json!({ "code": code, "client": client });
        house.service.post("/api/v1/check-ins", Some(&session), by_code).await.is(200, "already_recorded");
        house.service.get("/api/v1/me/check-ins", Some(&session)).await.is(200, "");
        recorded
    });
    let refused = waiting.is(503, "wechat_unavailable");
    assert!(
        refused.body["retry_after_ms"].is_u64() && refused.body["detail"].is_string(),
        "{}",
        refused.body
    );
    assert_eq!(checked_in.body["status"], "recorded");
    // The one call is the other person's login.
    assert_eq!(stage.calls_in_all(), before + 1);
    house.close().await;
}
