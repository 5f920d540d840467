//! A node is killed in the middle of a job: another one, or its next start, does it, and nothing is lost or there twice.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, PgConnection};
use zaichang_core::keys::Keys;
use zaichang_core::seal::{Kind, Sealer};

use crate::program::{Program, Setting, command};
use crate::test_server::{Answer, Stores, answer, eventually};

/// So many that a file of them is not written in a moment.
const ROWS: i64 = 12_000;

/// Nodes in processes of their own, on one pair of stores.
struct Nodes {
    stores: Stores,
    settings: Vec<Setting>,
    postgres: tokio::sync::Mutex<PgConnection>,
    demo: Value,
}

impl Nodes {
    async fn open(people: &str, more: &[Setting]) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let stores = Stores::open().await;
        let mut settings = vec![
            ("DATABASE_URL", stores.postgres.url().to_owned()),
            ("REDIS_URL", stores.redis.as_ref().unwrap().url().to_owned()),
            ("MASTER_KEYS", STANDARD.encode([1; 32])),
            ("DATA_DIR", stores.folder.path().join("first").display().to_string()),
        ];
        settings.extend_from_slice(more);
        let demo = command("demo", &settings).args(["--people", people, "--json"]).output().unwrap();
        let demo = serde_json::from_slice(&demo.stdout).unwrap();
        let postgres = PgConnection::connect(stores.postgres.url()).await.unwrap().into();
        Self { stores, settings, postgres, demo }
    }

    /// The same settings with this one besides; a later setting counts.
    fn with(&self, more: Setting) -> Vec<Setting> {
        let mut settings = self.settings.clone();
        settings.push(more);
        settings
    }

    fn folder(&self, node: &str) -> PathBuf {
        self.stores.folder.path().join(node)
    }

    async fn one<T>(&self, query: &'static str) -> T
    where
        T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        sqlx::query_scalar(query).fetch_one(&mut *self.postgres.lock().await).await.unwrap()
    }

    async fn sql(&self, statement: &str) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned()))
            .execute(&mut *self.postgres.lock().await)
            .await
            .unwrap();
    }

    /// As if the killed node had not been heard of for a minute.
    async fn let_a_minute_pass(&self) {
        self.sql(
            "update graphile_worker._private_workers set last_heartbeat_at = now() - interval '1 minute'
             where id in (select locked_by from graphile_worker.jobs)",
        )
        .await;
    }

    async fn close(self) {
        drop(self.postgres);
        self.stores.close().await;
    }
}

async fn call(program: &Program, method: reqwest::Method, path: &str, session: &Value) -> Answer {
    let request = reqwest::Client::new().request(method, format!("{}{path}", program.base));
    let request = request.bearer_auth(session.as_str().unwrap()).header("content-type", "application/json");
    answer(request.body(json!({ "format": "csv" }).to_string())).await
}

