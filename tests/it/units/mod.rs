//! Units by HTTP: how they are found, what an authority does with them, and the departments that a unit keeps.

mod beside;
mod changes;
mod closing;
mod departments;
mod imports;
mod merging;
mod search;
mod tree;

pub use imports::own_import;

use reqwest::Method;
use serde_json::Value;

use crate::projects::session;
use crate::test_server::{Answer, TestServer, answer};

/// The server, and a session of an admin of its province.
struct Registry {
    server: TestServer,
    authority: String,
}

impl Registry {
    async fn open() -> Self {
        let server = TestServer::open().await;
        let authority = session(&server, "xiaoxiang-wjw").await;
        Self { server, authority }
    }

    async fn id(&self, name: &str) -> i64 {
        let id = sqlx::query_scalar("select id from units where name = $1");
        id.bind(name).fetch_one(&self.server.service.pool).await.unwrap()
    }

    async fn path(&self, name: &str) -> String {
        format!("/api/v1/units/{}", self.id(name).await)
    }

    /// What the authority's admin is told.
    async fn get(&self, path: &str) -> Answer {
        self.server.service.get(path, Some(&self.authority)).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.server.service.post(path, Some(&self.authority), body).await
    }

    async fn patch(&self, path: &str, body: Value) -> Answer {
        self.server.service.patch(path, Some(&self.authority), body).await
    }

    /// An act of the authority on what it has seen as it stands.
    async fn act(&self, method: Method, path: &str, act: &str, body: Option<Value>) -> Answer {
        acted(&self.server, Some(&self.authority), method, path, act, body).await
    }

    /// The same by the hospital's admin.
    async fn own(&self, method: Method, path: &str, act: &str, body: Option<Value>) -> Answer {
        acted(&self.server, self.server.admin(), method, path, act, body).await
    }

    /// The names that a query of the list finds, in its order.
    async fn found(&self, query: &str) -> Vec<String> {
        let found = self.get(&format!("/api/v1/units?{query}")).await.is(200, "");
        names(&found.body["items"])
    }

    /// What was written down about a unit, in order.
    async fn acts(&self, id: i64) -> Vec<(String, Value)> {
        let acts = "select action, detail from audit_log where noun = 'unit' and noun_id = $1 order by id";
        sqlx::query_as(acts).bind(id).fetch_all(&self.server.service.pool).await.unwrap()
    }

    /// How many units of any kind there are.
    async fn units(&self) -> i64 {
        sqlx::query_scalar("select count(*) from units").fetch_one(&self.server.service.pool).await.unwrap()
    }
}

async fn acted(
    server: &TestServer,
    session: Option<&str>,
    method: Method,
    path: &str,
    act: &str,
    body: Option<Value>,
) -> Answer {
    let seen = server.service.get(path, session).await.is(200, "").version();
    let request = server.service.request(method, &format!("{path}{act}"), session).header("if-match", seen);
    answer(match body {
        Some(body) => request.header("content-type", "application/json").body(body.to_string()),
        None => request,
    })
    .await
}

fn names(items: &Value) -> Vec<String> {
    let items = items.as_array().unwrap().iter();
    items.map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}
