//! A server for one test: private Postgres and Redis, the service in this process, demo data, and a clock that stands
//! until it is moved.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use zaichang::config::Settings;
use zaichang::demo::{self, Demo};
use zaichang::private::{Postgres, Redis};
use zaichang_core::clock::Clock;
use zaichang_core::code::{Step, mint};
use zaichang_core::ids::ScreenNumber;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_integrations::print;

use crate::database::Database;
pub use crate::service::{Answer, Service, answer, client};

/// A Saturday morning, two minutes after nine in Shanghai.
pub const MORNING: &str = "2025-11-29T09:02:13.123+08:00";
/// People of the demo.
pub const PEOPLE: usize = 60;

/// The stores of one test; outlive the service, so that it can be started again.
pub struct Stores {
    pub postgres: Database,
    pub redis: Option<Redis>,
    // Last, so that it is taken away after what lives in it.
    pub folder: TempDir,
}

/// The service and everything it stands on.
pub struct TestServer {
    pub stores: Stores,
    pub service: Service,
    pub clock: Clock,
    pub demo: Demo,
}

impl Stores {
    pub async fn open() -> Self {
        Self::with(Database::shared().await, tempfile::tempdir().unwrap()).await
    }

    /// With a Postgres that no other test uses: one that may be stopped, and whose roles may be changed.
    pub async fn open_alone() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let postgres = Postgres::start(folder.path()).await.unwrap();
        Self::with(Database::Alone(Box::new(Some(postgres))), folder).await
    }

    /// With the demo, under the keys of who starts here.
    async fn open_with_demo() -> (Self, Demo) {
        let (postgres, filled) = Database::shared_with_demo().await;
        let stores = Self::with(postgres, tempfile::tempdir().unwrap()).await;
        let data_dir = stores.settings().data_dir;
        std::fs::create_dir_all(&data_dir).unwrap();
        std::fs::write(data_dir.join("master_keys"), filled.master_keys.expose_secret()).unwrap();
        (stores, filled.demo.clone())
    }

    async fn with(postgres: Database, folder: TempDir) -> Self {
        let redis = Redis::start(folder.path()).await.unwrap().expect("redis-server is installed");
        Self { postgres, redis: Some(redis), folder }
    }

    pub fn settings(&self) -> Settings {
        let mut settings = Settings {
            listen: ([127, 0, 0, 1], 0).into(),
            database_url: Some(self.postgres.url().into()),
            redis_url: self.redis.as_ref().map(|redis| redis.url().into()),
            data_dir: self.folder.path().join("service"),
            metrics_listen: Some("off".to_owned()),
            drain_s: 2,
            ..Settings::default()
        };
        // It ends well and prints nothing. Tests of documents set the real one.
        settings.modules.set::<print::Settings>(|print| print.program = Some("/bin/true".into()));
        settings
    }

    pub async fn stop_postgres(&mut self) {
        self.postgres.alone().take().expect("it runs").stop().await.unwrap();
    }

    pub async fn start_postgres(&mut self) {
        *self.postgres.alone() = Some(Postgres::start(self.folder.path()).await.unwrap());
    }

    pub async fn close(self) {
        if let Some(redis) = self.redis {
            redis.stop().await.unwrap();
        }
        if let Database::Alone(postgres) = self.postgres
            && let Some(postgres) = *postgres
        {
            postgres.stop().await.unwrap();
        }
    }
}

impl TestServer {
    pub async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    /// Opens at nine in the morning with sixty people and the demo's courses; `change` may alter the settings.
    pub async fn open_with(change: impl FnOnce(&mut Settings)) -> Self {
        let (stores, demo) = Stores::open_with_demo().await;
        let clock = Clock::set_to(MORNING.parse().unwrap());
        let mut settings = stores.settings();
        change(&mut settings);
        let service = Service::start(settings, clock.clone()).await;
        let demo = Demo { base_url: service.base.clone(), ..demo };
        Self { stores, service, clock, demo }
    }

    /// The same with a Postgres that no other test uses.
    pub async fn open_alone() -> Self {
        Self::open_alone_with(|_| {}).await
    }

