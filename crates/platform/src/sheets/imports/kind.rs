//! A kind of rows that are imported: what the module says whose nouns they are. The steps of an import are the same of all kinds
//! (`state`, `jobs`, `routes`); its columns, how a row is judged and how it is written are each kind's own.

use jiff::Timestamp;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Error, Outcome, Progress};
use crate::auth::Account;
use crate::authority::Act;
use crate::change::Change;
use crate::http::{Problem, Refusal};
use crate::sheets::Column;

/// What a kind of rows is.
pub trait Kind: Send + Sync + Sized + 'static {
    /// In the rows of staged files.
    const NOUN: &'static str;
    /// Who may do this may import.
    const ACT: Act;
    /// The job that checks a file, and the one that carries it out, as they are queued. Never changed, as of every job.
    const JOBS: [&'static str; 2];
    const WORDS: Words;
    /// As the template has them.
    const COLUMNS: &'static [Column];

    /// What judging a file has found that its writing, or what is written down of the check, stands on.
    type Judged: Send;

    /// Refuses who may import, but of whose unit nothing of this kind can be.
    fn may_send(&self, _: &PgPool, _: &Account) -> impl Future<Output = Result<(), Problem>> + Send {
        async { Ok(()) }
    }

    /// What a file would do. Nothing is changed; what is to be written is staged under the batch, if there is one.
    fn judge(
        &self,
        file: Vec<u8>,
        of: &Judging<'_>,
    ) -> impl Future<Output = Result<(Outcome, Self::Judged), Error>> + Send;

    /// Writes down that a file was checked, in the transaction that keeps what it came to. What it refuses, the sender is told in place
    /// of the outcome.
    fn checked(
        &self,
        _: &mut PgConnection,
        _: &Account,
        _: Timestamp,
        _: &Outcome,
        _: Self::Judged,
    ) -> impl Future<Output = Result<Option<Refusal>, Error>> + Send {
        async { Ok(None) }
    }

    /// Writes what was judged, and staged under this batch; [`Error::Otherwise`] where that would come to something else than was
    /// judged. It stands once the change is committed.
    fn write(
        &self,
        change: &mut Change<'_>,
        batch: Uuid,
        outcome: &mut Outcome,
        judged: Self::Judged,
        progress: Progress<'_>,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Takes away what was staged under this batch, written or not: best effort.
    fn clear(&self, _: &PgPool, _: Uuid) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// By what a file is judged.
#[derive(Clone, Copy)]
pub struct Judging<'a> {
    pub pool: &'a PgPool,
    /// In whose name.
    pub by: &'a Account,
    pub now: Timestamp,
    /// Who hears how many rows are judged.
    pub progress: Progress<'a>,
    /// Under what the rows are staged that are to be written; none of a check.
    pub batch: Option<Uuid>,
}

/// What a kind is called.
pub struct Words {
    /// Below which its imports lie: `/api/v1/people-imports`.
    pub path: &'static str,
    /// In the names of its operations: `people_import`.
    pub operation: &'static str,
    /// Under which the API's document has them, and what a workbook is saved as: `people`.
    pub things: &'static str,
    /// The template's sheet, and the Chinese of `things`: 人员.
    pub sheet: &'static str,
    /// What the document says of staging a file.
    pub staging: &'static str,
    /// What it says of carrying one out, besides what is the same of all.
    pub writing: &'static str,
    /// What staging a file may refuse with 409 besides.
    pub not_staged: Option<&'static str>,
}
