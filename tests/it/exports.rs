//! Exports: requested, written in the background, downloaded at any speed; a failed one is made again, an old one is deleted.

use std::sync::Arc;

use calamine::{Data, Reader as _, Xlsx};
use reqwest::Method;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use zaichang_integrations::files::LocalStore;
use zaichang_platform::files::Files;

use crate::attendance::{attended, attended_with};
use crate::test_server::{TestServer, eventually};

fn exports(server: &TestServer) -> String {
    format!("/api/v1/courses/{}/exports", server.course())
}

/// Asks for an export and waits until it is ready; its address.
async fn ready(server: &TestServer, wanted: Value) -> String {
    let asked = server.service.post(&exports(server), server.admin(), wanted).await;
    let place = asked.headers["location"].to_str().unwrap().to_owned();
    assert_eq!((asked.status.as_u16(), &asked.body["state"]), (202, &json!("queued")));
    becomes(server, &place, "ready").await;
    place
}

/// Asked of Postgres: a session may ask the API only so often.
async fn becomes(server: &TestServer, place: &str, state: &str) {
    let id = place.rsplit('/').next().unwrap();
    eventually(async || {
        let query = sqlx::query_scalar::<_, String>("select state from exports where id = $1::uuid").bind(id);
        query.fetch_one(&server.service.pool).await.unwrap() == state
    })
    .await;
}

async fn state(server: &TestServer, place: &str) -> String {
    let export = server.service.get(place, server.admin()).await;
    assert_eq!(export.status.as_u16(), 200, "{}", export.body);
    export.body["state"].as_str().unwrap().to_owned()
}

