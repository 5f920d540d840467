//! What is imported, step by step: a file is staged, checked by a job, looked at by who sent it, and carried out by another job.
//! It lies sealed in Postgres, so that any node can go on with it, and goes after a day. It must not know what the rows are of,
//! nor carry anything out: that is the module's whose nouns they are.

mod body;
mod by;
mod error;
mod jobs;
mod kind;
mod routes;
mod sealing;
mod sql;
mod state;
mod tally;

pub use body::ImportBody;
use body::ImportWanted;
use by::may_import;
pub use by::the_only;
pub use error::Error;
pub use jobs::{Carrying, carry_out};
pub use kind::{Judging, Kind, Words};
pub use routes::{ImportPath, routes};
pub use sql::forget;
pub use state::{ImportState, TITLE};
pub use tally::{Does, Says, Tally};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;
use uuid::Uuid;

use super::TableLocation;
use crate::db;
use crate::http::Refusal;
use crate::scan;
use zaichang_core::ids::AccountId;
use zaichang_core::keys::Keys;

/// How long a staged file is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Files that an account may have staged at a time.
pub const OF_AN_ACCOUNT: i64 = 50;

/// How far an import is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ImportState)]
pub enum State {
    Checking,
    /// What it would do can be looked at; nothing has been done.
    Checked,
    Writing,
    /// All that was wanted stands.
    Written,
    /// The file could not be read.
    Refused,
    /// The job has failed for good, and nothing was done.
    Failed,
}

/// Which rows are wanted.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ImportedRows)]
pub enum Rows {
    /// All, of a file in which nothing is wrong.
    All,
    /// Those with which nothing is wrong.
    Good,
}

/// What the rows come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportCounts)]
pub struct Counts {
    /// Rows that enter something.
    pub add: u32,
    /// Rows that change what stands.
    pub change: u32,
    /// Rows that say what stands already.
    pub same: u32,
    /// Rows with which something is wrong.
    pub wrong: u32,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// The row's number in the sheet, from 1.
    pub row: u32,
    /// What the row calls its thing; empty where nothing can be read.
    pub name: String,
    pub chinese: String,
    pub english: String,
}

/// What a check came to, or what was done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    pub place: TableLocation,
    /// What the plan is known by: the admin who wants it carried out says which one they have seen.
    pub plan: String,
    pub counts: Counts,
    pub faults: Vec<RowFault>,
    /// What rows name and there is not, where the sender may add it in one act; none in what a release before has kept.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Something had changed since the check before: nothing was done, and this is a new one.
    pub is_anew: bool,
    /// What was added, once it was.
    pub added: Vec<Added>,
}

/// Something that was added.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Added {
    pub id: i64,
    /// Who looks after it, as the row says.
    pub contact: Option<String>,
}

/// An import as it stands.
#[derive(Clone, Debug)]
pub struct Import {
    pub id: Uuid,
    pub account: AccountId,
    pub state: State,
    /// Rows that hold something, once they are counted.
    pub rows: i32,
    /// How many of them are done, of the step that is taken now.
    pub rows_done: i32,
    pub wanted: Option<Rows>,
    /// The plan that was seen by who wants it carried out.
    pub plan: Option<String>,
    refusal: Option<String>,
    sealed_outcome: Option<Vec<u8>>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Import {
    /// Why its file could not be read.
    pub fn refusal(&self) -> Option<Refusal> {
        let word = self.refusal.as_deref()?;
        let all = super::refusals::ALL.iter().chain(scan::refusals::ALL);
        all.copied().find(|refusal| refusal.word() == word)
    }

    /// What it came to; none before it was checked.
    pub fn outcome(&self, keys: &Keys) -> sqlx::Result<Option<Outcome>> {
        let Some(sealed) = &self.sealed_outcome else { return Ok(None) };
        sealing::outcome(keys, self.id, sealed).map(Some)
    }
}

/// The key of the job that checks.
fn check_key(import: Uuid) -> String {
    format!("import:check:{import}")
}

/// The key of the job that carries out.
fn write_key(import: Uuid) -> String {
    format!("import:write:{import}")
}

/// An id that cannot be guessed.
pub fn new_id() -> sqlx::Result<Uuid> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(sealing::failed)?;
    Ok(uuid::Builder::from_random_bytes(random).into_uuid())
}

