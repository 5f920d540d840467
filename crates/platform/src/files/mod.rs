//! Files: bytes that are kept outside Postgres and the row that says what they are. Written and read as streams in flat
//! memory; sealed where they may hold something of a person; of the type that they are said to be; gone when they should be.
//! It must not know where files lie: that is the store's.

mod content;
mod module;
mod name;
mod port;
mod reading;
mod sealing;
mod sql;
mod writing;

pub use content::Content;
pub use module::MODULE;
pub use name::attachment;
pub use port::{Store, Upload};
pub use reading::Opened;
pub use writing::{Writing, Written};

use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::db::Constraint as _;
use zaichang_core::clock::Clock;
use zaichang_core::ids::AccountId;
use zaichang_core::keys::Keys;

/// How often a node looks for files of its store that may go.
const SWEEP: Duration = Duration::from_mins(1);

/// A kind of file, as the module that keeps it declares it.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// In rows: `export_csv`.
    pub name: &'static str,
    pub content: Content,
    /// Bytes, at most.
    pub limit: u64,
    /// Whether it is sealed at rest. Whatever may hold something of a person is.
    pub sealed: bool,
}

/// A file that is to be written.
pub struct NewFile<'a> {
    pub kind: &'static Kind,
    /// Whom it belongs to.
    pub account: AccountId,
    /// The key of the job that writes it.
    pub job: Option<&'a str>,
    /// From then on it is not opened any more.
    pub expires_at: Timestamp,
}

/// What can go wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the file is larger than its kind may be")]
    TooLarge,
    #[error("the file is not what its kind says")]
    OtherContent,
    #[error("the job has kept a file already")]
    KeptAlready,
    #[error("a file: {0}")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// The files of a deployment, as this node reaches them.
pub struct Files {
    store: Arc<dyn Store>,
    keys: Arc<Keys>,
    clock: Clock,
}

impl Files {
    pub fn new(store: Arc<dyn Store>, keys: Arc<Keys>, clock: Clock) -> Self {
        Self { store, keys, clock }
    }

    /// Begins a file. It is there for others once `keep` is committed; what is dropped before is deleted.
    pub async fn begin(&self, pool: &PgPool, new: &NewFile<'_>) -> Result<Writing, Error> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(io::Error::from)?;
        let id = uuid::Builder::from_random_bytes(random).into_uuid();
        sql::begin(pool, id, new, self.clock.now()).await?;
        Ok(Writing::new(id, new.kind, self.store.begin(id).await?, &self.keys))
    }

    /// Keeps a file that was written, in the caller's transaction. Refused if the job has kept one already.
    pub async fn keep(&self, connection: &mut PgConnection, written: &Written) -> Result<(), Error> {
        let kept = sql::keep(connection, written, self.clock.now()).await;
        kept.map_err(|error| match error {
            error if error.breaks("file_is_kept_once_by_its_job") => Error::KeptAlready,
            error => error.into(),
        })
    }

    /// Gives up a file that was written and is not kept.
    pub async fn discard(&self, pool: &PgPool, id: Uuid) -> Result<(), Error> {
        sql::discard(pool, id).await?;
        Ok(self.store.delete(id).await?)
    }

    /// Opens a file of this kind that has been kept and has not expired. None where this node's store does not have it.
    pub async fn open(&self, pool: &PgPool, id: Uuid, kind: &'static Kind) -> Result<Option<Opened>, Error> {
        let Some(bytes) = sql::kept(pool, id, kind, self.clock.now()).await? else { return Ok(None) };
        Ok(Opened::open(Arc::clone(&self.store), &self.keys, id, bytes, kind.sealed).await?)
    }

    /// Deletes, for ever, what lies in this node's store and may not be opened any more, or was never finished.
    pub async fn delete_old(self: Arc<Self>, pool: PgPool) {
        let mut sweeps = tokio::time::interval(SWEEP);
        loop {
            sweeps.tick().await;
            if let Err(error) = self.sweep(&pool).await {
                tracing::warn!(%error, "old files are deleted later");
            }
        }
    }

    async fn sweep(&self, pool: &PgPool) -> Result<(), Error> {
        let found = self.store.list().await?;
        if found.is_empty() {
            return Ok(());
        }
        // Asked after the look: a file that was begun meanwhile is not among those found, and a row comes first.
        let living = sql::living(pool, &found, self.clock.now()).await?;
        let living: HashSet<_> = living.into_iter().collect();
        // One that cannot be deleted keeps no other from it.
        let mut all = Ok(());
        for id in found.into_iter().filter(|id| !living.contains(id)) {
            if let Err(error) = self.store.delete(id).await {
                all = Err(error.into());
            }
        }
        all
    }
}
