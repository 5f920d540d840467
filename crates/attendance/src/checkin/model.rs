//! The group commit in a model: `commit.rs` and `versions.rs` themselves, compiled a second time over a store that stands in
//! for Postgres and a scheduler (shuttle) that tries thousands of orders of events, with lost answers, lost connections,
//! transactions given up and nodes that stop or die in the middle. It proves nothing of our SQL: `tests/it` does.
//!
//! Races between two nodes happen between two `await`s. At each of them the store lets any other task go first
//! (`Store::moment`). What must hold is listed in `invariant.rs`, and checked at every commit and every answer.

mod counts;
mod invariant;
mod known_courses;
mod nodes;
mod outside;
mod people;
mod scenario;
mod seen;
mod session;
mod sql;
mod store;
mod tests;

#[path = "commit.rs"]
#[expect(clippy::duplicate_mod, reason = "the same source, on the model's own outside")]
mod commit;
#[path = "versions.rs"]
#[expect(clippy::duplicate_mod, reason = "the same source, on the model's own outside")]
mod versions;

use seen::Seen;

use super::{Device, Error, Network, batch, course_rows, figures, record};
