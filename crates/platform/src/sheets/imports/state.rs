//! The steps of an import that are the same whatever its rows are of: a file is staged, looked at, wanted, given back marked; and
//! a job takes it up. The module whose nouns they are says how its rows are judged and written.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::jobs::{CheckFile, WriteFile};
use super::{Error, Import, ImportBody, ImportWanted, Kind, Outcome, Rows, State, sql};
use crate::auth::Account;
use crate::files::attachment;
use crate::http::Problem;
use crate::http::language::Language;
use crate::jobs::{self, RunsOn};
use crate::module::Context;
use crate::scan::Scan;
use crate::sheets::{self, List, download, refusals};
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::keys::Keys;

/// Behind everything that is done in moments: verdicts that are told, kept scans, the first exports of each account.
const TURN: i16 = 2;
/// The head of the column in which it stands what is wrong.
pub const TITLE: &str = "检查结果";

/// What the imports of one kind need on a node.
pub struct ImportState<K> {
    pub kind: K,
    pub pool: PgPool,
    pub clock: Clock,
    pub keys: Arc<Keys>,
    /// Looks at a file before it is read.
    pub scan: Scan,
    /// Where what does not fit into memory lies meanwhile, without a name.
    pub scratch: PathBuf,
    /// Which nodes can open what this one seals.
    place: RunsOn,
}

fn unread(error: sqlx::Error) -> Problem {
    Error::Database(error).into()
}

impl<K: Kind> ImportState<K> {
    /// Begins the imports of a kind: their jobs are taken from now on. It is shared `Scan`.
    pub fn open(context: &mut Context, kind: K) -> anyhow::Result<Arc<Self>> {
        let state = Arc::new(Self {
            kind,
            pool: context.pool.clone(),
            clock: context.clock.clone(),
            keys: Arc::clone(&context.keys),
            scan: context.shared()?,
            scratch: context.data_dir.clone(),
            place: RunsOn::Key(hex::encode(context.keys.signing_id())),
        });
        let of_jobs = Arc::clone(&state);
        context.job(move |job: CheckFile<K>, attempt| Arc::clone(&of_jobs).check(job, attempt));
        let of_jobs = Arc::clone(&state);
        context.job(move |job: WriteFile<K>, attempt| Arc::clone(&of_jobs).write(job, attempt));
        Ok(state)
    }

    /// An empty workbook with the columns, and a sheet that says how they are filled in.
    pub(super) async fn template(&self) -> Result<Response, Problem> {
        let scratch = self.scratch.clone();
        let (plain, what) = (format!("{}-template", K::WORDS.things), format!("{}导入模板", K::WORDS.sheet));
        let written = self.download((&plain, &what), move |file| {
            let mut list = List::begin(K::WORDS.sheet, K::COLUMNS, &scratch)?;
            list.explain(K::COLUMNS)?;
            list.finish(file)
        });
        written.await
    }

