//! A phone that is replaced beside logins by WeChat: the change is done whatever logs in meanwhile, and nothing that it ends outlives it.

use serde_json::json;
use sqlx::{Postgres, Transaction};
use zaichang_core::Phone;
use zaichang_core::ids::PersonId;
use zaichang_registry::people::phones::{How, hold, replace};
use zaichang_registry::wechat_account;

use super::person::{bound, log_in, register, sealer, server};
use super::simulated::SimulatedWechat;
use crate::test_server::{Answer, TestServer};

/// A person's phone as it is replaced, up to where what was bound ends.
pub async fn replacing(server: &TestServer, person: PersonId) -> Transaction<'static, Postgres> {
    let mut change = server.service.pool.begin().await.unwrap();
    let owned = hold(&mut change, person).await.unwrap();
    let phone = Phone::parse("18600000999").unwrap();
    let replaced = replace(&mut change, &sealer(server), &owned, &phone, How::Document, server.now()).await;
    assert!(replaced.unwrap());
    change
}

/// Goes on once somebody waits for it: what is bound ends, then all logins.
pub async fn ends(server: &TestServer, mut change: Transaction<'static, Postgres>, person: PersonId) {
    server.until_somebody_waits().await;
    wechat_account::unbind(&mut change, person, server.now()).await.unwrap();
    let ended = "update sessions set revoked_at = now() where person_id = $1";
    sqlx::query(ended).bind(person.0).execute(&mut *change).await.unwrap();
    change.commit().await.unwrap();
}

/// How many of the person's logins and bindings are alive.
async fn living(server: &TestServer, person: PersonId) -> (i64, i64) {
    let living = "select (select count(*) from sessions where person_id = $1 and revoked_at is null),
        (select count(*) from wechat_bindings where person_id = $1 and ended_at is null)";
    sqlx::query_as(living).bind(person.0).fetch_one(&server.service.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_of_the_lost_phone_neither_outlive_the_change_nor_hold_it_up() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    bound(&server, &simulated, "o-1", None, &person).await;
    let change = replacing(&server, person.id).await;
    let logs_in = async |device| log_in(&server, &simulated, device, "o-1", None).await;
    let (one, two, three, ()) = tokio::join!(
        logs_in("the-lost-phone-1"),
        logs_in("the-lost-phone-2"),
        logs_in("the-lost-phone-3"),
        ends(&server, change, person.id)
    );
    for refused in [one, two, three] {
        refused.is(410, "wechat_code_invalid");
    }
    assert_eq!(living(&server, person.id).await, (0, 0));
    server.close().await;
}

/// A page of the Official Account.
async fn page(server: &TestServer, simulated: &SimulatedWechat) -> Answer {
    let body = json!({ "oauth_code": simulated.oauth_code("oa-1", Some("u-1")), "client": { "kind": "h5" } });
    server.service.post("/api/v1/wechat/sessions", None, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_bound_by_a_unionid_beside_the_change() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    bound(&server, &simulated, "o-1", Some("u-1"), &person).await;
    let change = replacing(&server, person.id).await;
    let (unknown, ()) = tokio::join!(page(&server, &simulated), ends(&server, change, person.id));
    unknown.is(200, "not_bound");
    assert_eq!(living(&server, person.id).await, (0, 0));
    server.close().await;
}
