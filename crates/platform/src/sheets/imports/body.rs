//! Imports on the wire.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Counts, Import, Outcome, RowFault, Rows, State};
use crate::http::Text;
use crate::http::language::Language;

/// Faults in one answer; all of them stand in the marked file.
const FAULTS: usize = 200;

/// An import, and how far it is.
#[derive(Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportBody {
    pub id: Uuid,
    pub state: State,
    /// Rows that hold something, once they are counted.
    #[schema(minimum = 0)]
    rows: i32,
    /// How many of them are done, of the step that is taken now.
    #[schema(minimum = 0)]
    rows_done: i32,
    /// What the rows come to; null before they were checked.
    counts: Option<Counts>,
    /// By which the plan is known that `counts` and `faults` are of; for carrying it out.
    plan: Option<String>,
    /// The first 200 rows with which something is wrong.
    faults: Vec<Fault>,
    /// What rows name and there is not, and the sender's unit can add in one act: departments, the first 200. Empty otherwise.
    missing: Vec<String>,
    /// Something had changed since the check before: nothing was done, and this is a new one.
    is_anew: bool,
    /// Why the file could not be read: the code of a refusal, and what it says.
    refusal: Option<FileRefusal>,
    created_at: Timestamp,
    /// When what was sent is deleted.
    expires_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ImportFault)]
struct Fault {
    /// The row's number in the sheet, from 1.
    #[schema(minimum = 1)]
    row: u32,
    /// What the row calls its thing; empty where nothing can be read.
    name: String,
    /// What is wrong and what to do, in the reader's language.
    says: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ImportRefusal)]
struct FileRefusal {
    #[schema(example = "workbook_of_another_kind")]
    code: &'static str,
    title: &'static str,
    detail: &'static str,
}

impl ImportBody {
    pub fn of(import: &Import, outcome: Option<Outcome>, language: Language) -> Self {
        let refusal = import.refusal().map(|refusal| {
            let sentences = language.of(refusal);
            FileRefusal { code: refusal.word(), title: sentences.title, detail: sentences.detail }
        });
        let (counts, plan, is_anew, faults, missing) = match outcome {
            Some(Outcome { counts, plan, is_anew, faults, missing, .. }) => {
                (Some(counts), Some(plan), is_anew, faults, missing)
            }
            None => (None, None, false, Vec::new(), Vec::new()),
        };
        let fault = |RowFault { row, name, chinese, english }| {
            let says = match language {
                Language::Chinese => chinese,
                Language::English => english,
            };
            Fault { row, name, says }
        };
        Self {
            id: import.id,
            state: import.state,
            rows: import.rows,
            rows_done: import.rows_done,
            counts,
            plan,
            faults: faults.into_iter().take(FAULTS).map(fault).collect(),
            missing,
            is_anew,
            refusal,
            created_at: import.created_at,
            expires_at: import.expires_at,
        }
    }
}

/// That an import is to be carried out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportWanted {
    /// The plan that was seen.
    #[schema(value_type = String, max_length = 64)]
    pub plan: Text<64>,
    pub rows: Rows,
}
