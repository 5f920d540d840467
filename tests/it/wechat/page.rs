//! Pages inside WeChat: ours are signed, others are not.

use super::person::server;
use super::simulated::{Fault, OFFICIAL};
use crate::test_server::answer;
use zaichang_integrations::wechat::signature;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_ours_is_signed_and_another_is_not() {
    let (server, simulated) = server().await;
    let ask = async |url: &str| {
        let base = format!("{}/api/v1/wechat/jssdk-config", server.service.base);
        answer(server.service.http.get(reqwest::Url::parse_with_params(&base, [("url", url)]).unwrap())).await
    };
    let page = "https://cme.example.cn/C/CODE?from=%E5%BE%AE%E4%BF%A1";
    let config = ask(&format!("{page}#top")).await.is(200, "").body;
    assert_eq!(
        (&config["app_id"], &config["timestamp"]),
        (&OFFICIAL.into(), &server.now().as_second().into())
    );
    let nonce = config["nonce_str"].as_str().unwrap();
    assert_eq!(config["signature"], signature("ticket-of-ours", nonce, server.now().as_second(), page));
    assert!(ask(page).await.is(200, "").body["nonce_str"] != config["nonce_str"]);
    assert_eq!(simulated.calls("cgi-bin/ticket/getticket"), 1);
    for other in ["https://evil.example/", "http://cme.example.cn/", "https://cme.example.cn.evil.example/"] {
        ask(other).await.is(403, "origin_refused");
    }
    assert_eq!(ask("https://cme.example.cn/在场").await.is(400, "bad_request").body["field"], "url");
    server.service.get("/api/v1/wechat/jssdk-config", None).await.is(400, "bad_request");
    // The ticket outlives an outage of WeChat.
    simulated.always("cgi-bin/ticket/getticket", Some(Fault::Silence));
    ask(page).await.is(200, "");
    server.close().await;
}
