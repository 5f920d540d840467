//! The audit log as admins read it: their own unit's acts and those below, filtered, page by page, with no number of a person.

use serde_json::{Value, json};

use crate::test_server::TestServer;

async fn read(server: &TestServer, query: &str) -> Value {
    server.service.get(&format!("/api/v1/admin/audit-log{query}"), server.admin()).await.is(200, "").body
}

fn actions(log: &Value) -> Vec<&str> {
    log["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect()
}

/// The admin acts for the first unit of this name from now on.
async fn act_for(server: &TestServer, unit: &str) {
    let moved = format!(
        "update accounts set unit_id = (select min(id) from units where name = '{unit}') where account = 'yuelu-jjb'"
    );
    server
        .change(&moved, async || {
            server.service.get("/api/v1/admin/me", server.admin()).await.body["unit"]["name"] == unit
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acts_are_read_newest_first_with_what_they_changed() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    server.advance(60);
    let course = format!("/api/v1/courses/{}", server.course());
    server.service.patch(&course, server.admin(), json!({ "cap": 300 })).await.is(200, "");
    let log = read(&server, "").await;
    assert_eq!(actions(&log), ["change_settings", "open_screen"]);
    assert_eq!((&log["in_all"], &log["next"]), (&json!(2), &json!(null)));
    let changed = &log["items"][0];
    assert_eq!(
        (&changed["detail"]["before"]["cap"], &changed["detail"]["after"]["cap"]),
        (&json!(null), &json!(300))
    );
    assert_eq!(
        (&changed["account"]["account"], &changed["account"]["name"]),
        (&json!("yuelu-jjb"), &json!("周敏"))
    );
    assert_eq!(changed["unit"]["name"], "岳麓人民医院");
    let title = server.service.get(&course, server.admin()).await.body["title"].clone();
    assert_eq!(
        (&changed["noun"], &changed["noun_id"], &changed["title"]),
        (&json!("course"), &json!(server.course()), &title)
    );
    let opened = &log["items"][1];
    assert_eq!(
        (&opened["noun_id"], &opened["title"]),
        (&json!(screen.0), &json!(format!("{} · 主会场", title.as_str().unwrap())))
    );
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_filter_leaves_out_what_it_does_not_choose() {
    let server = TestServer::open().await;
    let heads = format!("/api/v1/courses/{}/head-counts", server.course());
    server.screen(server.course()).await;
    server.advance(60);
    server.service.post(&heads, server.admin(), json!({ "heads": 30 })).await.is(201, "");
    server.advance(60);
    server.screen(server.small_course()).await;
    // The day before.
    server
        .sql(
            "insert into audit_log (at, account_id, unit_id, action, noun, noun_id, detail)
             select at - interval '1 day', account_id, unit_id, action, noun, noun_id, detail from audit_log
             where action = 'count_heads'",
        )
        .await;
    let account = read(&server, "").await["items"][0]["account"]["id"].clone();
    let (course, small) = (server.course(), server.small_course());
    let all = ["open_screen", "count_heads", "open_screen", "count_heads"];
    let table: [(String, &[&str]); 17] = [
        (String::new(), &all),
        (format!("?account={account}"), &all),
        ("?account=4000000000".to_owned(), &[]),
        ("?action=count_heads".to_owned(), &["count_heads", "count_heads"]),
        ("?noun=screen".to_owned(), &["open_screen", "open_screen"]),
        // A screen's act is about its course.
        (format!("?noun=course&noun_id={course}"), &["count_heads", "open_screen", "count_heads"]),
        (format!("?noun=course&noun_id={small}"), &["open_screen"]),
        ("?to=2025-11-28".to_owned(), &["count_heads"]),
        ("?from=2025-11-29&to=2025-11-29".to_owned(), &["open_screen", "count_heads", "open_screen"]),
        ("?from=2025-11-30".to_owned(), &[]),
        ("?q=yuelu".to_owned(), &all),
        ("?q=周敏".to_owned(), &all),
        ("?q=人民医院".to_owned(), &all),
        ("?q=主会场".to_owned(), &["open_screen", "open_screen"]),
        ("?q=无此内容".to_owned(), &[]),
        ("?q=%25".to_owned(), &[]),
        (format!("?noun=course&noun_id={course}&q=主会场&from=2025-11-29"), &["open_screen"]),
    ];
    for (query, expected) in table {
        let log = read(&server, &query).await;
        assert_eq!(actions(&log), expected, "{query}");
        assert_eq!(log["in_all"], json!(expected.len()), "{query}");
    }
    let odd = [
        ("noun_id=7", "noun"),
        ("action=打开", "action"),
        ("from=2025-12-01&to=2025-11-01", "to"),
        ("from=yesterday", "from"),
        ("from=1000-01-01", "from"),
        ("limit=201", "limit"),
        ("after=x", "after"),
        ("who=7", "query"),
    ];
    for (query, field) in odd {
        let path = format!("/api/v1/admin/audit-log?{query}");
        let refused = server.service.get(&path, server.admin()).await.is(400, "bad_request");
        assert_eq!(refused.body["field"], field, "{query}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_admin_reads_their_own_unit_s_log_and_what_lies_below() {
    let server = TestServer::open().await;
    server.screen(server.course()).await;
    act_for(&server, "橘洲街道社区卫生服务中心").await;
    assert_eq!(read(&server, "").await["items"], json!([]), "beside it");
    act_for(&server, "护理部").await;
    assert_eq!(read(&server, "").await["items"], json!([]), "above it");
    for above in ["岳麓区", "星沙市", "潇湘省（演示）", "岳麓人民医院"] {
        act_for(&server, above).await;
        let log = read(&server, "").await;
        assert_eq!(actions(&log), ["open_screen"], "{above}");
        // It was done for the unit that the admin acted for then.
        assert_eq!(log["items"][0]["unit"]["name"], "岳麓人民医院");
    }
    server.service.get("/api/v1/admin/audit-log", server.session(0)).await.is(403, "forbidden");
    server.service.get("/api/v1/admin/audit-log", None).await.is(401, "login_required");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_read_page_by_page_while_it_grows() {
    let server = TestServer::open().await;
    page_by_page(&server).await;
    server.close().await;
}

/// Of so many its page is looked for among the newest acts of the whole log.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_hundreds_of_units_is_read_as_that_of_a_few() {
    let server = TestServer::open().await;
    server.sql(HUNDREDS_OF_UNITS).await;
    page_by_page(&server).await;
    server.close().await;
}

/// A text is in no index: of hundreds of units so many acts are looked through for a page, and the next goes on from there.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_of_hundreds_of_units_says_how_far_back_it_looked_and_goes_on_from_there() {
    let server = TestServer::open().await;
    server.sql(HUNDREDS_OF_UNITS).await;
    server.screen(server.course()).await;
    // Three each second, ids in the order of time; every 2,000th is found.
    server
        .sql(
            r#"insert into audit_log (at, account_id, unit_id, action, noun, noun_id, detail)
               select act.at - interval '1 s' * ((25000 - n) / 3 + 1), account_id, unit_id, 'count_heads', noun, noun_id,
                   case when n % 2000 = 0 then '{"reason": "停电"}'::jsonb else '{"reason": "清点"}' end
               from audit_log act, generate_series(1, 24999) n where action = 'open_screen' order by n"#,
        )
        .await;
    act_for(&server, "岳麓区").await;
    let (mut found, mut looked_back, mut after) = (0, Vec::new(), String::new());
    loop {
        let page = read(&server, &format!("?q=停电&limit=7{after}")).await;
        assert_eq!(page["in_all"], json!(null));
        let items = page["items"].as_array().unwrap();
        assert!(items.iter().all(|entry| entry["detail"]["reason"] == "停电"));
        found += items.len();
        looked_back.push((items.len(), !page["looked_back_to"].is_null()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    // Of each 5,000 acts, the newest with the screen itself; before the fifth there are none.
    let parts = [(2, true), (3, true), (2, true), (3, true), (2, true), (0, false)];
    assert_eq!((found, &looked_back[..]), (12, &parts[..]));
    // A whole page says nothing of it, and what is short enough is counted.
    let page = read(&server, "?q=停电&limit=1").await;
    assert_eq!(
        (&page["looked_back_to"], page["next"].is_string(), &page["in_all"]),
        (&json!(null), true, &json!(null))
    );
    let page = read(&server, "?q=清点&limit=3&to=2025-11-28").await;
    assert_eq!(
        (actions(&page).len(), &page["looked_back_to"], &page["next"]),
        (0, &json!(null), &json!(null))
    );
    // What was done is in no index either.
    let page = read(&server, "?action=open_screen&limit=2").await;
    assert_eq!((actions(&page).len(), &page["in_all"], page["next"].is_string()), (1, &json!(null), true));
    // By who acted, whatever is written.
    assert_eq!(actions(&read(&server, "?q=周敏&limit=2").await), ["open_screen", "count_heads"]);
    assert_eq!(actions(&read(&server, "?q=YUELU&limit=2").await), ["open_screen", "count_heads"]);
    // Who has few acts is asked for their own, however many others act: few units, and hundreds.
    server
        .sql(
            "insert into units (parent_id, kind, name)
             select id, 'unit', '橘洲第' || n || '卫生室' from units, generate_series(1, 600) n where name = '橘洲街道社区卫生服务中心'",
        )
        .await;
    server
        .sql(
            r#"insert into audit_log (at, account_id, unit_id, action, noun, noun_id, detail)
               select at - interval '20 days', account_id, (select id from units where name = '橘洲第7卫生室'), 'count_heads', noun,
                   noun_id, '{"reason": "停电"}' from audit_log where action = 'open_screen'"#,
        )
        .await;
    act_for(&server, "橘洲街道社区卫生服务中心").await;
    let page = read(&server, "?q=停电").await;
    assert_eq!((&page["in_all"], &page["looked_back_to"]), (&json!(1), &json!(null)));
    act_for(&server, "岳麓人民医院").await;
    let page = read(&server, "?q=停电").await;
    assert_eq!(
        (actions(&page).len(), &page["in_all"], &page["looked_back_to"]),
        (12, &json!(12), &json!(null))
    );
    server.close().await;
}

/// Of so many lie below a district that its log is looked for among the newest acts of the whole.
const HUNDREDS_OF_UNITS: &str = "insert into units (parent_id, kind, name)
     select id, 'unit', '第' || n || '卫生室' from units, generate_series(1, 600) n where name = '岳麓区'";

/// Reads the log of a district, a page after the other, while a unit of it acts.
async fn page_by_page(server: &TestServer) {
    let path = format!("/api/v1/courses/{}/head-counts", server.course());
    let count = async |heads: i64| {
        server.service.post(&path, server.admin(), json!({ "heads": heads })).await.is(201, "");
    };
    for heads in 0..9 {
        // Three at one instant.
        server.advance(u64::from(heads % 3 == 0));
        count(heads).await;
    }
    // Of another unit in between.
    act_for(server, "橘洲街道社区卫生服务中心").await;
    server.sql("insert into audit_log (at, account_id, unit_id, action, noun, noun_id, detail)
        select at, account_id, (select id from units where name = '橘洲街道社区卫生服务中心'), action, noun, noun_id, '{\"heads\": 100}' from audit_log").await;
    act_for(server, "岳麓区").await;
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = read(server, &format!("?limit=4{after}")).await;
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|entry| entry["id"].as_i64().unwrap()));
        if seen.len() == 4 {
            assert_eq!(page["in_all"], 18);
            // What is written now is newer than the page: it shifts none of the following.
            act_for(server, "岳麓人民医院").await;
            count(50).await;
            act_for(server, "岳麓区").await;
        }
        let Some(next) = page["next"].as_str() else { break };
        assert_eq!(items.len(), 4);
        after = format!("&after={next}");
    }
    let expected: Vec<i64> = sqlx::query_scalar(
        "select id from audit_log where detail -> 'heads' <> '50' order by at desc, id desc",
    )
    .fetch_all(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(seen, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_somebody_typed_into_a_reason_is_masked() {
    let server = TestServer::open().await;
    let path = format!("/api/v1/courses/{}/assisted-check-ins", server.course());
    let reason = "手机13800001234没电，证件11010519491231002X已核对";
    let person = server.demo.people[3].id.0;
    let assist = |reason: &str| json!({ "person_id": person, "reason": reason });
    let refused = server.service.post(&path, server.admin(), assist(reason)).await.is(400, "bad_request");
    assert_eq!(refused.body["field"], "reason");
    server.service.post(&path, server.admin(), assist("手机没电")).await.is(201, "recorded");
    // As the release before let it in.
    server
        .sql(&format!(
            "alter table audit_log disable trigger user;
             update audit_log set detail = jsonb_set(detail, '{{reason}}', to_jsonb('{reason}'::text)) where action = 'assist_check_in';
             alter table audit_log enable trigger user"
        ))
        .await;
    let log = read(&server, "?action=assist_check_in").await;
    assert_eq!(log["items"][0]["detail"]["reason"], "手机138****1234没电，证件110***********002X已核对");
    let name: String = sqlx::query_scalar("select name from people where id = $1")
        .bind(person)
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(log["items"][0]["title"], json!(name));
    assert!(!read(&server, "").await.to_string().contains("13800001234"));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unless_days_are_chosen_the_log_is_that_of_thirty_days_and_says_so() {
    let server = TestServer::open().await;
    server.screen(server.course()).await;
    for (action, days) in [("change_settings", 29), ("count_heads", 30), ("close_screen", 400)] {
        server
            .sql(&format!(
                "insert into audit_log (at, account_id, unit_id, action, noun, noun_id, detail)
                 select at - interval '{days} days', account_id, unit_id, '{action}', noun, noun_id, detail from audit_log
                 where action = 'open_screen'"
            ))
            .await;
    }
    let all = ["open_screen", "change_settings", "count_heads", "close_screen"];
    for (query, first, last, expected) in [
        ("", "2025-10-31", json!(null), &all[..2]),
        ("?q=主会场", "2025-10-31", json!(null), &all[..2]),
        ("?to=2025-10-31", "2025-10-02", json!("2025-10-31"), &all[1..3]),
        ("?from=2024-01-01", "2024-01-01", json!(null), &all),
        ("?from=2024-01-01&q=主会场", "2024-01-01", json!(null), &all),
    ] {
        let log = read(&server, query).await;
        assert_eq!(actions(&log), expected, "{query}");
        assert_eq!(
            (&log["from"], &log["to"], &log["in_all"]),
            (&json!(first), &last, &json!(expected.len()))
        );
    }
    server.close().await;
}
