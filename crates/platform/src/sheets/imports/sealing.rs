//! A staged file and what became of it at rest: sealed, as rows of people hold names and numbers. Pure but for random nonces.

use uuid::Uuid;

use super::Outcome;
use crate::sealed::{self, Place};
use zaichang_core::keys::Keys;

pub(super) use crate::sealed::failed;

const PURPOSE: &[u8] = b"zaichang/sheet-import/v1";

/// What is sealed: neither passes for the other.
pub(super) const SOURCE: &[u8] = b"source";
const OUTCOME: &[u8] = b"outcome";

const fn of(import: Uuid) -> Place<'static> {
    Place { purpose: PURPOSE, id: import }
}

/// Seals with the import's own key.
pub(super) fn seal(keys: &Keys, import: Uuid, what: &[u8], clear: &[u8]) -> sqlx::Result<Vec<u8>> {
    sealed::seal(keys, of(import), what, clear)
}

/// Opens what any of the keys sealed.
pub(super) fn open(keys: &Keys, import: Uuid, what: &[u8], bytes: &[u8]) -> sqlx::Result<Vec<u8>> {
    sealed::open(keys, of(import), what, bytes)
}

pub(super) fn seal_outcome(keys: &Keys, import: Uuid, outcome: &Outcome) -> sqlx::Result<Vec<u8>> {
    seal(keys, import, OUTCOME, &serde_json::to_vec(outcome).map_err(failed)?)
}

pub(super) fn outcome(keys: &Keys, import: Uuid, sealed: &[u8]) -> sqlx::Result<Outcome> {
    serde_json::from_slice(&open(keys, import, OUTCOME, sealed)?).map_err(failed)
}
