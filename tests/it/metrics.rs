//! The program's own output as it is run: its metrics after a screen, a check-in and a refusal; its spans, where it
//! was built with them; and that it does not start with an unknown setting.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::program::{Program, Setting, command};
use crate::test_server::{Stores, answer, eventually};

/// Frames come every few seconds.
const DEADLINE: Duration = Duration::from_secs(30);

/// A program on its own stores, with the demo's course and person.
struct Hall {
    stores: Stores,
    program: Program,
    course: i64,
    admin: String,
    person: String,
}

impl Hall {
    async fn open(more: &[Setting]) -> Self {
        // The service is in another process, and its callers need their own.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let stores = Stores::open().await;
        let mut settings = vec![
            ("DATABASE_URL", stores.postgres.url().to_owned()),
            ("REDIS_URL", stores.redis.as_ref().unwrap().url().to_owned()),
            ("DATA_DIR", stores.folder.path().join("service").display().to_string()),
        ];
        let demo = command("demo", &settings).args(["--people", "1", "--json"]).output().unwrap();
        let demo: Value = serde_json::from_slice(&demo.stdout).unwrap();
        settings.extend_from_slice(more);
        let program = Program::serve(&settings).await;
        let session = |whose: &Value| whose["session"].as_str().unwrap().to_owned();
        let (admin, person) = (session(&demo["unit_admin"]), session(&demo["people"][0]));
        Self { stores, program, course: demo["courses"][0]["id"].as_i64().unwrap(), admin, person }
    }

    async fn post(&self, path: &str, session: &str, body: Value) -> crate::test_server::Answer {
        let request =
            reqwest::Client::new().post(format!("{}{path}", self.program.base)).bearer_auth(session);
        answer(request.header("content-type", "application/json").body(body.to_string())).await
    }

    /// A page on a new screen of the course.
    async fn page(&self) -> Page {
        let path = format!("/api/v1/courses/{}/screens", self.course);
        let opened = self.post(&path, &self.admin, json!({ "place": "主会场" })).await.is(201, "");
        let base = self.program.base.replace("http", "ws");
        let address = format!("{base}/api/v1/screens/{}/live", opened.body["screen"]);
        let mut page = Page(connect_async(address).await.unwrap().0);
        let hello = json!({ "type": "hello", "ticket": opened.body["ticket"] });
        page.0.send(Message::text(hello.to_string())).await.unwrap();
        page
    }

    async fn check_in(&self, code: &str) -> crate::test_server::Answer {
        let client = json!({ "kind": "app", "device_id": "phone-of-0000" });
        self.post("/api/v1/check-ins", &self.person, json!({ "code": code, "client": client })).await
    }

    async fn close(self) {
        self.program.stop().await;
        self.stores.close().await;
    }
}

