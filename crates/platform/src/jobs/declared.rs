//! What a kind of job is, and how one is run: its payload read, its panic caught, its outcome counted. It knows no queue but
//! by the library's types.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

/// A kind of job. The value is its payload: ids, never anything of a person. Postgres refuses the rest.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// In rows, metrics and logs: a verb and its object, `make_export`. Never changed, or what waits is not taken any more.
    const NAME: &'static str;
    /// Tries after which it has failed for good. Between them lie e, e², e³ … seconds, six hours at most.
    const TRIES: u8;

    /// Which effect it has. Of each key one job waits or runs at a time, and the effect's row carries it.
    fn key(&self) -> String;
}

/// One try at a job.
pub struct Try {
    /// Connections of the jobs' own, with long time-outs.
    pub pool: PgPool,
    /// Whether it will not be tried again by itself.
    pub is_last: bool,
}

/// Why a try came to nothing, as a word that is kept and shown. What happened is logged where it happened: an error's text
/// may hold what is not to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Failed(pub &'static str);

impl fmt::Debug for Failed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

/// A kind of job that a module has declared.
pub struct Declared {
    pub(super) name: &'static str,
    register: Box<Register>,
}

type Register = dyn Fn(WorkerOptions, &PgPool) -> WorkerOptions + Send + Sync;
type Run<J> = dyn Fn(J, Try) -> BoxFuture<'static, Result<(), Failed>> + Send + Sync;

impl Declared {
    pub fn new<J: Job, F>(run: impl Fn(J, Try) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Failed>> + Send + 'static,
    {
        let run: Arc<Run<J>> = Arc::new(move |job, attempt| Box::pin(run(job, attempt)));
        let register = move |options: WorkerOptions, pool: &PgPool| {
            let handler = Handler { run: Arc::clone(&run), pool: pool.clone() };
            options.add_extension(handler).define_job::<Queued<J>>()
        };
        Self { name: J::NAME, register: Box::new(register) }
    }

    pub(super) fn register(&self, options: WorkerOptions, pool: &PgPool) -> WorkerOptions {
        (self.register)(options, pool)
    }
}

struct Handler<J> {
    run: Arc<Run<J>>,
    pool: PgPool,
}

impl<J> Clone for Handler<J> {
    fn clone(&self) -> Self {
        Self { run: Arc::clone(&self.run), pool: self.pool.clone() }
    }
}

impl<J: Job> fmt::Debug for Handler<J> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(J::NAME)
    }
}

/// A job as the library takes it from its row.
#[derive(Serialize, Deserialize)]
#[serde(transparent, bound = "J: Job")]
pub(super) struct Queued<J>(J);

impl<J: Job> TaskHandler for Queued<J> {
    const IDENTIFIER: &'static str = J::NAME;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(Handler { run, pool }) = context.get_ext::<Handler<J>>().cloned() else {
            return Err(Failed("not_declared"));
        };
        let is_last = context.job().attempts() >= context.job().max_attempts();
        // After a panic the job is tried anew. What it shares with others is behind locks that survive a panic.
        let done = AssertUnwindSafe(run(self.0, Try { pool, is_last })).catch_unwind().await;
        let done = done.unwrap_or(Err(Failed("panicked")));
        let outcome = match done {
            Ok(()) => "done",
            Err(_) if is_last => "failed",
            Err(_) => "put_off",
        };
        metrics::counter!("zaichang_job_tries_total", "kind" => J::NAME, "outcome" => outcome).increment(1);
        done
    }
}
