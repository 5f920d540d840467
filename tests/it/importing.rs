//! The steps of an import that are the same whatever it is of: sent, checked, carried out, given back.

use std::io::Cursor;

use calamine::{Data, Range, Reader as _, Xlsx};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;
use zaichang_platform::sheets::List;

use crate::test_server::{Answer, TestServer, answer, eventually};

/// A workbook with these rows, the head first.
pub fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let mut list = List::begin("名单", &[], folder.path()).unwrap();
    for row in rows {
        list.row(row.iter().copied()).unwrap();
    }
    let mut out = Cursor::new(Vec::new());
    list.finish(&mut out).unwrap();
    out.into_inner()
}

pub async fn sent(server: &TestServer, imports: &str, session: &str, bytes: Vec<u8>) -> Answer {
    answer(server.service.request(Method::POST, imports, Some(session)).body(bytes)).await
}

/// Stages a file and waits for its check; its address.
pub async fn checked(server: &TestServer, imports: &str, session: &str, bytes: Vec<u8>) -> (String, Value) {
    let staged = sent(server, imports, session, bytes).await.is(202, "");
    let path = staged.headers["location"].to_str().unwrap().to_owned();
    rests(server, &path).await;
    let body = server.service.get(&path, Some(session)).await.is(200, "").body;
    (path, body)
}

/// Until no job has it any more. Asked of Postgres: a session may ask the API only so often.
pub async fn rests(server: &TestServer, path: &str) {
    let id: Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
    eventually(async || {
        let state = sqlx::query_scalar::<_, String>("select state from sheet_imports where id = $1").bind(id);
        !["checking", "writing"].contains(&state.fetch_one(&server.service.pool).await.unwrap().as_str())
    })
    .await;
}

/// Has it carried out as it was seen, and waits for that.
pub async fn written(server: &TestServer, session: &str, path: &str, seen: &Value, rows: &str) -> Value {
    wanted(server, session, path, seen, rows).await.is(202, "");
    rests(server, path).await;
    server.service.get(path, Some(session)).await.is(200, "").body
}

pub async fn wanted(server: &TestServer, session: &str, path: &str, seen: &Value, rows: &str) -> Answer {
    let body = json!({ "plan": seen["plan"], "rows": rows });
    server.service.post(&format!("{path}/writing"), Some(session), body).await
}

pub async fn downloaded(server: &TestServer, session: &str, path: &str) -> Vec<u8> {
    let answer = server.service.request(Method::GET, path, Some(session)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let name = answer.headers()["content-disposition"].to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\""), "{name}");
    answer.bytes().await.unwrap().to_vec()
}

pub fn first_sheet(bytes: &[u8]) -> Range<Data> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
    let name = workbook.sheet_names().first().unwrap().clone();
    workbook.worksheet_range(&name).unwrap()
}

pub fn counts(add: u32, change: u32, same: u32, wrong: u32) -> Value {
    json!({ "add": add, "change": change, "same": same, "wrong": wrong })
}
