//! The jobs of an import: one checks a staged file, one carries it out. Both may run twice: a file is checked, and written, once.

use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    Error, Import, ImportState, Judging, Kind, Outcome, Progress, Rows, State, check_key, may_import, new_id,
    sql, write_key,
};
use crate::auth::Account;
use crate::change::Change;
use crate::jobs::{Failed, Job, Try};
use crate::scan;
use crate::sheets::refusals;
use zaichang_core::clock::Clock;
use zaichang_core::keys::Keys;

/// Tries at a file, the last some ten minutes after the first: Postgres away, or too busy for a connection, is outlived, and until then
/// the sender's page waits. What fails for longer is on the page of stuck jobs.
const TRIES: u8 = 7;

/// The job that checks a file, or the one that carries it out.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(super) struct FileJob<K, const WRITES: bool> {
    import: Uuid,
    #[serde(skip)]
    kind: PhantomData<fn() -> K>,
}

pub(super) type CheckFile<K> = FileJob<K, false>;
pub(super) type WriteFile<K> = FileJob<K, true>;

impl<K, const WRITES: bool> FileJob<K, WRITES> {
    pub const fn of(import: Uuid) -> Self {
        Self { import, kind: PhantomData }
    }
}

impl<K: Kind, const WRITES: bool> Job for FileJob<K, WRITES> {
    const NAME: &'static str = K::JOBS[WRITES as usize];
    const TRIES: u8 = TRIES;

    fn key(&self) -> String {
        if WRITES { write_key(self.import) } else { check_key(self.import) }
    }
}

impl<K: Kind> ImportState<K> {
    pub(super) async fn check(self: Arc<Self>, job: CheckFile<K>, attempt: Try) -> Result<(), Failed> {
        put_off(K::NOUN, job.import, self.checked(&attempt.pool, job.import).await)
    }

    pub(super) async fn write(self: Arc<Self>, job: WriteFile<K>, attempt: Try) -> Result<(), Failed> {
        put_off(K::NOUN, job.import, self.written(&attempt.pool, job.import).await)
    }

    /// The import and who sent it, if it stands so.
    async fn taken(&self, pool: &PgPool, id: Uuid, state: State) -> Result<Option<(Import, Account)>, Error> {
        let import = super::for_job(pool, K::NOUN, id, state, self.clock.now()).await?;
        let Some(import) = import else { return Ok(None) };
        if let Some(by) = may_import(pool, import.account, K::ACT).await? {
            return Ok(Some((import, by)));
        }
        // Tried again it would be the same: the sender is told why.
        sql::refused(pool, id, state, refusals::IMPORT_NOT_ALLOWED).await?;
        Ok(None)
    }

    async fn checked(&self, pool: &PgPool, id: Uuid) -> Result<(), Error> {
        let Some((import, by)) = self.taken(pool, id, State::Checking).await? else { return Ok(()) };
        let refusal = match self.looked_at(pool, &import, &by).await {
            Err(Error::Sheet(error)) => error.refusal().ok_or(error)?,
            Err(Error::Scan(scan::Error::Malware)) => scan::refusals::FILE_HAS_MALWARE,
            done => return done,
        };
        sql::refused(pool, id, import.state, refusal).await?;
        Ok(())
    }

    /// Nothing of a file is read before it was scanned.
    async fn looked_at(&self, pool: &PgPool, import: &Import, by: &Account) -> Result<(), Error> {
        let file = super::source(pool, &self.keys, import.id).await?;
        self.scan.pass(file.into()).await?;
        self.plan(pool, import, by, false).await
    }

    /// Keeps what the file would do, from the state that it is in.
    async fn plan(&self, pool: &PgPool, import: &Import, by: &Account, is_anew: bool) -> Result<(), Error> {
        let file = super::source(pool, &self.keys, import.id).await?;
        let progress = Progress::of(pool, import.id);
        let judging = Judging { pool, by, now: self.clock.now(), progress, batch: None };
        let (mut outcome, judged) = self.kind.judge(file, &judging).await?;
        outcome.is_anew = is_anew;
        let mut transaction = pool.begin().await?;
        let refusal = self.kind.checked(&mut transaction, by, self.clock.now(), &outcome, judged).await?;
        let is_kept = match refusal {
            Some(refusal) => sql::refused(&mut *transaction, import.id, import.state, refusal).await?,
            None => super::checked(&mut transaction, &self.keys, import.id, import.state, &outcome).await?,
        };
        // Where another try was first, what it has written down stands, and this one has counted and logged nothing.
        if is_kept {
            transaction.commit().await?;
        }
        Ok(())
    }

    async fn written(&self, pool: &PgPool, id: Uuid) -> Result<(), Error> {
        let Some((import, by)) = self.taken(pool, id, State::Writing).await? else { return Ok(()) };
        let (Some(rows), Some(seen)) = (import.wanted, &import.plan) else { return Err(Error::Interrupted) };
        let file = super::source(pool, &self.keys, id).await?;
        let carrying = Carrying {
            pool,
            clock: &self.clock,
            by: &by,
            seen,
            rows,
            progress: Progress::of(pool, id),
            import: Some((&self.keys, id)),
        };
        match carry_out(&self.kind, file, &carrying).await {
            Ok(_) => Ok(()),
            // Somebody was quicker: nothing was done, and what it would do now is to be looked at.
            Err(error @ (Error::Otherwise | Error::Refused(_))) => {
                tracing::info!(%error, noun = K::NOUN, import = %id, "an import is checked anew");
                self.plan(pool, &import, &by, true).await
            }
            Err(error) => Err(error),
        }
    }
}

/// How a file is carried out.
pub struct Carrying<'a> {
    pub pool: &'a PgPool,
    pub clock: &'a Clock,
    /// In whose name.
    pub by: &'a Account,
    /// The plan that was seen.
    pub seen: &'a str,
    pub rows: Rows,
    pub progress: Progress<'a>,
    /// Which import it is, and by what its outcome is sealed; none where no file is staged.
    pub import: Option<(&'a Keys, Uuid)>,
}

/// Writes the rows of a file that are wanted, in one transaction, if they come to what was seen.
pub async fn carry_out<K: Kind>(kind: &K, file: Vec<u8>, of: &Carrying<'_>) -> Result<Outcome, Error> {
    // Of this try's own: a node that was frozen may go on beside it.
    let batch = new_id()?;
    let done = carry_out_under(kind, file, of, batch).await;
    kind.clear(of.pool, batch).await;
    done
}

async fn carry_out_under<K: Kind>(
    kind: &K,
    file: Vec<u8>,
    of: &Carrying<'_>,
    batch: Uuid,
) -> Result<Outcome, Error> {
    let Carrying { pool, clock, by, seen, rows, progress, import } = *of;
    let judging = Judging { pool, by, now: clock.now(), progress, batch: Some(batch) };
    let (mut outcome, judged) = kind.judge(file, &judging).await?;
    if outcome.plan != seen || rows == Rows::All && outcome.counts.wrong > 0 {
        return Err(Error::Otherwise);
    }
    let mut change = Change::begin(pool, clock, by).await?;
    kind.write(&mut change, batch, &mut outcome, judged, progress).await?;
    if let Some((keys, id)) = import
        && !super::written(change.connection(), keys, id, &outcome).await?
    {
        return Ok(outcome);
    }
    change.commit().await?;
    Ok(outcome)
}

fn put_off(noun: &'static str, import: Uuid, done: Result<(), Error>) -> Result<(), Failed> {
    done.map_err(|error| {
        tracing::warn!(%error, noun, %import, "an import is put off");
        error.word()
    })
}
