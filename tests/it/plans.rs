//! What Postgres reads for the queries of the commit's path, of the audit log, and behind the lock that all submissions wait for, told
//! by Postgres itself, with the statements as they were compiled.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use crate::test_server::{TestServer, client};

/// The one compiled query that says this.
fn compiled(saying: &str) -> String {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.sqlx")).unwrap();
    let queries = folder.map(|file| {
        let query: Value = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        query["query"].as_str().unwrap().to_owned()
    });
    let found: Vec<_> = queries.filter(|query| query.contains(saying)).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

/// The partitions of `check_ins` that a plan has read.
fn months_read(plan: &Value, read: &mut BTreeSet<String>) {
    let loops = plan["Actual Loops"].as_f64().unwrap_or(0.0);
    if let Some(relation) = plan["Relation Name"].as_str()
        && relation.starts_with("check_ins_")
        && loops > 0.0
    {
        read.insert(relation.to_owned());
    }
    for below in plan["Plans"].as_array().into_iter().flatten() {
        months_read(below, read);
    }
}

async fn months(server: &TestServer, query: &str, day: &str) -> BTreeSet<String> {
    let explained = format!("explain (analyze, costs off, format json) {query}");
    let (person, course) = (server.demo.people[1].id.0, server.course());
    let plan: Value = sqlx::query_scalar(sqlx::AssertSqlSafe(explained))
        .bind([person])
        .bind([course])
        .bind([jiff_sqlx::ToSqlx::to_sqlx(day.parse::<jiff::civil::Date>().unwrap())])
        .bind([7_i64])
        .bind(vec![vec![7_u8; 16]])
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    let mut read = BTreeSet::new();
    months_read(&plan[0]["Plan"], &mut read);
    read
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_of_a_check_in_is_read_from_the_months_in_which_its_course_has_rows() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let body = json!({ "code": server.code(screen), "client": client("phone-of-0000") });
    server.service.post("/api/v1/check-ins", server.session(0), body).await.is(201, "recorded");
    let held = compiled(r#"other.person_id as "holder?""#);
    let november = BTreeSet::from(["check_ins_2025_11".to_owned()]);
    assert_eq!(months(&server, &held, "2025-11-29").await, november);
    // A course that went over two months: the earlier one decides whether its cap knows the person.
    let earlier = "insert into tallies (course_id, day, attendees, newcomers, check_ins) values";
    server.sql(&format!("{earlier} ({}, '2025-10-30', 1, 1, 1)", server.course())).await;
    let both = BTreeSet::from(["check_ins_2025_10".to_owned(), "check_ins_2025_11".to_owned()]);
    assert_eq!(months(&server, &held, "2025-11-29").await, both);
    // That this test would see it: the same without the days reads every month there is.
    let unbounded = held.replacen("and day = tallies.day", "", 1);
    assert_ne!(unbounded, held);
    assert!(months(&server, &unbounded, "2025-11-29").await.len() > 2);
    server.close().await;
}

/// What a plan has read by an index: the index, its condition, and whether it was looked at.
fn indexes_read(plan: &Value, read: &mut Vec<(String, String, bool)>) {
    if let (Some(index), Some(condition)) = (plan["Index Name"].as_str(), plan["Index Cond"].as_str()) {
        read.push((index.to_owned(), condition.to_owned(), plan["Actual Loops"].as_f64() > Some(0.0)));
    }
    for below in plan["Plans"].as_array().into_iter().flatten() {
        indexes_read(below, read);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_unit_and_of_an_account_is_read_by_an_index_of_its_own_and_its_days() {
    let server = TestServer::open().await;
    server.screen(server.course()).await;
    let (unit, account): (i64, i64) = sqlx::query_as("select unit_id, account_id from audit_log")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    let mut connection = PgConnection::connect(server.stores.postgres.url()).await.unwrap();
    // The plan that is kept for every question; and on so few rows reading them all were cheaper.
    let settings =
        "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_bitmapscan = off";
    sqlx::raw_sql(settings).execute(&mut connection).await.unwrap();
    let explained = async |connection: &mut PgConnection, asked: String| {
        let explain = format!("explain (analyze, costs off, format json) execute {asked}");
        let plan: Value =
            sqlx::query_scalar(sqlx::AssertSqlSafe(explain)).fetch_one(connection).await.unwrap();
        let mut read = Vec::new();
        indexes_read(&plan[0]["Plan"], &mut read);
        read
    };
    let prepare = format!("prepare newest as {}", compiled("select act from audit_log act"));
    sqlx::raw_sql(sqlx::AssertSqlSafe(prepare)).execute(&mut connection).await.unwrap();
    for text in ["null", "'主会场'"] {
        let newest =
            format!("newest({unit}, '2025-10-31', 'infinity', 0, null, null, null, 2000, 51, {text})");
        let read = explained(&mut connection, newest).await;
        let by_time = read.iter().find(|(name, ..)| name == "audit_log_by_time");
        assert!(
            by_time.is_some_and(|(_, condition, _)| condition == "(ROW(at, id) < ROW($3, $4))"),
            "{read:?}"
        );
    }
    for (name, saying, rows) in [
        ("acts", "select act.* from audit_log act left join", 51),
        ("count", "select from below held cross join lateral (", 10_000),
    ] {
        let prepare = format!("prepare {name} as {}", compiled(saying));
        sqlx::raw_sql(sqlx::AssertSqlSafe(prepare)).execute(&mut connection).await.unwrap();
        // Of no account there is nothing to look for: that index ends at once.
        for (account, used, unused) in [
            ("null".to_owned(), "audit_log_by_unit_and_time", None),
            (account.to_string(), "audit_log_by_account", Some("audit_log_by_unit_and_time")),
        ] {
            let asked = format!(
                "{name}({unit}, '2025-10-31', 'infinity', 0, null, null, null, null, {account}, {rows})"
            );
            let read = explained(&mut connection, asked).await;
            let of = |index: &str| read.iter().find(|(name, ..)| name == index);
            let (_, condition, was_read) = of(used).unwrap_or_else(|| panic!("{used}: {read:?}"));
            assert!(*was_read && condition.contains("at >= $2"), "{name} {account}: {condition}");
            let other = unused.and_then(of);
            assert!(other.is_none_or(|(_, _, was_read)| !was_read), "{name} {account}: {read:?}");
        }
    }
    drop(connection);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_registers_with_a_number_is_found_by_an_index_of_each_kind_of_it() {
    let server = TestServer::open().await;
    let mut connection = PgConnection::connect(server.stores.postgres.url()).await.unwrap();
    // As many as wait in a month of founding, or a few of them.
    let many = "set session_replication_role = replica;
        insert into registrations (phone_sealed, phone_index, key_id, applicant_sealed, number_index, number_indexes, phone_indexes, touched_at)
        select '\\x01', phone, '\\x01020304', '\\x01', number, array[number], array[phone], now()
        from (select sha256(('p' || at)::bytea), sha256(('n' || at)::bytea) from generate_series(1, 20000) at) each (phone, number);
        insert into reviews (noun, noun_id, state, level, after) select 'registration', id, 'submitted', 1, '{}' from registrations;
        set session_replication_role = origin;
        analyze registrations; analyze reviews;
        set plan_cache_mode = force_generic_plan";
    sqlx::raw_sql(many).execute(&mut connection).await.unwrap();
    let prepare = format!("prepare registers as {}", compiled("phone_indexes && $2"));
    sqlx::raw_sql(sqlx::AssertSqlSafe(prepare)).execute(&mut connection).await.unwrap();
    let asked = "execute registers(array[sha256('n5')], array[sha256('p7'), sha256('p')])";
    let waits: (bool, bool) = sqlx::query_as(asked).fetch_one(&mut connection).await.unwrap();
    assert_eq!(waits, (true, true));
    let explain = format!("explain (analyze, costs off, format json) {asked}");
    let plan: Value =
        sqlx::query_scalar(sqlx::AssertSqlSafe(explain)).fetch_one(&mut connection).await.unwrap();
    assert!(!plan.to_string().contains("Seq Scan"), "{plan}");
    let mut read = Vec::new();
    indexes_read(&plan[0]["Plan"], &mut read);
    for (index, condition) in [
        ("registrations_by_numbers", "(number_indexes && $1)"),
        ("registration_is_the_only_open_one_of_its_phone", "(phone_index = ANY ($2))"),
        ("registrations_by_phones", "(phone_indexes && $2)"),
    ] {
        assert!(read.iter().any(|(name, by, _)| name == index && by == condition), "{index}: {read:?}");
    }
    drop(connection);
    server.close().await;
}
