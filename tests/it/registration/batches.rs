//! A verdict on several registrations: what can be judged is, once, also where another admin judges at the same moment or it is sent twice;
//! what cannot be is named, before and afterwards, and stays as it is.

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::beside::{hold, wait_for_locks};
use super::{PATH, another_unit, entry, session_of, submitted};
use crate::projects::session;
use crate::test_server::TestServer;

pub(super) const VERDICTS: &str = "/api/v1/registrations/verdicts";
const PREVIEW: &str = "/api/v1/registrations/verdicts/preview";

/// These as they stand.
pub(super) async fn chosen(server: &TestServer, ids: &[i64]) -> Vec<Value> {
    let versions: Vec<(i64, i64)> =
        sqlx::query_as("select id, version from registrations where id = any($1) order by id")
            .bind(ids)
            .fetch_all(&server.service.pool)
            .await
            .unwrap();
    versions.iter().map(|(id, version)| json!({ "id": id, "version": format!("\"{version}\"") })).collect()
}

pub(super) async fn several(server: &TestServer, places: std::ops::RangeInclusive<u32>) -> Vec<i64> {
    let mut ids = Vec::new();
    for place in places {
        ids.push(submitted(server, place).await.0);
    }
    ids
}

/// A session of another admin of the unit whose admin the tests log in.
async fn colleague(server: &TestServer) -> String {
    let made = "insert into accounts (unit_id, account, name, role, password_hash)
        select unit_id, 'second-admin', '许静', role, password_hash from accounts where name = '周敏'";
    server.sql(made).await;
    session(server, "second-admin").await
}

