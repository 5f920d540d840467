//! What is planned for a unit beside somebody who closes it.

use reqwest::Method;
use serde_json::json;

use super::{DRAFT, Office};

#[tokio::test(flavor = "multi_thread")]
async fn who_plans_for_a_unit_that_is_being_closed_waits_and_is_told() {
    let office = Office::open().await;
    let server = &office.server;
    let path = office.path(DRAFT).await;
    let today = json!({ "period": [{ "from": "2025-11-29", "to": "2025-11-30" }] });
    server.service.patch(&path, server.admin(), today).await.is(200, "");
    let later = json!({ "period": [{ "from": "2025-12-06", "to": "2025-12-07" }] });
    for plans in [true, false] {
        let mut closes = server.service.pool.begin().await.unwrap();
        let hold = "select from units where name = '岳麓人民医院' for no key update";
        sqlx::raw_sql(hold).execute(&mut *closes).await.unwrap();
        let acting = async {
            if plans {
                server.service.patch(&path, server.admin(), later.clone()).await
            } else {
                office.submission(Method::POST, &path).await
            }
        };
        let (refused, ()) = tokio::join!(acting, async {
            server.until_somebody_waits().await;
            let close = "update units set closed_at = now() where name = '岳麓人民医院'";
            sqlx::raw_sql(close).execute(&mut *closes).await.unwrap();
            closes.commit().await.unwrap();
        });
        refused.is(409, "project_unit_closed");
        server.sql("update units set closed_at = null where name = '岳麓人民医院'").await;
    }
    office.submission(Method::POST, &path).await.is(200, "");
    office.server.close().await;
}