struct Page(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Page {
    /// The next frame of a type.
    async fn frame(&mut self, kind: &str) -> Value {
        loop {
            let heard = tokio::time::timeout(DEADLINE, self.0.next()).await;
            let heard = heard.unwrap_or_else(|_| panic!("no {kind}")).expect("the line holds").unwrap();
            let frame: Value = serde_json::from_str(heard.to_text().unwrap()).unwrap_or_default();
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    async fn code(&mut self) -> String {
        let frame = self.frame("code").await;
        frame["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    }
}

/// The hard limit of open files of this process, which its children have too.
fn hard_limit() -> f64 {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    line.split_whitespace().nth(4).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shells_soft_limit_of_open_files_is_raised_at_the_start() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let stores = Stores::open().await;
    let settings = vec![
        ("DATABASE_URL", stores.postgres.url().to_owned()),
        ("REDIS_URL", stores.redis.as_ref().unwrap().url().to_owned()),
        ("DATA_DIR", stores.folder.path().join("service").display().to_string()),
    ];
    let program = Program::serve_with_files(&settings, 512).await;
    let most = program.measured().await.of("process_max_fds");
    assert!(most > 512.0 && (most - hard_limit()).abs() < 0.5, "{most} of {}", hard_limit());
    program.stop().await;
    stores.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_in_a_hall_is_measured() {
    let hall = Hall::open(&[]).await;
    let before = hall.program.measured().await;
    for series in [
        "zaichang_pages",
        "zaichang_panics_total",
        r#"zaichang_page_endings_total{reason="too_slow"}"#,
        r#"zaichang_refusals_total{code="code_malformed"}"#,
    ] {
        assert!(before.of(series).abs() < 0.5, "{series} does not begin at nought: {before:?}");
    }

    let mut page = hall.page().await;
    page.code().await;
    page.frame("count").await;
    // The code that follows is the first that can be late.
    let code = page.code().await;
    hall.check_in(&code).await.is(201, "recorded");
    assert_eq!(page.frame("count").await["attendees"], 1);
    hall.check_in("nonsense").await.is(400, "code_malformed");

    eventually(async || hall.program.measured().await.of("zaichang_count_lateness_seconds_count") > 0.5)
        .await;
    let measured = hall.program.measured().await;
    for (series, low, high) in [
        ("zaichang_pages", 1.0, 1.0),
        ("zaichang_codes_rendered_total", 2.0, 20.0),
        ("zaichang_code_lateness_seconds_count", 1.0, 20.0),
        ("zaichang_count_lateness_seconds_count", 1.0, 1.0),
        ("zaichang_check_ins_total", 1.0, 1.0),
        (r#"zaichang_refusals_total{code="code_malformed"}"#, 1.0, 1.0),
    ] {
        let value = measured.of(series);
        assert!((low..=high).contains(&value), "{series} is {value}");
    }
    for kind in ["code", "count"] {
        let total = |what: &str| measured.of(&format!("zaichang_{kind}_lateness_seconds_{what}"));
        // A step, or the reading again of every count, would be a second and more.
        assert!(total("sum") / total("count") < 1.0, "{kind}: {measured:?}");
    }
    // The pools are looked at every second.
    for (pool, size) in [("requests", 16.0), ("commits", 4.0)] {
        eventually(async || {
            let measured = hall.program.measured().await;
            let of = |state: &str| {
                let series = format!(r#"zaichang_database_connections{{pool="{pool}",state="{state}"}}"#);
                measured.of(&series)
            };
            let open = of("idle") + of("used");
            open > 0.5 && (open + of("unopened") - size).abs() < 0.5
        })
        .await;
    }

    drop(page);
    let lost = r#"zaichang_page_endings_total{reason="line_lost"}"#;
    eventually(async || hall.program.measured().await.of(lost) > 0.5).await;
    assert!(hall.program.measured().await.of("zaichang_pages").abs() < 0.5);
    hall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_node_asks_for_jobs_once_or_twice_a_second() {
    let hall = Hall::open(&[]).await;
    let looks = async || hall.program.measured().await.of("zaichang_job_looks_total");
    let (begun, before) = (Instant::now(), looks().await);
    eventually(async || looks().await > before + 11.5).await;
    // Half a second lies between two looks at least, but for the few that a new job brings forward.
    assert!(begun.elapsed() > Duration::from_secs(2), "twelve looks in {:?}", begun.elapsed());
    hall.close().await;
}

#[test]
fn a_setting_that_nobody_knows_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let settings =
        [("DATA_DIR", data.display().to_string()), ("DATABSE_URL", "postgres://db/zaichang".to_owned())];
    for name in ["serve", "migrate", "demo"] {
        let ended = command(name, &settings).output().unwrap();
        assert!(!ended.status.success(), "{name}");
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(said.contains("ZAICHANG_DATABSE_URL: is ZAICHANG_DATABASE_URL meant?"), "{name}: {said}");
    }
    assert!(!data.exists(), "a private Postgres was made for a misspelt address");
}

/// What leaves the process for a collector: the route and the time, nothing of whom or what.
#[cfg(feature = "traces")]
#[tokio::test(flavor = "multi_thread")]
async fn a_check_in_is_traced_without_its_code_and_its_session() {
    use axum::body::Bytes;
    use axum::routing::post;

    let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let collector = format!("http://{}", listener.local_addr().unwrap());
    let take = move |body: Bytes| async move { sender.send(body).unwrap() };
    let router = axum::Router::new().route("/v1/traces", post(take));
    let listener = listener.into_std().unwrap();
    tokio::spawn(axum_server::from_tcp(listener).unwrap().serve(router.into_make_service()));

    let hall = Hall::open(&[("TRACES", collector), ("TRACES_SHARE", "1".to_owned())]).await;
    let mut page = hall.page().await;
    let code = page.code().await;
    hall.check_in(&code).await.is(201, "recorded");
    let person = hall.person.clone();
    drop(page);
    // What still waits is sent before the end.
    hall.close().await;
    let mut told = Vec::new();
    while let Ok(body) = received.try_recv() {
        told.extend_from_slice(&body);
    }
    let holds = |words: &str| told.windows(words.len()).any(|window| window == words.as_bytes());
    for words in ["service.name", "request", "POST", "/api/v1/check-ins"] {
        assert!(holds(words), "{words} was not told");
    }
    for words in [code.as_str(), person.as_str(), "phone-of-0000"] {
        assert!(!holds(words), "{words} left the process");
    }
}
