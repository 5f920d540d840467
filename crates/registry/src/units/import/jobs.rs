//! The jobs of an import: one checks a staged file, one carries it out. Both may run twice: a file is checked, and written, once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

use super::apply::{Done, apply};
use super::plan::{Plan, preview};
use super::{Error, sheet};
use crate::units::Error as UnitError;
use zaichang_platform::auth::Account;
use zaichang_platform::change::Change;
use zaichang_platform::jobs::{Failed, Job, Try};
use zaichang_platform::sheets::imports::{self, Added, Import, Outcome, Progress, Staging, State};
use zaichang_platform::sheets::{self, Sheet};

/// What imports of units need on a node.
pub struct UnitImports {
    pub staging: Staging,
    /// Under which the console is opened, without a path.
    pub public_url: Arc<str>,
}

/// The job that checks a file.
#[derive(Serialize, Deserialize)]
pub struct CheckUnits {
    pub import: Uuid,
}

impl Job for CheckUnits {
    const NAME: &'static str = "check_units";
    const TRIES: u8 = 3;

    fn key(&self) -> String {
        imports::check_key(self.import)
    }
}

/// The job that carries a file out.
#[derive(Serialize, Deserialize)]
pub struct ImportUnits {
    pub import: Uuid,
}

impl Job for ImportUnits {
    const NAME: &'static str = "import_units";
    const TRIES: u8 = 3;

    fn key(&self) -> String {
        imports::write_key(self.import)
    }
}

impl UnitImports {
    pub async fn check(self: Arc<Self>, job: CheckUnits, attempt: Try) -> Result<(), Failed> {
        put_off(job.import, self.checked(job.import, &attempt.pool).await)
    }

    pub async fn import(self: Arc<Self>, job: ImportUnits, attempt: Try) -> Result<(), Failed> {
        put_off(job.import, self.imported(job.import, &attempt.pool).await)
    }

    async fn checked(&self, id: Uuid, pool: &PgPool) -> Result<(), Error> {
        let Some((import, by)) = self.taken(id, pool, State::Checking).await? else { return Ok(()) };
        match self.read(pool, id).await {
            Ok(sheet) => self.plan(pool, &import, &by, &sheet, false).await,
            Err(Error::Sheet(error)) if error.refusal().is_some() => {
                let refusal = error.refusal().ok_or(error)?;
                Ok(imports::refused(pool, id, refusal).await?)
            }
            Err(error) => Err(error),
        }
    }

    /// The import and who sent it, if it stands so.
    async fn taken(&self, id: Uuid, pool: &PgPool, state: State) -> Result<Option<(Import, Account)>, Error> {
        match self.staging.taken(pool, id, state).await? {
            None => Ok(None),
            Some((import, by)) => Ok(Some((import, by.ok_or(Error::NotAllowed)?))),
        }
    }

    async fn read(&self, pool: &PgPool, id: Uuid) -> Result<Sheet, Error> {
        let bytes = imports::source(pool, &self.staging.keys, id).await?;
        let read = tokio::task::spawn_blocking(move || sheet::read(&bytes)).await;
        // A reader that panics has met what it cannot read.
        Ok(read.unwrap_or(Err(sheets::Error::NotAWorkbook))?)
    }

    /// Keeps what the file would do, from the state that it is in.
    async fn plan(
        &self,
        pool: &PgPool,
        import: &Import,
        by: &Account,
        sheet: &Sheet,
        is_anew: bool,
    ) -> Result<(), Error> {
        let plan = preview(pool, by.unit.id, sheet).await?;
        let outcome = outcome(sheet, &plan, is_anew, Vec::new());
        let mut connection = pool.acquire().await?;
        imports::checked(&mut connection, &self.staging.keys, import.id, import.state, &outcome).await?;
        Ok(())
    }

    async fn imported(&self, id: Uuid, pool: &PgPool) -> Result<(), Error> {
        let Some((import, by)) = self.taken(id, pool, State::Writing).await? else { return Ok(()) };
        let (Some(rows), Some(seen)) = (import.wanted, &import.plan) else { return Err(Error::Interrupted) };
        let sheet = self.read(pool, id).await?;
        let mut change = Change::begin(pool, &self.staging.clock, &by).await?;
        match apply(&mut change, &sheet, rows, seen, Progress::of(pool, id)).await {
            Ok(Done::Done(plan, added)) => {
                let outcome = outcome(&sheet, &plan, false, added);
                if imports::written(change.connection(), &self.staging.keys, id, &outcome).await? {
                    change.commit().await?;
                }
                Ok(())
            }
            // Somebody was quicker: nothing was done, and what it would do now is to be looked at.
            Ok(Done::Otherwise(_)) => {
                drop(change);
                self.plan(pool, &import, &by, &sheet, true).await
            }
            Err(Error::Unit(error)) if !matches!(error, UnitError::Database(_)) => {
                tracing::info!(%error, import = %id, "an import is checked anew");
                drop(change);
                self.plan(pool, &import, &by, &sheet, true).await
            }
            Err(error) => Err(error),
        }
    }
}

fn outcome(sheet: &Sheet, plan: &Plan, is_anew: bool, added: Vec<Added>) -> Outcome {
    Outcome {
        place: sheet.place,
        plan: plan.digest(),
        counts: plan.counts(),
        faults: plan.faults(),
        missing: Vec::new(),
        is_anew,
        added,
    }
}

fn put_off(import: Uuid, done: Result<(), Error>) -> Result<(), Failed> {
    done.map_err(|error| {
        tracing::warn!(%error, %import, "an import of units is put off");
        error.word()
    })
}
