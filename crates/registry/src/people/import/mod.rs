//! People from a file: what each row would do is told first, with all that is wrong with it; then the rows are written in one
//! transaction, or none. Sent again, the same file changes nothing. The page and the shell do it by the same code. It must not
//! hold more than a few pieces of a file in memory, nor let a number out in clear.

mod apply;
mod check;
mod columns;
pub(super) mod fault;
mod kind;
mod places;
mod plan;
pub(super) mod routes;
mod row;
mod sheet;
pub(super) mod sql;

pub use apply::{clear, write};
pub use check::{Checked, check, stage};
pub(super) use kind::ANSWERS_A_DAY;
pub use kind::People;
pub use zaichang_platform::sheets::imports::Error;

use uuid::Uuid;

use super::refusals;

/// Under what the rows of one import are staged, while they wait to be written.
pub type Batch = Uuid;
