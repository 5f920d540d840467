//! The queries of the corridor: the one write of a batch with what it needs to know, and what is looked up around it.

mod batch;
mod columns;
mod lookup;

pub(super) use batch::{Write, Written, held, lock_turns, standings, whole, write};
pub use lookup::{attested, ensure_months};
pub(super) use lookup::{counts, face, of_code, of_person, of_slot, screens};