    /// Stages a file together with the job that checks it; the answer names the import's place.
    pub(super) async fn stage(
        &self,
        by: &Account,
        body: Result<Bytes, BytesRejection>,
        language: Language,
    ) -> Result<Response, Problem> {
        self.kind.may_send(&self.pool, by).await?;
        let bytes = body.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::from(refusals::WORKBOOK_TOO_LARGE),
            _ => Problem::field("body", "the body ended early"),
        })?;
        sheets::sniff(&bytes)?;
        let mut transaction = self.pool.begin().await.map_err(unread)?;
        let staged =
            super::stage(&mut transaction, &self.keys, K::NOUN, by.id, &bytes, self.clock.now()).await;
        let Some(import) = staged.map_err(unread)? else {
            return Err(Problem::from(refusals::TOO_MANY_REQUESTS).retry_after_ms(60_000));
        };
        let job = CheckFile::<K>::of(import.id);
        jobs::enqueue_in_turn(&mut transaction, &job, &self.place, TURN).await.map_err(unread)?;
        transaction.commit().await.map_err(unread)?;
        let place = format!("{}/{}", K::WORDS.path, import.id);
        let body = Json(ImportBody::of(&import, None, language));
        Ok((StatusCode::ACCEPTED, [(header::LOCATION, place)], body).into_response())
    }

    /// The sender's import with what it came to.
    pub async fn found(&self, by: &Account, id: Uuid) -> Result<(Import, Option<Outcome>), Problem> {
        let found = super::of_account(&self.pool, K::NOUN, id, by.id, self.clock.now()).await;
        let import = found.map_err(unread)?.ok_or(refusals::NOT_FOUND)?;
        let outcome = import.outcome(&self.keys).map_err(unread)?;
        Ok((import, outcome))
    }

    /// The same as it is answered.
    pub async fn look(
        &self,
        by: &Account,
        id: Uuid,
        language: Language,
    ) -> Result<Json<ImportBody>, Problem> {
        let (import, outcome) = self.found(by, id).await?;
        Ok(Json(ImportBody::of(&import, outcome, language)))
    }

    /// Has a checked import carried out by a job, as its sender has seen it.
    pub(super) async fn want(
        &self,
        by: &Account,
        (id, language): (Uuid, Language),
        wanted: &ImportWanted,
    ) -> Result<(StatusCode, Json<ImportBody>), Problem> {
        let (import, outcome) = self.found(by, id).await?;
        match import.state {
            State::Checked => {}
            State::Writing | State::Written => return Err(refusals::IMPORT_DONE.into()),
            State::Checking | State::Refused | State::Failed => {
                return Err(refusals::IMPORT_NOT_CHECKED.into());
            }
        }
        let outcome = outcome.ok_or(refusals::IMPORT_NOT_CHECKED)?;
        if outcome.plan != *wanted.plan {
            return Err(refusals::IMPORT_SEEN_OTHERWISE.into());
        }
        if wanted.rows == Rows::All && outcome.counts.wrong > 0 {
            return Err(refusals::IMPORT_HAS_FAULTS.into());
        }
        let mut transaction = self.pool.begin().await.map_err(unread)?;
        let at_rest = sql::want(&mut transaction, id, wanted.rows, &outcome.plan).await;
        if !at_rest.map_err(unread)? {
            return Err(refusals::IMPORT_DONE.into());
        }
        let job = WriteFile::<K>::of(id);
        jobs::enqueue_in_turn(&mut transaction, &job, &self.place, TURN).await.map_err(unread)?;
        transaction.commit().await.map_err(unread)?;
        Ok((StatusCode::ACCEPTED, self.look(by, id, language).await?))
    }

    /// Has a checked import checked again by a job, in the transaction of what makes it another.
    pub async fn check_again(&self, transaction: &mut PgConnection, id: Uuid) -> Result<(), Problem> {
        if !sql::check_again(transaction, id).await.map_err(unread)? {
            return Err(refusals::IMPORT_NOT_CHECKED.into());
        }
        let job = CheckFile::<K>::of(id);
        jobs::enqueue_in_turn(transaction, &job, &self.place, TURN).await.map_err(unread)
    }

    /// Answers with the file as it was sent, what is wrong beside its rows.
    pub(super) async fn marked(&self, by: &Account, id: Uuid) -> Result<Response, Problem> {
        let (_, outcome) = self.found(by, id).await?;
        let outcome = outcome.ok_or(refusals::IMPORT_NOT_CHECKED)?;
        let bytes = super::source(&self.pool, &self.keys, id).await.map_err(unread)?;
        // A workbook is read in Chinese offices: one that goes from hand to hand is in one language.
        let said = outcome.faults.into_iter().map(|fault| (fault.row, fault.chinese)).collect();
        let scratch = self.scratch.clone();
        let (plain, what) =
            (format!("{}-checked", K::WORDS.things), format!("{}导入检查结果", K::WORDS.sheet));
        let written = self.download((&plain, &what), move |file| {
            sheets::mark(&bytes, outcome.place, TITLE, &said, &scratch, file)
        });
        written.await
    }

    /// Answers with a workbook that is written now.
    pub async fn download(
        &self,
        (plain, what): (&str, &str),
        write: impl FnOnce(&mut File) -> Result<(), sheets::Error> + Send + 'static,
    ) -> Result<Response, Problem> {
        let name = attachment(plain, what, ["", ""], day_of(self.clock.now()), "xlsx");
        download(name, self.scratch.clone(), write).await
    }
}