/// Names of the files that a node has, finished or not.
fn files(folder: &Path) -> Vec<String> {
    let Ok(files) = std::fs::read_dir(folder.join("files")) else { return Vec::new() };
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

fn finished(folder: &Path) -> Vec<String> {
    files(folder).into_iter().filter(|name| !name.contains('#')).collect()
}

/// Asks for an export of very many rows, and kills the node while it writes the file.
async fn killed_while_it_writes(nodes: &Nodes) -> String {
    // Which also makes the month.
    let program = Program::serve(&nodes.settings).await;
    let course = &nodes.demo["courses"][0]["id"];
    nodes
        .sql(&format!(
            "insert into check_ins (person_id, course_id, day, slot, id, at, recorded_at, source, client_kind)
             select (select min(id) from people), {course}, current_date, number, gen_random_uuid(), now(), now(), 'card', 'app'
             from generate_series(1, {ROWS}) number"
        ))
        .await;
    let place = format!("/api/v1/courses/{course}/exports");
    let asked = call(&program, reqwest::Method::POST, &place, &nodes.demo["unit_admin"]["session"]).await;
    let place = asked.is(202, "").headers["location"].to_str().unwrap().to_owned();
    let folder = nodes.folder("first");
    eventually(async || files(&folder).iter().any(|name| name.contains('#'))).await;
    program.kill().await;
    assert_eq!(nodes.one::<String>("select state from exports").await, "running", "it was killed too late");
    assert!(finished(&folder).is_empty());
    place
}

/// One file is kept, whole, and it is what the row says.
async fn is_there_once(nodes: &Nodes, program: &Program, node: &str, place: &str) {
    eventually(async || nodes.one::<String>("select state from exports").await == "ready").await;
    eventually(async || {
        nodes
            .one::<i64>("select count(*) from graphile_worker.jobs where task_identifier = 'make_export'")
            .await
            == 0
    })
    .await;
    assert_eq!(finished(&nodes.folder(node)), [nodes.one::<String>("select file::text from exports").await]);
    let session = nodes.demo["unit_admin"]["session"].as_str().unwrap();
    let address = format!("{}{place}/file", program.base);
    let file = reqwest::Client::new().get(address).bearer_auth(session).send().await.unwrap();
    assert_eq!(file.status().as_u16(), 200);
    let file = file.bytes().await.unwrap();
    assert_eq!(nodes.one::<Vec<u8>>("select sha256 from exports").await, Sha256::digest(&file).to_vec());
    assert_eq!(
        nodes.one::<i64>("select count(*) from files").await,
        1,
        "what the dead node began is forgotten"
    );
    let lines = std::str::from_utf8(&file).unwrap().lines().count();
    let rows = i64::try_from(lines).unwrap() - 1;
    assert_eq!(rows, nodes.one::<i64>("select rows from exports").await);
    assert_eq!(rows, ROWS);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_whose_node_was_killed_is_made_at_its_next_start_once() {
    let nodes = Nodes::open("3", &[]).await;
    let place = killed_while_it_writes(&nodes).await;
    nodes.let_a_minute_pass().await;
    let again = Program::serve(&nodes.settings).await;
    is_there_once(&nodes, &again, "first", &place).await;
    again.stop().await;
    nodes.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_whose_node_was_killed_is_made_by_another_node_once() {
    let nodes = Nodes::open("3", &[]).await;
    let other = nodes.with(("DATA_DIR", nodes.folder("other").display().to_string()));
    let other = Program::serve(&other).await;
    let place = killed_while_it_writes(&nodes).await;
    nodes.let_a_minute_pass().await;
    is_there_once(&nodes, &other, "other", &place).await;
    assert!(finished(&nodes.folder("first")).is_empty());
    other.stop().await;
    nodes.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_of_a_key_that_was_the_newest_for_a_while_does_not_wait_for_ever() {
    const JOBS: &str = "select count(*) from graphile_worker.jobs where task_identifier = 'reseal_people'";
    let nodes = Nodes::open("3", &[]).await;
    // As a node leaves it whose newest key it was, and which is gone: no other node may take it.
    let middle = hex::encode(Keys::new(&[[2; 32]]).unwrap().signing_id());
    nodes
        .sql(&format!("select enqueue_job('reseal_people', '{{}}', 'reseal:{middle}', 16, 'key:{middle}')"))
        .await;
    let keys = [[3; 32], [2; 32], [1; 32]].map(|key| STANDARD.encode(key)).join(",");
    let program = Program::serve(&nodes.with(("MASTER_KEYS", keys))).await;
    eventually(async || nodes.one::<i64>(JOBS).await == 0).await;
    assert_eq!(nodes.one::<i64>("select count(distinct key_id) from people").await, 1);
    program.stop().await;
    nodes.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_a_killed_node_had_not_sealed_again_are_sealed_at_the_next_start() {
    const UNDER: &str = "select count(distinct key_id) from people";
    let nodes = Nodes::open("1000", &[]).await;
    let all: i64 = nodes.one("select count(*) from people").await;
    let keys = format!("{},{}", STANDARD.encode([2; 32]), STANDARD.encode([1; 32]));
    let rotated = nodes.with(("MASTER_KEYS", keys));
    // Slow enough to be met in the middle.
    nodes
        .sql(
            "create function dawdle() returns trigger language plpgsql as 'begin perform pg_sleep(0.005); return new; end';
             create trigger dawdle before update on people for each row execute function dawdle()",
        )
        .await;
    let program = Program::serve(&rotated).await;
    eventually(async || nodes.one::<i64>(UNDER).await == 2).await;
    program.kill().await;
    nodes.sql("drop trigger dawdle on people").await;
    assert_eq!(nodes.one::<i64>(UNDER).await, 2, "it was killed too late");
    nodes.let_a_minute_pass().await;
    let again = Program::serve(&rotated).await;
    eventually(async || nodes.one::<i64>(UNDER).await == 1).await;
    eventually(async || {
        nodes
            .one::<i64>("select count(*) from graphile_worker.jobs where task_identifier = 'reseal_people'")
            .await
            == 0
    })
    .await;
    again.stop().await;
    // Each still has a number, and the new key alone opens it.
    let sealer = Sealer::new(Keys::new(&[[2; 32]]).unwrap());
    let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as("select key_id, id_number_sealed from people")
        .fetch_all(&mut *nodes.postgres.lock().await)
        .await
        .unwrap();
    let numbers: std::collections::HashSet<_> =
        rows.iter().map(|(key, sealed)| sealer.open(Kind::IdNumber, key, sealed).unwrap()).collect();
    assert_eq!(i64::try_from(numbers.len()).unwrap(), all);
    nodes.close().await;
}
