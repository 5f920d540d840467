//! The jobs of an import: one checks a staged file, one carries it out. Both may run twice: a file is checked, and written, once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use super::plan::Disclosures;
use super::{Batch, Checked, Error, batch, check, clear, sql, stage, write};
use zaichang_core::clock::day_of;
use zaichang_core::seal::Sealer;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::Account;
use zaichang_platform::change::Change;
use zaichang_platform::jobs::{Failed, Job, Try};
use zaichang_platform::sheets::imports::{self, Import, Outcome, Progress, Rows, Staging, State};
use zaichang_platform::sheets::refusals as of_sheets;

/// Numbers that an account is told in a day to be somebody's who is not its own, by imports and corrections: a hospital's slips, not a
/// range of numbers.
pub(in crate::people) const ANSWERS_A_DAY: i32 = 2000;

/// What imports of people need on a node.
pub struct PeopleImports {
    pub staging: Staging,
    pub sealer: Sealer,
}

/// The job that checks a file.
#[derive(Serialize, Deserialize)]
pub struct CheckPeople {
    pub import: Uuid,
}

impl Job for CheckPeople {
    const NAME: &'static str = "check_people";
    const TRIES: u8 = 3;

    fn key(&self) -> String {
        imports::check_key(self.import)
    }
}

/// The job that carries a file out.
#[derive(Serialize, Deserialize)]
pub struct ImportPeople {
    pub import: Uuid,
}

impl Job for ImportPeople {
    const NAME: &'static str = "import_people";
    const TRIES: u8 = 3;

    fn key(&self) -> String {
        imports::write_key(self.import)
    }
}

impl PeopleImports {
    pub async fn check(self: Arc<Self>, job: CheckPeople, attempt: Try) -> Result<(), Failed> {
        put_off(job.import, self.checked(job.import, &attempt.pool).await)
    }

    pub async fn import(self: Arc<Self>, job: ImportPeople, attempt: Try) -> Result<(), Failed> {
        put_off(job.import, self.imported(job.import, &attempt.pool).await)
    }

    /// The import and who sent it, if it stands so.
    async fn taken(&self, id: Uuid, pool: &PgPool, state: State) -> Result<Option<(Import, Account)>, Error> {
        match self.staging.taken(pool, id, state).await? {
            None => Ok(None),
            Some((import, Some(by))) => Ok(Some((import, by))),
            // Tried again it would be the same: the sender is told why.
            Some((_, None)) => {
                imports::refused(pool, id, of_sheets::IMPORT_NOT_ALLOWED).await?;
                Ok(None)
            }
        }
    }

    async fn checked(&self, id: Uuid, pool: &PgPool) -> Result<(), Error> {
        let Some((import, by)) = self.taken(id, pool, State::Checking).await? else { return Ok(()) };
        match self.plan(pool, &import, &by, false).await {
            Err(Error::Sheet(error)) if error.refusal().is_some() => {
                let refusal = error.refusal().ok_or(error)?;
                Ok(imports::refused(pool, id, refusal).await?)
            }
            done => done,
        }
    }