    pub async fn open_alone_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::on(Stores::open_alone().await, Clock::set_to(MORNING.parse().unwrap()), change).await
    }

    pub async fn open_at(clock: Clock, change: impl FnOnce(&mut Settings)) -> Self {
        Self::on(Stores::open().await, clock, change).await
    }

    pub async fn on(stores: Stores, clock: Clock, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = stores.settings();
        change(&mut settings);
        let service = Service::start(settings, clock.clone()).await;
        let sealer = Sealer::new(Keys::clone(&service.keys));
        let base = service.base.clone();
        let demo = demo::fill(&service.pool, &sealer, clock.now(), PEOPLE, base, Vec::new()).await.unwrap();
        Self { stores, service, clock, demo }
    }

    /// Another node on the same stores. It shares the first one's keys, as a deployment does by ZAICHANG_MASTER_KEYS.
    pub async fn second(&self, change: impl FnOnce(&mut Settings)) -> Service {
        let mut settings = self.stores.settings();
        settings.data_dir = self.stores.folder.path().join("second");
        change(&mut settings);
        std::fs::create_dir_all(&settings.data_dir).unwrap();
        let keys = self.stores.folder.path().join("service/master_keys");
        std::fs::copy(keys, settings.data_dir.join("master_keys")).unwrap();
        Service::start(settings, self.clock.clone()).await
    }

    /// Until a statement of this test waits for a lock. Other tests' statements wait in the same Postgres.
    pub async fn until_somebody_waits(&self) {
        let waits = "select exists (select from pg_locks join pg_stat_activity using (pid)
            where not granted and datname = current_database())";
        eventually(async || sqlx::query_scalar(waits).fetch_one(&self.service.pool).await.unwrap()).await;
    }

    /// Ends the connections of this test that wait for a lock: how many there were.
    pub async fn end_who_waits(&self) -> i64 {
        let ended = "select count(*) from (
            select pg_terminate_backend(pid) from pg_locks join pg_stat_activity using (pid)
            where not granted and datname = current_database()
        ) ended";
        sqlx::query_scalar(ended).fetch_one(&self.service.pool).await.unwrap()
    }

    pub async fn close(self) {
        self.service.stop().await;
        self.stores.close().await;
    }

    pub fn admin(&self) -> Option<&str> {
        Some(&self.demo.unit_admin.session)
    }

    pub fn session(&self, person: usize) -> Option<&str> {
        Some(&self.demo.people[person].session)
    }

    /// A course without a cap.
    pub fn course(&self) -> i64 {
        self.demo.courses[0].id.0
    }

    /// A course with a cap of ten.
    pub fn small_course(&self) -> i64 {
        self.demo.courses[2].id.0
    }

    pub fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Opens a screen and gives its number and ticket.
    pub async fn screen(&self, course: i64) -> (ScreenNumber, String) {
        let path = format!("/api/v1/courses/{course}/screens");
        let opened = self.service.post(&path, self.admin(), json!({ "place": "主会场" })).await.is(201, "");
        let screen = u32::try_from(opened.body["screen"].as_u64().unwrap()).unwrap();
        (ScreenNumber(screen), opened.body["ticket"].as_str().unwrap().to_owned())
    }

    /// The code that a screen shows now, under the strict profile.
    pub fn code(&self, screen: ScreenNumber) -> String {
        mint(&self.service.keys, screen, Step::at(self.now(), 3000, screen)).to_string()
    }

    /// The next code that a screen shows, at the first instant of its step: how old a scanned code is does not hang on
    /// the phase of a screen whose number the database gave.
    pub fn next_code(&self, screen: ScreenNumber) -> String {
        let step = Step::at(self.now(), 3000, screen).next();
        self.clock.advance(step.starts_at().duration_since(self.now()).unsigned_abs());
        mint(&self.service.keys, screen, step).to_string()
    }

    /// A code of a newly opened screen.
    pub async fn fresh_code(&self, course: i64) -> String {
        let (screen, _) = self.screen(course).await;
        self.code(screen)
    }

    /// Checks a person in from their own phone.
    pub async fn check_in(&self, person: usize, proof: Value) -> Answer {
        self.check_in_from(person, &format!("phone-of-{person:04}"), proof).await
    }

    pub async fn check_in_from(&self, person: usize, device: &str, proof: Value) -> Answer {
        let mut body = proof;
        body["client"] = client(device);
        self.service.post("/api/v1/check-ins", self.session(person), body).await
    }

    /// Exchanges a code for a pass on a person's own phone, logged in or not.
    pub async fn scan(&self, person: usize, logged_in: bool, code: &str) -> Answer {
        let body = json!({ "code": code, "client": client(&format!("phone-of-{person:04}")) });
        let session = if logged_in { self.session(person) } else { None };
        self.service.post("/api/v1/scans", session, body).await
    }

    pub async fn sql(&self, statement: &str) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(&self.service.pool).await.unwrap();
    }

    /// Changes a row and waits until the caches have received the change.
    pub async fn change(&self, statement: &str, told: impl AsyncFn() -> bool) {
        self.sql(statement).await;
        eventually(told).await;
    }

    pub async fn rows(&self) -> i64 {
        sqlx::query_scalar("select count(*) from check_ins").fetch_one(&self.service.pool).await.unwrap()
    }
}

/// Polls until it is true; fails after a deadline that no healthy run comes near.
#[track_caller]
pub fn eventually(so: impl AsyncFn() -> bool) -> impl Future<Output = ()> {
    let asked = std::panic::Location::caller();
    async move {
        let asking = async {
            while !so().await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        assert!(
            tokio::time::timeout(Duration::from_mins(1), asking).await.is_ok(),
            "never came true: {asked}"
        );
    }
}
