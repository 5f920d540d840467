//! The steps of an import that are the same whatever its rows are of: a file is staged, looked at, wanted, given back marked; and
//! a job takes it up. The module whose nouns they are says how its rows are judged and written.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use jiff::Timestamp;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Import, ImportBody, ImportWanted, Outcome, Rows, State, may_import};
use crate::auth::Account;
use crate::authority::Act;
use crate::db::{away, is_away};
use crate::files::attachment;
use crate::http::Problem;
use crate::http::language::Language;
use crate::jobs::{self, Job, Place};
use crate::module::Context;
use crate::sheets::{self, Error, download, refusals};
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::keys::Keys;

/// Behind everything that is done in moments: verdicts that are told, kept scans, the first exports of each account.
const TURN: i16 = 2;

/// What the imports of one noun need on a node.
pub struct Staging {
    /// In the rows of staged files.
    pub noun: &'static str,
    /// Who may do this may import.
    pub act: Act,
    pub clock: Clock,
    pub keys: Arc<Keys>,
    /// Where what does not fit into memory lies meanwhile, without a name.
    pub scratch: PathBuf,
    /// Which nodes can open what this one seals.
    pub place: Place,
}

fn unread(error: sqlx::Error) -> Problem {
    if is_away(&error) {
        return away(&error);
    }
    tracing::error!(%error, "an import could not be read or written");
    refusals::INTERNAL.into()
}

impl Staging {
    pub fn new(context: &Context, noun: &'static str, act: Act) -> Self {
        Self {
            noun,
            act,
            clock: context.clock.clone(),
            keys: Arc::clone(&context.keys),
            scratch: context.data_dir.clone(),
            place: Place::Key(hex::encode(context.keys.signing_id())),
        }
    }

    /// Stages a file together with the job that checks it; the answer names the import's place below `path`.
    pub async fn stage<J: Job>(
        &self,
        pool: &PgPool,
        by: &Account,
        body: Result<Bytes, BytesRejection>,
        (path, language): (&str, Language),
        check: impl FnOnce(Uuid) -> J,
    ) -> Result<Response, Problem> {
        let bytes = body.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::from(refusals::WORKBOOK_TOO_LARGE),
            _ => Problem::field("body", "the body ended early"),
        })?;
        sheets::sniff(&bytes)?;
        let mut transaction = pool.begin().await.map_err(unread)?;
        let staged =
            super::stage(&mut transaction, &self.keys, self.noun, by.id, &bytes, self.clock.now()).await;
        let Some(import) = staged.map_err(unread)? else {
            return Err(Problem::from(refusals::TOO_MANY_REQUESTS).retry_after_ms(60_000));
        };
        jobs::enqueue_in_turn(&mut transaction, &check(import.id), &self.place, TURN)
            .await
            .map_err(unread)?;
        transaction.commit().await.map_err(unread)?;
        let place = format!("{path}/{}", import.id);
        let body = Json(ImportBody::of(&import, None, language));
        Ok((StatusCode::ACCEPTED, [(header::LOCATION, place)], body).into_response())
    }

    /// The sender's import with what it came to.
    pub async fn found(
        &self,
        pool: &PgPool,
        by: &Account,
        id: Uuid,
    ) -> Result<(Import, Option<Outcome>), Problem> {
        let found = super::of_account(pool, self.noun, id, by.id, self.clock.now()).await;
        let import = found.map_err(unread)?.ok_or(refusals::NOT_FOUND)?;
        let outcome = import.outcome(&self.keys).map_err(unread)?;
        Ok((import, outcome))
    }

    /// The same as it is answered.
    pub async fn look(
        &self,
        pool: &PgPool,
        by: &Account,
        id: Uuid,
        language: Language,
    ) -> Result<Json<ImportBody>, Problem> {
        let (import, outcome) = self.found(pool, by, id).await?;
        Ok(Json(ImportBody::of(&import, outcome, language)))
    }

    /// Has a checked import carried out by a job, as its sender has seen it.
    pub async fn want<J: Job>(
        &self,
        pool: &PgPool,
        by: &Account,
        (id, language): (Uuid, Language),
        wanted: &ImportWanted,
        write: impl FnOnce(Uuid) -> J,
    ) -> Result<(StatusCode, Json<ImportBody>), Problem> {
        let (import, outcome) = self.found(pool, by, id).await?;
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
        let mut transaction = pool.begin().await.map_err(unread)?;
        let at_rest = super::want(&mut transaction, id, wanted.rows, &outcome.plan).await;
        if !at_rest.map_err(unread)? {
            return Err(refusals::IMPORT_DONE.into());
        }
        jobs::enqueue_in_turn(&mut transaction, &write(id), &self.place, TURN).await.map_err(unread)?;
        transaction.commit().await.map_err(unread)?;
        Ok((StatusCode::ACCEPTED, self.look(pool, by, id, language).await?))
    }

    /// Has a checked import checked again by a job, in the transaction of what makes it another.
    pub async fn check_again<J: Job>(
        &self,
        transaction: &mut PgConnection,
        id: Uuid,
        check: impl FnOnce(Uuid) -> J,
    ) -> Result<(), Problem> {
        if !super::check_again(transaction, id).await.map_err(unread)? {
            return Err(refusals::IMPORT_NOT_CHECKED.into());
        }
        jobs::enqueue_in_turn(transaction, &check(id), &self.place, TURN).await.map_err(unread)?;
        Ok(())
    }

    /// Answers with the file as it was sent, what is wrong beside its rows in the column of this title.
    pub async fn marked(
        &self,
        pool: &PgPool,
        by: &Account,
        id: Uuid,
        name: (&str, &str),
        title: &'static str,
    ) -> Result<Response, Problem> {
        let (_, outcome) = self.found(pool, by, id).await?;
        let outcome = outcome.ok_or(refusals::IMPORT_NOT_CHECKED)?;
        let bytes = super::source(pool, &self.keys, id).await.map_err(unread)?;
        // A workbook is read in Chinese offices: one that goes from hand to hand is in one language.
        let said = outcome.faults.into_iter().map(|fault| (fault.row, fault.chinese)).collect();
        let scratch = self.scratch.clone();
        self.download(name, move |file| sheets::mark(&bytes, outcome.place, title, &said, &scratch, file))
            .await
    }

    /// Answers with a workbook that is written now.
    pub async fn download(
        &self,
        (plain, what): (&str, &str),
        write: impl FnOnce(&mut File) -> Result<(), Error> + Send + 'static,
    ) -> Result<Response, Problem> {
        download(named(plain, what, self.clock.now()), self.scratch.clone(), write).await
    }

    /// The import that a job is for, and who sent it; none if there is nothing to be done, and no sender where they no longer may.
    pub async fn taken(
        &self,
        pool: &PgPool,
        id: Uuid,
        state: State,
    ) -> sqlx::Result<Option<(Import, Option<Account>)>> {
        let import = super::for_job(pool, self.noun, id, state, self.clock.now()).await?;
        let Some(import) = import else { return Ok(None) };
        let by = may_import(pool, import.account, self.act).await?;
        Ok(Some((import, by)))
    }
}

/// What a workbook is saved as.
pub fn named(plain: &str, what: &str, now: Timestamp) -> HeaderValue {
    attachment(plain, what, ["", ""], day_of(now), "xlsx")
}