/// Stages a file, in the caller's transaction, which also enqueues its check. None if the account has too many.
async fn stage(
    transaction: &mut PgConnection,
    keys: &Keys,
    noun: &str,
    account: AccountId,
    source: &[u8],
    now: Timestamp,
) -> sqlx::Result<Option<Import>> {
    if sql::living(transaction, account, now).await? >= OF_AN_ACCOUNT {
        return Ok(None);
    }
    let id = new_id()?;
    let sealed = sealing::seal(keys, id, sealing::SOURCE, source)?;
    let expires_at = now + KEPT;
    sql::add(transaction, id, noun, account, &sealed, now, expires_at).await?;
    Ok(Some(Import {
        id,
        account,
        state: State::Checking,
        rows: 0,
        rows_done: 0,
        wanted: None,
        plan: None,
        refusal: None,
        sealed_outcome: None,
        created_at: now,
        expires_at,
    }))
}

/// The account's import of this noun; none that has expired.
async fn of_account(
    pool: &PgPool,
    noun: &str,
    id: Uuid,
    account: AccountId,
    now: Timestamp,
) -> sqlx::Result<Option<Import>> {
    Ok(sql::one(pool, id, noun, now).await?.filter(|import| import.account == account))
}

/// The import that a job is for, if it stands where the job takes it up.
async fn for_job(
    pool: &PgPool,
    noun: &str,
    id: Uuid,
    state: State,
    now: Timestamp,
) -> sqlx::Result<Option<Import>> {
    Ok(sql::one(pool, id, noun, now).await?.filter(|import| import.state == state))
}

/// The file as it was sent.
async fn source(pool: &PgPool, keys: &Keys, id: Uuid) -> sqlx::Result<Vec<u8>> {
    sealing::open(keys, id, sealing::SOURCE, &sql::source(pool, id).await?)
}

/// Keeps what a check came to. False if somebody else was first.
async fn checked(
    connection: &mut PgConnection,
    keys: &Keys,
    id: Uuid,
    from: State,
    outcome: &Outcome,
) -> sqlx::Result<bool> {
    let sealed = sealing::seal_outcome(keys, id, outcome)?;
    let rows = outcome.counts.add + outcome.counts.change + outcome.counts.same + outcome.counts.wrong;
    sql::checked(connection, id, from, &sealed, i32::try_from(rows).unwrap_or(i32::MAX)).await
}

/// Who hears how many rows are done.
#[derive(Clone, Copy)]
pub struct Progress<'a>(Option<(&'a PgPool, Uuid)>);

impl<'a> Progress<'a> {
    /// Told to the page that looks at this import.
    pub const fn of(pool: &'a PgPool, id: Uuid) -> Self {
        Self(Some((pool, id)))
    }

    /// Told to no page.
    pub const fn unheard() -> Self {
        Self(None)
    }

    /// Tells it on a connection of its own: in the transaction that does the rows it would not be seen.
    pub async fn tell(&self, done: usize) {
        let Some((pool, id)) = self.0 else { return };
        if let Err(error) = sql::progress(pool, id, i32::try_from(done).unwrap_or(i32::MAX)).await {
            tracing::debug!(%error, "how far an import is was not told");
        }
    }
}

/// It has been carried out, in the transaction of all that it did. False if it had been before: then nothing must stand.
async fn written(
    transaction: &mut PgConnection,
    keys: &Keys,
    id: Uuid,
    outcome: &Outcome,
) -> sqlx::Result<bool> {
    let sealed = sealing::seal_outcome(keys, id, outcome)?;
    sql::written(transaction, id, &sealed).await
}

/// The word of a state or a choice in SQL.
fn word<T: Into<&'static str>>(value: T) -> &'static str {
    value.into()
}

fn read_word<T: std::str::FromStr>(column: &'static str, id: Uuid, word: &str) -> sqlx::Result<T> {
    db::word("sheet_imports", column, id, word)
}
