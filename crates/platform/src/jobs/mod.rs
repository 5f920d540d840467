//! Jobs: work that outlives its request and its process. A module declares a kind of job; it is enqueued in the caller's
//! transaction, and one node of all runs it, again after a failure, on another node after a death.
//!
//! A job may run twice: a node that was frozen goes on beside the one that took over. So its effect carries the job's key, and
//! what is written a second time is refused there. It knows no module's jobs.

mod declared;
mod hourly;
mod module;
mod queue;
pub mod refusals;
mod routes;
mod sql;
mod stuck;
mod worker;

pub use declared::{Declared, Failed, Job, Try};
pub use hourly::Sweep;
pub use module::MODULE;
pub use queue::{
    RunsOn, enqueue, enqueue_after, enqueue_all, enqueue_all_after, enqueue_in_turn, prepare, withdraw,
};
pub use stuck::tell_stuck;
pub use worker::{REPEATED, Worker};

use crate::db::{away, is_away};
use crate::http::Problem;

/// What can go wrong when jobs are looked at.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(error) if is_away(&error) => away(&error),
            error @ Error::Database(_) => {
                tracing::error!(%error, "jobs could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
