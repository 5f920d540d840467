//! Notifying of an award: one message for each agreement, none where there is none, and none lost where WeChat was away.

use jiff::civil::date;
use serde_json::json;
use zaichang_core::ids::PersonId;
use zaichang_integrations::wechat::{Error, Wechat};
use zaichang_registry::wechat_account::{Award, Notified, TellError, tell_award};

use super::client::node;
use super::person::{bound, register, server};
use super::simulated::{Fault, SimulatedWechat};
use crate::test_server::TestServer;

const SEND: &str = "cgi-bin/message/subscribe/send";

async fn tell(server: &TestServer, wechat: &Wechat, person: PersonId) -> Result<Notified, TellError> {
    let award =
        Award {
            activity: "抗栓治疗的平衡之道与临床实践进展学习班", credits: "3.0", day: date(2025, 11, 29)
        };
    tell_award(&server.service.pool, wechat, person, &award).await
}

async fn kept(server: &TestServer, person: PersonId) -> (i32, String) {
    sqlx::query_as("select acceptances, result from wechat_subscriptions where person_id = $1")
        .bind(person.0)
        .fetch_one(&server.service.pool)
        .await
        .unwrap()
}

async fn subscribe(
    server: &TestServer,
    simulated: &SimulatedWechat,
    session: &str,
    openid: &str,
    result: &str,
) {
    let body = json!({ "template": "award", "result": result });
    server.service.post("/api/v1/me/wechat/subscriptions", Some(session), body).await.is(204, "");
    if result == "accept" {
        simulated.accepts(openid, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_agreement_is_good_for_one_message() {
    let (server, simulated) = server().await;
    let wechat = node(&simulated, None);
    let person = register(&server, "王伟", 1).await;
    assert_eq!(tell(&server, &wechat, person.id).await.unwrap(), Notified::NotBound);
    let session = bound(&server, &simulated, "o-1", None, &person).await;
    assert_eq!(tell(&server, &wechat, person.id).await.unwrap(), Notified::NotSubscribed);
    for result in ["accept", "accept", "reject"] {
        subscribe(&server, &simulated, &session, "o-1", result).await;
    }
    assert_eq!(kept(&server, person.id).await, (2, "reject".to_owned()));
    assert_eq!(tell(&server, &wechat, person.id).await.unwrap(), Notified::Sent);
    let message = simulated.office(|office| office.messages[0].clone());
    assert_eq!(message["touser"], "o-1");
    assert_eq!(message["data"]["thing1"]["value"], "抗栓治疗的平衡之道与临床实践进展学习班");
    assert_eq!(
        (&message["data"]["number2"]["value"], &message["data"]["time3"]["value"]),
        (&json!("3.0"), &json!("2025-11-29"))
    );
    // WeChat has no other agreement: what was kept is cleared, and WeChat is not asked again.
    simulated.office(|office| office.acceptances.clear());
    assert_eq!(tell(&server, &wechat, person.id).await.unwrap(), Notified::NotSubscribed);
    assert_eq!(kept(&server, person.id).await.0, 0);
    assert_eq!(tell(&server, &wechat, person.id).await.unwrap(), Notified::NotSubscribed);
    assert_eq!(simulated.calls(SEND), 2);
    let body = json!({ "template": "lottery", "result": "accept" });
    let refused = server.service.post("/api/v1/me/wechat/subscriptions", Some(&session), body).await;
    assert_eq!(refused.is(400, "bad_request").body["field"], "template");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_is_kept_where_nothing_was_sent_and_used_up_where_it_may_have_been() {
    let (server, simulated) = server().await;
    let wechat = node(&simulated, None);
    let person = register(&server, "王伟", 1).await;
    let session = bound(&server, &simulated, "o-1", None, &person).await;
    for _ in 0..3 {
        subscribe(&server, &simulated, &session, "o-1", "accept").await;
    }
    for (fault, left) in [
        // A template that has to be fixed first.
        (Fault::Errcode(40037), 3),
        (Fault::Errcode(-1), 2),
        (Fault::CutOff, 1),
    ] {
        simulated.next(SEND, &[fault]);
        assert!(matches!(tell(&server, &wechat, person.id).await, Err(TellError::Wechat(_))));
        assert_eq!(kept(&server, person.id).await.0, left, "{fault:?}");
    }
    let none = zaichang_integrations::wechat::Settings { award_template_id: None, ..simulated.settings() };
    let without = super::client::with(&none, &simulated.clock, None);
    let told = tell(&server, &without, person.id).await;
    assert!(matches!(told, Err(TellError::Wechat(Error::NotConfigured(_)))), "{told:?}");
    assert_eq!(kept(&server, person.id).await.0, 1);
    server.close().await;
}
