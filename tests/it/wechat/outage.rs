//! WeChat slow, wrong or away: a logged-in person checks in at once, others are told how to go on.

use serde_json::json;

use super::person::{DEVICE, bound, log_in, mini_program, register, server};
use super::simulated::Fault;
use crate::test_server::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn no_check_in_asks_wechat_anything() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    let session = bound(&server, &simulated, "o-1", None, &person).await;
    // The risk of who has just logged in is asked about behind them.
    eventually(async || simulated.calls("wxa/getuserriskrank") == 1).await;
    for path in ["sns/jscode2session", "cgi-bin/stable_token", "wxa/business/getuserphonenumber"] {
        simulated.always(path, Some(Fault::Silence));
    }
    let before = simulated.calls_in_all();
    let code = server.fresh_code(server.course()).await;
    // While another person waits for WeChat in vain.
    let (waiting, checked_in) =
        tokio::join!(log_in(&server, &simulated, "another-phone", "o-2", None), async {
            let client = mini_program(DEVICE);
            let scan = json!({ "code": code, "client": client });
            let scan = server.service.post("/api/v1/scans", Some(&session), scan).await.is(201, "");
            let pass = json!({ "pass": scan.body["pass"], "client": client });
            let recorded =
                server.service.post("/api/v1/check-ins", Some(&session), pass).await.is(201, "recorded");
            let by_code = json!({ "code": code, "client": client });
            server
                .service
                .post("/api/v1/check-ins", Some(&session), by_code)
                .await
                .is(200, "already_recorded");
            server.service.get("/api/v1/me/check-ins", Some(&session)).await.is(200, "");
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
    assert_eq!(simulated.calls_in_all(), before + 1);
    server.close().await;
}
