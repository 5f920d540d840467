//! The queries of units, their other names and their departments.

mod departments;
mod effects;
mod import;
mod names;
mod read;
mod write;

pub(super) use departments::*;
pub(super) use effects::*;
pub(super) use import::*;
pub(super) use names::*;
pub(crate) use read::lies_below;
pub(super) use read::*;
pub(crate) use write::set_authority;
pub(super) use write::*;