    /// Keeps what the file would do, from the state that it is in. That numbers were compared is in the log: a check tells of each
    /// whether somebody has it.
    async fn plan(&self, pool: &PgPool, import: &Import, by: &Account, is_anew: bool) -> Result<(), Error> {
        let Staging { keys, clock, .. } = &self.staging;
        let bytes = imports::source(pool, keys, import.id).await?;
        let progress = Progress::of(pool, import.id);
        let mut checked = check(pool, &self.sealer, by, bytes, clock.now(), progress).await?;
        let told = std::mem::take(&mut checked.told);
        let outcome = outcome(checked, is_anew);
        let rows = outcome.counts.add + outcome.counts.change + outcome.counts.same + outcome.counts.wrong;
        let mut transaction = pool.begin().await?;
        if imports::checked(&mut transaction, keys, import.id, import.state, &outcome).await? {
            let detail = json!({ "rows": rows, "wrong": outcome.counts.wrong, "of_other_unit": told.of_other_unit,
                "registers_elsewhere": told.registers_elsewhere, "phone_taken": told.phone_taken, "card_taken": told.card_taken });
            let (action, noun_id) = ("check_people", by.unit.id.0);
            let entry = Entry { action, noun: "unit", noun_id, detail };
            audit::record(&mut transaction, by, clock.now(), entry).await?;
            let day = day_of(clock.now());
            let news = sql::keep_told(&mut transaction, by.id, day, &told.rows).await?;
            let in_all = sql::count_answers(&mut transaction, by.id, day, news).await?;
            if news > 0 && in_all > ANSWERS_A_DAY {
                drop(transaction);
                return self.refuse_to_tell(pool, import, by, rows, &told).await;
            }
            transaction.commit().await?;
        }
        Ok(())
    }

    /// The file would tell more of others than an account is told in a day: it tells nothing, and the log says so.
    async fn refuse_to_tell(
        &self,
        pool: &PgPool,
        import: &Import,
        by: &Account,
        rows: u32,
        told: &Disclosures,
    ) -> Result<(), Error> {
        let detail = json!({ "rows": rows, "not_told": told.in_all() });
        let entry = Entry { action: "check_people", noun: "unit", noun_id: by.unit.id.0, detail };
        let mut connection = pool.acquire().await?;
        audit::record(&mut connection, by, self.staging.clock.now(), entry).await?;
        let is_never_told = i32::try_from(told.rows.len()).is_ok_and(|rows| rows > ANSWERS_A_DAY);
        let refusal =
            if is_never_told { of_sheets::IMPORT_OF_TOO_MANY_OTHERS } else { of_sheets::IMPORT_OF_OTHERS };
        Ok(imports::refused(pool, import.id, refusal).await?)
    }

    async fn imported(&self, id: Uuid, pool: &PgPool) -> Result<(), Error> {
        let Some((import, by)) = self.taken(id, pool, State::Writing).await? else { return Ok(()) };
        // Of this try's own: a node that was frozen may go on beside it.
        let batch = batch()?;
        let written = self.written(pool, &import, &by, batch).await;
        clear(pool, batch).await;
        match written {
            // Somebody was quicker: nothing was done, and what it would do now is to be looked at.
            Err(Error::Otherwise) => self.plan(pool, &import, &by, true).await,
            done => done,
        }
    }

    /// Writes the rows that are wanted, if they come to what was seen.
    async fn written(&self, pool: &PgPool, import: &Import, by: &Account, batch: Batch) -> Result<(), Error> {
        let (Some(rows), Some(seen)) = (import.wanted, &import.plan) else { return Err(Error::Interrupted) };
        let Staging { keys, clock, .. } = &self.staging;
        let bytes = imports::source(pool, keys, import.id).await?;
        let progress = Progress::of(pool, import.id);
        let staged = stage(pool, &self.sealer, by, bytes, clock.now(), progress, batch).await?;
        if staged.plan != *seen || rows == Rows::All && staged.counts.wrong > 0 {
            return Err(Error::Otherwise);
        }
        let counts = staged.counts;
        let outcome = outcome(staged, false);
        let mut change = Change::begin(pool, clock, by).await?;
        write(&mut change, &self.sealer, batch, counts).await?;
        if imports::written(change.connection(), keys, import.id, &outcome).await? {
            change.commit().await?;
        }
        Ok(())
    }
}

fn outcome(Checked { place, plan, counts, faults, missing, .. }: Checked, is_anew: bool) -> Outcome {
    Outcome { place, plan, counts, faults, missing, is_anew, added: Vec::new() }
}

fn put_off(import: Uuid, done: Result<(), Error>) -> Result<(), Failed> {
    done.map_err(|error| {
        tracing::warn!(%error, %import, "an import of people is put off");
        error.word()
    })
}
