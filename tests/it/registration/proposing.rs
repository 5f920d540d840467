//! How often a registration may propose a unit: taking one back and handing it in once more is none, and a day ends.

use reqwest::Method;

use super::{NEWCOMER, PATH, proposing, session_of};
use crate::test_server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn few_units_are_proposed_in_a_day_and_the_same_one_as_often_as_it_is_put_right() {
    let server = TestServer::open().await;
    let (_, session) = session_of(&server, NEWCOMER).await;
    let hand_in = async |session: &str, name: &str| {
        server.service.patch(PATH, Some(session), proposing(&server, 1, name).await).await.is(200, "");
        server.step(Method::POST, "/submission", session).await
    };
    for _ in 0..4 {
        hand_in(&session, "望月湖口腔门诊部").await.is(200, "");
        server.step(Method::DELETE, "/submission", &session).await.is(200, "");
    }
    for n in 1..10 {
        hand_in(&session, &format!("望月湖第{n}门诊部")).await.is(200, "");
        server.step(Method::DELETE, "/submission", &session).await.is(200, "");
    }
    let refused = hand_in(&session, "望月湖第10门诊部").await.is(429, "units_proposed");
    // The last one is none other.
    hand_in(&session, "望月湖第9门诊部").await.is(200, "");
    server.step(Method::DELETE, "/submission", &session).await.is(200, "");
    let again_in = refused.body["retry_after_ms"].as_u64().unwrap();
    assert!((1..=86_400_000).contains(&again_in), "{again_in}");
    server.advance(again_in.div_ceil(1000));
    let (_, session) = session_of(&server, NEWCOMER).await;
    hand_in(&session, "望月湖第10门诊部").await.is(200, "");
    server.close().await;
}