async fn download(server: &TestServer, place: &str) -> reqwest::Response {
    server.service.request(Method::GET, &format!("{place}/file"), server.admin()).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_hold_every_row_and_run_no_formula() {
    let server = attended().await;
    let person = &server.demo.people[0].id;
    server.sql(&format!("update people set name = '=HYPERLINK(\"http://evil\")' where id = {person}")).await;
    let csv =
        download(&server, &ready(&server, json!({ "format": "csv" })).await).await.bytes().await.unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .from_reader(csv.strip_prefix("\u{feff}".as_bytes()).expect("a BOM for Excel"));
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 8);
    assert!(rows.iter().any(|row| row[0].starts_with("'=HYPERLINK")));
    assert!(rows.iter().all(|row| !row[0].starts_with('=')));
    assert!(rows.iter().any(|row| row.iter().any(|cell| cell == "2025-11-29 09:02:13.123")));

    let place = ready(&server, json!({ "format": "xlsx" })).await;
    let answer = download(&server, &place).await;
    let name = answer.headers()[CONTENT_DISPOSITION].to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\"attendance-"), "{name}");
    assert!(name.contains("filename*=UTF-8''%E7%AD%BE%E5%88%B0%E6%B1%87%E6%80%BB_"), "{name}");
    let mut workbook = Xlsx::new(std::io::Cursor::new(answer.bytes().await.unwrap().to_vec())).unwrap();
    assert_eq!(workbook.sheet_names(), ["签到汇总", "明细"]);
    let summary = workbook.worksheet_range("签到汇总").unwrap();
    assert_eq!(summary.height(), 5 + 7);
    let project = summary.get_value((1, 0)).unwrap().to_string();
    assert!(project.starts_with("项目编号：") && project.contains("项目名称："), "{project}");
    let twice = summary.rows().skip(5).filter(|row| row[9] == Data::Float(2.0)).count();
    assert_eq!(twice, 1, "one person came twice");
    let details = workbook.worksheet_range("明细").unwrap();
    assert_eq!(details.height(), 9);
    let Data::DateTime(at) = details.get_value((1, 10)).unwrap() else { panic!("a real date") };
    assert_eq!(at.to_ymd_hms_milli(), (2025, 11, 29, 9, 22, 13, 123));
    for sheet in ["签到汇总", "明细"] {
        assert_eq!(workbook.worksheet_formula(sheet).unwrap().used_cells().count(), 0);
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_written_down_without_what_was_searched_for() {
    let server = attended().await;
    let place = ready(&server, json!({ "format": "csv", "q": "430000003", "day": "2025-11-29" })).await;
    let rows = download(&server, &place).await.text().await.unwrap();
    assert_eq!(rows.lines().count(), 1 + 2);
    let (account, noun_id, detail): (String, i64, Value) = sqlx::query_as(
        "select accounts.account, noun_id, detail from audit_log join accounts on accounts.id = account_id
         where action = 'export_records'",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    let id = place.rsplit('/').next().unwrap();
    let expected = json!({
        "export": id, "format": "csv", "day": "2025-11-29", "source": null, "screen": null, "suspicious": null,
        "searched": true,
    });
    assert_eq!((account.as_str(), noun_id, detail), ("yuelu-jjb", server.course(), expected));
    let downloaded: (String, Value) = sqlx::query_as(
        "select accounts.account, detail from audit_log join accounts on accounts.id = account_id
         where action = 'download_export'",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(downloaded, ("yuelu-jjb".to_owned(), json!({ "export": id })));
    // At rest it is sealed, in the row and on the disk.
    let filter: Vec<u8> =
        sqlx::query_scalar("select filter from exports").fetch_one(&server.service.pool).await.unwrap();
    assert!(!filter.windows(9).any(|window| window == b"430000003"));
    let folder = server.stores.folder.path().join("service/files");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(4).any(|window| window == b"Name"));
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_goes_on_where_it_was_cut() {
    let server = attended().await;
    let place = ready(&server, json!({ "format": "csv" })).await;
    let whole = download(&server, &place).await;
    let tag = whole.headers()[ETAG].clone();
    let whole = whole.bytes().await.unwrap();
    let ask = async |range: &str, of: &str| {
        let request = server.service.request(Method::GET, &format!("{place}/file"), server.admin());
        request.header(RANGE, range).header(IF_RANGE, of).send().await.unwrap()
    };
    let rest = ask("bytes=100-", tag.to_str().unwrap()).await;
    let told = format!("bytes 100-{}/{}", whole.len() - 1, whole.len());
    assert_eq!((rest.status().as_u16(), rest.headers()[CONTENT_RANGE].to_str().unwrap()), (206, &*told));
    assert_eq!(rest.bytes().await.unwrap(), whole[100..]);
    assert_eq!(ask("bytes=100-", "\"another\"").await.bytes().await.unwrap(), whole);
    assert_eq!(ask("bytes=99999999-", tag.to_str().unwrap()).await.status().as_u16(), 416);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_readers_who_stop_take_nothing_from_anybody() {
    let server = attended_with(|settings| settings.database_connections = 2).await;
    // Some megabytes, more than the system keeps for a reader.
    server
        .sql(
            "begin; set local statement_timeout = 0;
             insert into check_ins select (jsonb_populate_record(null::check_ins, to_jsonb(c) || jsonb_build_object(
                 'slot', number, 'id', gen_random_uuid()))).*
             from (select * from check_ins limit 1) c, generate_series(1, 20000) number;
             commit",
        )
        .await;
    let place = ready(&server, json!({ "format": "csv" })).await;
    let address = server.service.base.strip_prefix("http://").unwrap();
    let mut stopped = Vec::new();
    for _ in 0..16 {
        let mut line = TcpStream::connect(address).await.unwrap();
        let session = server.admin().unwrap();
        let ask = format!("GET {place}/file HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {session}\r\n\r\n");
        line.write_all(ask.as_bytes()).await.unwrap();
        let mut begun = [0; 15];
        line.read_exact(&mut begun).await.unwrap();
        assert_eq!(&begun, b"HTTP/1.1 200 OK");
        stopped.push(line);
    }
    let code = server.fresh_code(server.course()).await;
    server.check_in(20, json!({ "code": code })).await.is(201, "recorded");
    assert_eq!(state(&server, &place).await, "ready");
    // And they are served to the end as soon as they read again.
    let mut line = stopped.pop().unwrap();
    let mut last = vec![0; 65_536];
    let mut read = 15;
    let bytes = server.service.get(&place, server.admin()).await.body["bytes"].as_u64().unwrap();
    while read < bytes {
        read += line.read(&mut last).await.unwrap() as u64;
    }
    drop(stopped);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_killed_its_nodes_three_times_is_given_up() {
    let server = attended().await;
    let place = ready(&server, json!({ "format": "csv" })).await;
    // As a node leaves it that was killed while it made it for the last time.
    server
        .sql(
            "update exports set state = 'running';
             select enqueue_job('make_export', jsonb_build_object('export', id), 'export:' || id, 3, 'node:gone') from exports;
             update graphile_worker._private_jobs set attempts = 3, locked_by = 'a dead node', locked_at = now() - interval '1 hour'
             where flags is not null",
        )
        .await;
    eventually(async || {
        let failed = sqlx::query_scalar::<_, bool>("select job_has_failed('export:' || id) from exports");
        failed.fetch_one(&server.service.pool).await.unwrap()
    })
    .await;
    assert_eq!(state(&server, &place).await, "failed");
    server.service.get(&format!("{place}/file"), server.admin()).await.is(409, "export_failed");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_lies_on_one_node_and_is_gone_when_it_is_old() {
    let server = attended().await;
    let place = ready(&server, json!({ "format": "xlsx" })).await;
    let second = server.second(|_| {}).await;
    assert_eq!(second.get(&place, server.admin()).await.body["state"], "ready");
    let elsewhere = second.get(&format!("{place}/file"), server.admin()).await.is(409, "export_elsewhere");
    assert_eq!(elsewhere.body["retry_after_ms"], 200);
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_kept_for_a_day_and_then_it_is_gone_from_the_disk() {
    let server = attended().await;
    let place = ready(&server, json!({ "format": "xlsx" })).await;
    let folder = server.stores.folder.path().join("service/files");
    let on_disk = || std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(on_disk(), 1, "in {}", folder.display());
    server.advance(24 * 3600 - 60);
    assert_eq!(download(&server, &place).await.status(), 200);
    server.advance(61);
    assert_eq!(state(&server, &place).await, "expired");
    server.service.get(&format!("{place}/file"), server.admin()).await.is(410, "export_expired");
    // Each node looks for such files every minute, by the machine's clock: here at once.
    let store = Arc::new(LocalStore::new(&folder).unwrap());
    let keys = Arc::new(zaichang_core::keys::Keys::clone(&server.service.keys));
    let files = Arc::new(Files::new(store, keys, server.clock.clone()));
    let sweeping = tokio::spawn(files.delete_old(server.service.pool.clone()));
    eventually(async || on_disk() == 0).await;
    sweeping.abort();
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_no_more_exports_than_it_may() {
    let server = attended().await;
    ready(&server, json!({ "format": "csv" })).await;
    server
        .sql(
            "insert into exports select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid()))).*
             from exports e, generate_series(2, 46)",
        )
        .await;
    let place = exports(&server);
    let asked = (0..16).map(|_| server.service.post(&place, server.admin(), json!({ "format": "csv" })));
    let answers = futures_util::future::join_all(asked).await;
    let (accepted, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 202);
    assert_eq!(accepted.len(), 4, "50 in all");
    for answer in refused {
        answer.is(429, "too_many_requests");
    }
    // What failed counts, too: else nothing bounds what an account has tried.
    server.sql("update exports set state = 'failed'").await;
    server
        .service
        .post(&place, server.admin(), json!({ "format": "csv" }))
        .await
        .is(429, "too_many_requests");
    let day = json!({ "format": "csv", "day": "-009999-01-01" });
    server.service.post(&place, server.admin(), day).await.is(400, "bad_request");
    server.close().await;
}
