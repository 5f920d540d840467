//! A database for one test. Most share a Postgres with a few other tests of this process, each in a database of its own, made
//! from one that is migrated already, or that holds the demo already; those that stop Postgres or change its roles have one alone.

use std::future::pending;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use secrecy::SecretString;
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use zaichang::demo::{self, Demo};
use zaichang::private::Postgres;
use zaichang::schema::MIGRATIONS;
use zaichang_attendance::checkin;
use zaichang_core::clock::day_of;
use zaichang_core::keys::{self, Keys};
use zaichang_core::seal::Sealer;
use zaichang_platform::db;

use crate::test_server::{MORNING, PEOPLE};

/// Tests that use one Postgres at a time: it takes a hundred connections, and two nodes of one test at most about forty.
const TESTS: usize = 2;
const TEMPLATE: &str = "migrated";
/// The same with the demo of `MORNING`.
const TEMPLATE_WITH_DEMO: &str = "demo";

/// The demo as it was filled once, for all tests that have a copy of its database.
pub struct Filled {
    pub demo: Demo,
    /// Under which its rows are sealed.
    pub master_keys: SecretString,
}

/// Where one test keeps its rows.
pub enum Database {
    Shared(SharedDatabase),
    /// None while it is stopped.
    Alone(Box<Option<Postgres>>),
}

impl Database {
    /// A migrated one in a Postgres that other tests use as well.
    pub async fn shared() -> Self {
        Self::Shared(SharedPostgres::with_a_place().place(TEMPLATE).await)
    }

    /// The same with the demo in it.
    pub async fn shared_with_demo() -> (Self, Arc<Filled>) {
        let postgres = SharedPostgres::with_a_place();
        let filled = postgres.filled.get_or_init(|| fill_template(&postgres.url)).await;
        let filled = Arc::clone(filled);
        (Self::Shared(postgres.place(TEMPLATE_WITH_DEMO).await), filled)
    }

    pub fn url(&self) -> &str {
        match self {
            Self::Shared(place) => &place.url,
            Self::Alone(postgres) => postgres.as_ref().as_ref().expect("it runs").url(),
        }
    }

    /// The Postgres of this test alone.
    pub fn alone(&mut self) -> &mut Option<Postgres> {
        match self {
            Self::Alone(postgres) => postgres,
            Self::Shared(_) => panic!("the tests beside this one use this Postgres too: open it alone"),
        }
    }
}

/// A test's database among those of others.
pub struct SharedDatabase {
    postgres: Arc<SharedPostgres>,
    name: String,
    url: String,
}

impl Drop for SharedDatabase {
    fn drop(&mut self) {
        let mut ended = self.postgres.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.push(std::mem::take(&mut self.name));
    }
}

/// A Postgres that lives as long as this process: making its cluster, its schema and its demo takes longer than a test does.
pub struct SharedPostgres {
    url: String,
    made: AtomicU32,
    /// Databases of tests that have ended: the next test takes them away, so that few lie there at a time.
    ended: Mutex<Vec<String>>,
    /// Once a test has asked for it.
    filled: OnceCell<Arc<Filled>>,
}

impl SharedPostgres {
    /// One that has a place for one more test.
    fn with_a_place() -> Arc<Self> {
        static RUNNING: Mutex<Vec<Arc<SharedPostgres>>> = Mutex::new(Vec::new());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        // The list itself holds one reference, each test another.
        if let Some(found) = running.iter().find(|postgres| Arc::strong_count(postgres) <= TESTS) {
            return Arc::clone(found);
        }
        let started = Arc::new(Self::start());
        running.push(Arc::clone(&started));
        started
    }

    /// A database of its own for one test, like this template.
    async fn place(self: Arc<Self>, template: &str) -> SharedDatabase {
        let name = format!("test_{}", self.made.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let ended = std::mem::take(&mut *self.ended.lock().unwrap_or_else(PoisonError::into_inner));
        let drops = ended.into_iter().map(|name| format!("drop database {name} with (force)"));
        for statement in drops.chain([format!("create database {name} template {template}")]) {
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
        let url = database_of(&self.url, &name);
        SharedDatabase { postgres: self, name, url }
    }

    /// In a thread and a runtime of its own: those of tests end before.
    fn start() -> Self {
        let (ready, started) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let folder = TempDir::new().unwrap().keep();
                let postgres = Postgres::start(&folder).await.unwrap();
                let _until_the_end = ends_with_this_process(postgres.pid(), &folder);
                make_template(postgres.url()).await;
                ready.send(postgres.url().to_owned()).unwrap();
                pending::<()>().await;
            });
        });
        let url = started.recv().expect("Postgres starts, and its schema is migrated");
        Self { url, made: AtomicU32::new(1), ended: Mutex::default(), filled: OnceCell::new() }
    }
}

/// Stops Postgres and takes its folder away as soon as this process has ended, in whatever way: then the pipe closes.
#[expect(clippy::zombie_processes, reason = "it outlives this process")]
fn ends_with_this_process(pid: i32, folder: &Path) -> ChildStdin {
    let script =
        r#"cat; kill -QUIT "$1"; for _ in $(seq 100); do kill -0 "$1" && sleep 0.05; done; rm -rf "$2""#;
    let mut watching = Command::new("sh")
        .args(["-c", script, "sh", &pid.to_string()])
        .arg(folder)
        // What ends this process' group does not end the shell.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("there is a shell");
    watching.stdin.take().expect("it is piped")
}

async fn make_template(url: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let create = format!("create database {TEMPLATE}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let pool = db::pool(&database_of(url, TEMPLATE), 1).unwrap();
    db::migrate(&pool, &MIGRATIONS).await.unwrap();
    pool.close().await;
}

/// Fills the demo into a copy of the migrated database.
async fn fill_template(url: &str) -> Arc<Filled> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let create = format!("create database {TEMPLATE_WITH_DEMO} template {TEMPLATE}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let pool = db::pool(&database_of(url, TEMPLATE_WITH_DEMO), 1).unwrap();
    let now = MORNING.parse().unwrap();
    checkin::ensure_months(&pool, day_of(now)).await.unwrap();
    let master_keys = keys::make().unwrap();
    let sealer = Sealer::new(Keys::parse(&master_keys).unwrap());
    let demo = demo::fill(&pool, &sealer, now, PEOPLE, String::new(), Vec::new()).await.unwrap();
    pool.close().await;
    Arc::new(Filled { demo, master_keys })
}

fn database_of(url: &str, name: &str) -> String {
    url.replacen("postgres:///zaichang?", &format!("postgres:///{name}?"), 1)
}