pub(super) fn judged(answer: &Value) -> Vec<i64> {
    answer["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

pub(super) fn left(answer: &Value) -> Vec<(i64, &str)> {
    let left = answer["left"].as_array().unwrap().iter();
    left.map(|one| (one["id"].as_i64().unwrap(), one["code"].as_str().unwrap())).collect()
}

pub(super) async fn count(pool: &PgPool, rows: &str) -> i64 {
    let count = sqlx::AssertSqlSafe(format!("select count(*) from {rows}"));
    sqlx::query_scalar(count).fetch_one(pool).await.unwrap()
}

pub(super) const APPROVALS: &str =
    "review_steps join reviews on reviews.id = review_id where noun = 'registration' and step = 'approve'";
pub(super) const APPROVED: &str = "audit_log where action = 'approve_registration'";
pub(super) const TOLD: &str = "notices where kind = 'registration_approved'";
pub(super) const MADE: &str = "registrations where person_id is not null";

#[tokio::test(flavor = "multi_thread")]
async fn of_two_admins_with_overlapping_batches_each_registration_is_judged_once_and_the_second_is_told() {
    let server = TestServer::open().await;
    let (second, ids) = (colleague(&server).await, several(&server, 1..=6).await);
    let all = chosen(&server, &ids).await;
    let ask = |some: &[Value]| json!({ "chosen": some, "verdict": "approve" });
    let (one, two) = tokio::join!(
        server.service.post(VERDICTS, server.admin(), ask(&all[..4])),
        server.service.post(VERDICTS, Some(&second), ask(&all[2..])),
    );
    let (one, two) = (one.is(200, "").body, two.is(200, "").body);
    let mut both: Vec<_> = judged(&one).into_iter().chain(judged(&two)).collect();
    both.sort_unstable();
    assert_eq!(both, ids, "each once");
    let (first, later) = if judged(&one).len() == 4 { (&one, &two) } else { (&two, &one) };
    assert_eq!((judged(first).len(), left(first).len()), (4, 0));
    assert_eq!(left(later), [(ids[2], "changed_meanwhile"), (ids[3], "changed_meanwhile")]);
    for rows in [APPROVALS, APPROVED, TOLD, MADE] {
        assert_eq!(count(&server.service.pool, rows).await, 6, "{rows}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_is_sent_twice_is_answered_twice_and_done_once() {
    let server = TestServer::open().await;
    let (second, ids) = (colleague(&server).await, several(&server, 1..=3).await);
    let approve = json!({ "chosen": chosen(&server, &ids).await, "verdict": "approve" });
    // At the same moment, and once more when the answer has been lost.
    let (one, two) = tokio::join!(
        server.service.post(VERDICTS, server.admin(), approve.clone()),
        server.service.post(VERDICTS, server.admin(), approve.clone()),
    );
    let (one, two) = (one.is(200, "").body, two.is(200, "").body);
    assert_eq!((judged(&one), left(&one)), (ids.clone(), vec![]));
    assert_eq!(one, two);
    assert_eq!(server.service.post(VERDICTS, server.admin(), approve.clone()).await.is(200, "").body, one);
    for rows in [APPROVALS, APPROVED, TOLD, MADE] {
        assert_eq!(count(&server.service.pool, rows).await, 3, "{rows}");
    }
    // Another's verdict is not one's own, nor is another one.
    let other = server.service.post(VERDICTS, Some(&second), approve.clone()).await.is(200, "").body;
    assert_eq!((judged(&other).len(), left(&other).len()), (0, 3));
    let mut reject = approve;
    reject["verdict"] = json!("reject");
    reject["reason"] = json!("证件与本人不符");
    let other = server.service.post(VERDICTS, server.admin(), reject).await.is(200, "").body;
    assert!(left(&other).iter().all(|(_, code)| *code == "changed_meanwhile") && judged(&other).is_empty());
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_judged_is_named_before_anything_is_written_and_stays_as_it_is() {
    let server = TestServer::open().await;
    let ids = several(&server, 1..=5).await;
    // The first has the number of one that waits beside it, the second that of a person; the third changes meanwhile, the fourth goes
    // to another unit.
    let (_, twin) = session_of(&server, "13700000091").await;
    server.service.patch(PATH, Some(&twin), entry(&server, 1).await).await.is(200, "");
    server.step(Method::POST, "/submission", &twin).await.is(200, "");
    registered_meanwhile(&server.service.pool, ids[1]).await;
    let mut all = chosen(&server, &ids).await;
    let (_, session) = session_of(&server, "13700000003").await;
    server.step(Method::DELETE, "/submission", &session).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    let elsewhere = another_unit(&server).await;
    server.sql(&format!("update registrations set unit_id = {elsewhere} where id = {}", ids[3])).await;
    // There is no such one.
    all.push(json!({ "id": i64::MAX, "version": "\"1\"" }));
    let why = [
        (ids[0], "number_stands_twice"),
        (ids[1], "number_taken"),
        (ids[2], "changed_meanwhile"),
        (ids[3], "not_found"),
        (i64::MAX, "not_found"),
    ];

    let before = chosen(&server, &ids).await;
    let preview = json!({ "chosen": all });
    let told = server.service.post(PREVIEW, server.admin(), preview).await.is(200, "").body;
    assert_eq!((&told["count"], &told["units"], &told["takes_no_part"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!(left(&told), why);
    assert_eq!(told["left"][0]["title"], "同一证件号码另有一份待审核的注册申请");
    assert!(told["left"][0]["detail"].as_str().unwrap().contains("逐份单独审核"));
    assert_eq!(
        (chosen(&server, &ids).await, count(&server.service.pool, APPROVALS).await),
        (before.clone(), 0)
    );
    // To return them nothing is in the way but that they are seen as they stand.
    let back = json!({ "chosen": all, "verdict": "return" });
    let told = server.service.post(PREVIEW, server.admin(), back).await.is(200, "").body;
    assert_eq!((&told["count"], left(&told)), (&json!(3), why[2..].to_vec()));

    let approve = json!({ "chosen": all, "verdict": "approve" });
    let given = server.service.post(VERDICTS, server.admin(), approve).await.is(200, "").body;
    assert_eq!((judged(&given), left(&given)), (vec![ids[4]], why.to_vec()));
    assert_eq!(chosen(&server, &ids).await[..4], before[..4]);
    // Where none of them is found, there is nothing to answer.
    let none = json!({ "chosen": all[5..], "verdict": "approve" });
    server.service.post(VERDICTS, server.admin(), none).await.is(404, "not_found");
    server.service.post(PREVIEW, server.admin(), json!({ "chosen": all[5..] })).await.is(404, "not_found");
    server.close().await;
}

/// Somebody is registered with the number of this registration, in this transaction.
async fn registered_meanwhile(executor: impl sqlx::PgExecutor<'_>, registration: i64) {
    let person = "insert into people (name, id_number_sealed, id_number_index, phone_sealed, phone_index, key_id, title, specialty, unit_id,
            registration, state, document)
        select '周燕', id_number_sealed, (select number_index from registrations where id = $1), phone_sealed,
            sha256(convert_to('meanwhile', 'utf8')), key_id, title, specialty, unit_id, registration, state, document
        from people order by id limit 1";
    let made = sqlx::query(person).bind(registration).execute(executor).await.unwrap();
    assert_eq!(made.rows_affected(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_registered_by_another_way_in_the_same_moment_is_left_and_the_others_are_approved() {
    let server = TestServer::open().await;
    let ids = several(&server, 1..=3).await;
    let approve = json!({ "chosen": chosen(&server, &ids).await, "verdict": "approve" });
    // Nothing of it is to be seen when the batch is looked at.
    let mut other = server.service.pool.begin().await.unwrap();
    registered_meanwhile(&mut *other, ids[1]).await;
    let committed = async {
        wait_for_locks(&server.service.pool, 1).await;
        other.commit().await.unwrap();
    };
    let (given, ()) = tokio::join!(server.service.post(VERDICTS, server.admin(), approve), committed);
    let given = given.is(200, "").body;
    assert_eq!((judged(&given), left(&given)), (vec![ids[0], ids[2]], vec![(ids[1], "number_taken")]));
    for rows in [APPROVALS, APPROVED, TOLD, MADE] {
        assert_eq!(count(&server.service.pool, rows).await, 2, "{rows}");
    }
    let state = "select state from reviews where noun = 'registration' and noun_id = $1";
    let state: String = sqlx::query_scalar(state).bind(ids[1]).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(state, "submitted");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_connection_dies_in_the_middle_has_done_nothing_and_is_sent_again() {
    let server = TestServer::open().await;
    let (pool, ids) = (&server.service.pool, several(&server, 1..=3).await);
    let approve = json!({ "chosen": chosen(&server, &ids).await, "verdict": "approve" });
    // Its people are made and its steps are taken: it writes the log.
    let holding = hold(pool, "audit_log").await;
    let killed = async {
        wait_for_locks(pool, 1).await;
        let kill = "select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'";
        sqlx::query(kill).execute(pool).await.unwrap();
        holding.commit().await.unwrap();
    };
    let (refused, ()) = tokio::join!(server.service.post(VERDICTS, server.admin(), approve.clone()), killed);
    refused.is(503, "storage_unavailable");
    for rows in [APPROVALS, APPROVED, TOLD, MADE] {
        assert_eq!(count(&server.service.pool, rows).await, 0, "{rows}");
    }
    let given = server.service.post(VERDICTS, server.admin(), approve).await.is(200, "").body;
    assert_eq!((judged(&given), left(&given)), (ids, vec![]));
    server.close().await;
}
