//! A project's way to its approval, by HTTP: what its unit and its authority may do when, that no verdict is given on what its
//! admin has not seen, and that what was approved is held while another plan is reviewed.

mod beside;
mod judges;
mod list;
mod steps;
mod verdicts;

use reqwest::Method;
use serde_json::{Value, json};
use zaichang_platform::auth::Token;

use crate::test_server::{Answer, TestServer, answer};

const DRAFT: &str = "2025-06-02-093 (省)";
const RETURNED: &str = "2025-07-08-141 (省)";
const WAITING: [&str; 3] = ["2025-12-05-019 (省)", "2025-05-11-027 (省)", "2025-09-03-204 (市)"];
const APPROVED: &str = "2025-11-01-033 (国)";

/// The server, and a session of its authority's admin.
struct Office {
    server: TestServer,
    authority: String,
}

impl Office {
    async fn open() -> Self {
        let server = TestServer::open().await;
        let authority = session(&server, "xiaoxiang-wjw").await;
        Self { server, authority }
    }

    async fn id(&self, number: &str) -> i64 {
        sqlx::query_scalar(
            "select projects.id from projects join catalogue_entries on catalogue_entries.id = catalogue_entry_id where number = $1",
        )
        .bind(number)
        .fetch_one(&self.server.service.pool)
        .await
        .unwrap()
    }

    async fn path(&self, number: &str) -> String {
        format!("/api/v1/projects/{}", self.id(number).await)
    }

    async fn course_of(&self, number: &str) -> i64 {
        sqlx::query_scalar("select min(id) from courses where project_id = $1")
            .bind(self.id(number).await)
            .fetch_one(&self.server.service.pool)
            .await
            .unwrap()
    }

    /// A step of the unit's admin, by the version that stands.
    async fn submission(&self, method: Method, path: &str) -> Answer {
        let seen = self.server.service.get(path, self.server.admin()).await.version();
        self.step(method, &format!("{path}/submission"), self.server.admin(), &seen, None).await
    }

    /// A verdict of the authority's admin, by the version that stands.
    async fn verdict(&self, path: &str, verdict: &Value) -> Answer {
        let seen = self.server.service.get(path, Some(&self.authority)).await.version();
        self.step(Method::POST, &format!("{path}/verdicts"), Some(&self.authority), &seen, Some(verdict))
            .await
    }

    async fn step(
        &self,
        method: Method,
        path: &str,
        session: Option<&str>,
        seen: &str,
        body: Option<&Value>,
    ) -> Answer {
        let request = self.server.service.request(method, path, session).header("if-match", seen);
        answer(match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        })
        .await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.server.service.post(path, Some(&self.authority), body).await
    }

    /// What the authority's admin is told.
    async fn get(&self, path: &str) -> Value {
        self.server.service.get(path, Some(&self.authority)).await.is(200, "").body
    }

    /// The acts that were written down about a project, in order.
    async fn acts(&self, number: &str) -> Vec<(String, Value)> {
        sqlx::query_as(
            "select action, detail from audit_log where noun = 'project' and noun_id = $1 order by id",
        )
        .bind(self.id(number).await)
        .fetch_all(&self.server.service.pool)
        .await
        .unwrap()
    }

    /// What a verdict on these would name.
    async fn chosen(&self, numbers: &[&str]) -> Value {
        let mut chosen = Vec::new();
        for number in numbers {
            let project = self.get(&self.path(number).await).await;
            chosen.push(json!({ "id": project["id"], "version": project["version"] }));
        }
        Value::Array(chosen)
    }
}

/// A session of an account that is there.
pub async fn session(server: &TestServer, account: &str) -> String {
    let token = Token::random().unwrap();
    let made = sqlx::query(
        "insert into sessions (token_hash, account_id, client_kind, created_at, expires_at)
         select $1, id, 'console', $3::timestamptz, $3::timestamptz + interval '30 days' from accounts where account = $2",
    );
    let made =
        made.bind(token.hash().as_slice()).bind(account).bind(jiff_sqlx::ToSqlx::to_sqlx(server.now()));
    assert_eq!(made.execute(&server.service.pool).await.unwrap().rows_affected(), 1);
    token.expose().to_owned()
}

/// Another admin beside one that is there, of the same unit and role.
async fn colleague(server: &TestServer, account: &str, name: &str) -> String {
    server
        .sql(&format!(
            "insert into accounts (unit_id, account, name, role, password_hash)
             select unit_id, account || '-2', '{name}', role, password_hash from accounts where account = '{account}'"
        ))
        .await;
    session(server, &format!("{account}-2")).await
}

fn stands(project: &Value) -> (&str, &str, Option<&str>) {
    let review = &project["review"];
    (project["state"].as_str().unwrap(), review["state"].as_str().unwrap(), review["turn"].as_str())
}
