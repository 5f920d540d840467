//! The queries of the check-in pipeline: the one write of a batch with what it needs to know, and what is looked up around it.

mod batch;
mod columns;
mod lookup;
pub(super) mod recount;
mod write;

pub(super) use batch::{course_totals, existing, lock_versions, whole};
pub use lookup::{attested, ensure_months};
pub(super) use lookup::{counts, face, of_code, of_person, of_slot, screens};
pub(super) use write::{Write, Written, write};

use uuid::Uuid;

use super::Source;
use zaichang_platform::db;

/// How the check-in with this id came to be recorded.
fn source(id: Uuid, word: &str) -> sqlx::Result<Source> {
    db::word("check_ins", "source", id, word)
}
