//! A unit's departments, as its own admin keeps them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Registry, names};

const DEPARTMENTS: [&str; 7] =
    ["心血管内科", "冠心病监护室", "心脏康复门诊", "急诊医学科", "普通外科", "护理部", "药学部"];

impl Registry {
    async fn departments(&self) -> Value {
        let path = format!("{}/departments", self.path("岳麓人民医院").await);
        self.server.service.get(&path, self.server.admin()).await.is(200, "").body["items"].clone()
    }

    pub(super) async fn department(&self, name: &str) -> String {
        format!("/api/v1/departments/{}", self.id(name).await)
    }

    async fn change(&self, name: &str, body: Value) -> crate::test_server::Answer {
        self.server.service.patch(&self.department(name).await, self.server.admin(), body).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_are_added_renamed_and_put_in_order() {
    let registry = Registry::open().await;
    assert_eq!(names(&registry.departments().await), DEPARTMENTS);
    let path = format!("{}/departments", registry.path("岳麓人民医院").await);
    let add = async |body: Value| registry.server.service.post(&path, registry.server.admin(), body).await;
    let added = add(json!({ "name": "康复医学科" })).await.is(201, "");
    assert_eq!(added.body["above"], json!(registry.id("岳麓人民医院").await));
    add(json!({ "name": "康复医学科" })).await.is(409, "unit_name_taken");
    let wards = registry.id("普通外科").await;
    add(json!({ "name": "腹腔镜中心", "above": wards })).await.is(201, "");
    assert_eq!(
        names(&registry.departments().await)[4..],
        ["普通外科", "腹腔镜中心", "护理部", "药学部", "康复医学科"]
    );

    let renamed = registry.change("康复医学科", json!({ "name": "康复科" })).await.is(200, "");
    assert_eq!(renamed.body["earlier_names"], json!(["康复医学科"]));
    // Before another, to the end, and elsewhere with all that lies in it.
    let first = registry.id("心血管内科").await;
    let moved = registry.change("康复科", json!({ "before": first })).await.is(200, "");
    assert_eq!(moved.version(), renamed.version(), "another order is no new version");
    registry.change("护理部", json!({ "before": null })).await.is(200, "");
    registry
        .change("普通外科", json!({ "above": first, "before": registry.id("心脏康复门诊").await }))
        .await
        .is(200, "");
    assert_eq!(
        names(&registry.departments().await),
        [
            "康复科",
            "心血管内科",
            "冠心病监护室",
            "普通外科",
            "腹腔镜中心",
            "心脏康复门诊",
            "急诊医学科",
            "药学部",
            "护理部"
        ]
    );
    let acts = registry.acts(registry.id("普通外科").await).await;
    let told = &acts.last().unwrap().1;
    assert_eq!(
        (&told["before"]["department_place"], &told["after"]["department_place"], &told["after"]["above"]),
        (&json!(4), &json!(2), &json!("心血管内科"))
    );
    // After the last one, whatever place those have that are gone from here.
    add(json!({ "name": "检验科" })).await.is(201, "");
    assert_eq!(names(&registry.departments().await).last().map(String::as_str), Some("检验科"));
    let refused = registry.change("心血管内科", json!({ "above": wards })).await.is(400, "bad_request");
    assert_eq!(refused.body["field"], "above");
    let of_another = registry.id("橘洲街道社区卫生服务中心").await;
    registry.change("心血管内科", json!({ "above": of_another })).await.is(400, "bad_request");
    registry.change("药学部", json!({ "name": "药" })).await.is(400, "unit_name_wrong");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_department_is_chosen_no_more_and_may_be_opened_again() {
    let registry = Registry::open().await;
    let own = async |method, name: &str| {
        registry.own(method, &registry.department(name).await, "/closing", None).await
    };
    let closed = own(Method::POST, "心血管内科").await.is(200, "");
    assert!(
        closed.body["closed_at"].is_string() && closed.body["people"].as_i64() > Some(0),
        "{}",
        closed.body
    );
    let all = registry.departments().await;
    let is_closed = |name: &str| {
        let found = all.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
        found["closed_at"].is_string()
    };
    assert!(is_closed("冠心病监护室") && !is_closed("护理部"), "those in it are closed with it");
    own(Method::POST, "心血管内科").await.is(409, "unit_closed");
    registry.change("心血管内科", json!({ "name": "心内科" })).await.is(409, "unit_closed");
    own(Method::DELETE, "冠心病监护室").await.is(409, "unit_closed_above");
    own(Method::DELETE, "心血管内科").await.is(200, "");
    assert!(registry.departments().await.as_array().unwrap().iter().all(|one| one["closed_at"].is_null()));
    let words: Vec<_> =
        registry.acts(registry.id("心血管内科").await).await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(words, ["close_department", "reopen_department"]);
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_order_departments_at_once_do_it_one_after_the_other() {
    let registry = Registry::open().await;
    let order = ["急诊医学科", "普通外科", "护理部", "药学部"];
    let first = registry.id("心血管内科").await;
    for _ in 0..5 {
        let puts = order.map(|name| registry.change(name, json!({ "before": first })));
        for put in futures_util::future::join_all(puts).await {
            put.is(200, "");
        }
        let positions: Vec<i32> = sqlx::query_scalar(
            "select position from units where parent_id = $1 and kind = 'department' order by position",
        )
        .bind(registry.id("岳麓人民医院").await)
        .fetch_all(&registry.server.service.pool)
        .await
        .unwrap();
        assert_eq!(positions, [1, 2, 3, 4, 5]);
        let back = order.map(|name| registry.change(name, json!({ "before": null })));
        futures_util::future::join_all(back).await;
    }
    registry.server.close().await;
}
