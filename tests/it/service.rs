//! One running node in this process, and what it answers. It must not know what the node stands on.

use std::sync::Arc;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use zaichang::config::Settings;
use zaichang::serve;
use zaichang_core::clock::Clock;
use zaichang_core::keys::Keys;
use zaichang_platform::timekeeper::Timekeeper;

/// One running node.
pub struct Service {
    pub base: String,
    pub pool: PgPool,
    pub keys: Arc<Keys>,
    pub timekeeper: Timekeeper,
    pub http: reqwest::Client,
    stop: oneshot::Sender<()>,
    running: JoinHandle<anyhow::Result<()>>,
}

/// An answer with its JSON.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The refusal's code, or the status word of a check-in.
    #[track_caller]
    pub fn word(&self) -> &str {
        self.body["code"].as_str().or(self.body["status"].as_str()).unwrap_or("")
    }

    /// Asserts status and code at once.
    #[track_caller]
    pub fn is(self, status: u16, word: &str) -> Self {
        assert_eq!((self.status.as_u16(), self.word()), (status, word), "{}", self.body);
        self
    }

    /// The version of the resource in the answer.
    #[track_caller]
    pub fn version(&self) -> String {
        self.headers["etag"].to_str().unwrap().to_owned()
    }

    /// The value of a cookie that it sets.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let mut cookies = self.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
        let value = |cookie: &str| {
            let (set, value) = cookie.split(';').next()?.split_once('=')?;
            (set == name).then(|| value.to_owned())
        };
        cookies.find_map(value)
    }
}

impl Service {
    pub async fn start(settings: Settings, clock: Clock) -> Self {
        Self::of(serve::start(settings, clock, None).await.unwrap())
    }

    /// A server that was started otherwise.
    pub fn of(server: serve::Server) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (base, pool, keys) =
            (format!("http://{}", server.address), server.pool.clone(), Arc::clone(&server.keys));
        let timekeeper = server.timekeeper.clone();
        let running = tokio::spawn(server.run(async move {
            let _ = stopped.await;
        }));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { base, pool, keys, timekeeper, http, stop, running }
    }

    pub async fn stop(self) {
        let _ = self.stop.send(());
        drop(self.http);
        self.running.await.unwrap().unwrap();
    }

    /// It dies without a word: no peer is notified.
    pub fn die(self) {
        self.running.abort();
    }

    pub fn request(&self, method: Method, path: &str, session: Option<&str>) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match session {
            Some(session) => request.bearer_auth(session),
            None => request,
        }
    }

    pub async fn call(
        &self,
        method: Method,
        path: &str,
        session: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let request = self.request(method, path, session);
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        };
        answer(request).await
    }

    pub async fn post(&self, path: &str, session: Option<&str>, body: Value) -> Answer {
        self.call(Method::POST, path, session, Some(body)).await
    }

    /// Changes what is there, by the version of it that is read first.
    pub async fn patch(&self, path: &str, session: Option<&str>, body: Value) -> Answer {
        let version = self.get(path, session).await.is(200, "").version();
        self.patch_seen(path, session, &version, &body).await
    }

    /// Changes a version that was seen.
    pub async fn patch_seen(&self, path: &str, session: Option<&str>, seen: &str, body: &Value) -> Answer {
        let request = self.request(Method::PATCH, path, session).header("if-match", seen);
        answer(request.header("content-type", "application/json").body(body.to_string())).await
    }

    /// Does something to a version that was seen.
    pub async fn act_on_seen(
        &self,
        method: Method,
        path: &str,
        session: Option<&str>,
        seen: &str,
        body: Option<&Value>,
    ) -> Answer {
        let request = self.request(method, path, session).header("if-match", seen);
        answer(match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        })
        .await
    }

    pub async fn get(&self, path: &str, session: Option<&str>) -> Answer {
        self.call(Method::GET, path, session, None).await
    }
}

/// Sends and reads the JSON of the answer.
pub async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null);
    Answer { status, headers, body }
}

pub fn client(device: &str) -> Value {
    json!({ "kind": "app", "device_id": device })
}
