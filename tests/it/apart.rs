//! A test's node in a process of its own, on the test's stores: to be killed in the middle of something. Afterwards another node goes
//! on, in this process. What is to be met in the middle waits for a lock that the test holds.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use sqlx::{PgPool, Postgres, Transaction};
use zaichang::demo::Demo;
use zaichang_core::clock::Clock;

use crate::program::Program;
use crate::test_server::{Service, Stores, TestServer, eventually};

/// The node, which has the machine's clock, and what it stands on.
pub struct Apart {
    program: Program,
    http: reqwest::Client,
    pub pool: PgPool,
    pub demo: Demo,
    stores: Stores,
    clock: Clock,
}

impl TestServer {
    /// Its node stops, and one in a process of its own is there instead. The demo's logins go on.
    pub async fn apart(self) -> Apart {
        let Self { stores, service, clock, demo } = self;
        service.stop().await;
        let pool = PgPool::connect(stores.postgres.url()).await.unwrap();
        let last =
            "update sessions set created_at = now(), seen_at = now(), expires_at = now() + interval '1 hour'";
        sqlx::raw_sql(last).execute(&pool).await.unwrap();
        let settings = [
            ("DATABASE_URL", stores.postgres.url().to_owned()),
            ("REDIS_URL", stores.redis.as_ref().unwrap().url().to_owned()),
            ("DATA_DIR", stores.settings().data_dir.display().to_string()),
        ];
        let program = Program::serve(&settings).await;
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Apart { program, http, pool, demo, stores, clock }
    }
}

impl Apart {
    pub fn post(&self, path: &str, session: &str, seen: &str, body: &Value) -> RequestBuilder {
        let request = self.http.request(Method::POST, format!("{}{path}", self.program.base));
        let request = request.bearer_auth(session).header("if-match", seen);
        request.header("content-type", "application/json").body(body.to_string())
    }

    /// A transaction that holds what this statement locks.
    pub async fn hold(&self, statement: &'static str) -> Transaction<'static, Postgres> {
        let mut held = self.pool.begin().await.unwrap();
        sqlx::raw_sql(statement).execute(&mut *held).await.unwrap();
        held
    }

    /// Until one of its statements waits for a lock.
    pub async fn until_it_waits(&self) {
        let waits = "select exists (select from pg_locks join pg_stat_activity using (pid)
            where not granted and datname = current_database())";
        eventually(async || sqlx::query_scalar(waits).fetch_one(&self.pool).await.unwrap()).await;
    }

    /// Kills it, as `kill -9` does, and begins another node, which has not heard of it for a minute. What Postgres was doing for the dead
    /// node goes on, until it finds the connection closed.
    pub async fn killed(self) -> TestServer {
        let Self { program, pool, demo, stores, clock, .. } = self;
        program.kill().await;
        let silent =
            "update graphile_worker._private_workers set last_heartbeat_at = now() - interval '1 minute'";
        sqlx::raw_sql(silent).execute(&pool).await.unwrap();
        let service = Service::start(stores.settings(), clock.clone()).await;
        TestServer { stores, service, clock, demo }
    }
}

impl TestServer {
    /// Until a job of this kind has been begun a second time.
    pub async fn until_begun_again(&self, kind: &str) {
        let again = "select exists (select from graphile_worker.jobs
            where task_identifier = $1 and attempts = 2 and locked_at is not null)";
        eventually(async || {
            sqlx::query_scalar(again).bind(kind).fetch_one(&self.service.pool).await.unwrap()
        })
        .await;
    }

    /// Until no job of this kind is left.
    pub async fn until_done(&self, kind: &str) {
        let done = "select not exists (select from graphile_worker.jobs where task_identifier = $1)";
        eventually(async || sqlx::query_scalar(done).bind(kind).fetch_one(&self.service.pool).await.unwrap())
            .await;
    }
}
