//! The queries of imports of people: what rows are compared with, what waits to be written, and the statements that write it. The
//! rows that wait lie in a table that nothing else reads, under the number of their batch.

mod stage;
mod stands;
mod write;

pub(in crate::people) use stage::sweep;
pub(super) use stage::{Staged, clear, stage};
pub(super) use stands::{
    Department, Known, Stands, departments, is_open_unit, keep_told, stands, units_called,
};
pub(in crate::people) use stands::{count_answers, sweep_answers};
pub(super) use write::{
    changed, enter, fill, hold_places, overtakes, people, plan_for_many, units, wait_longer,
};
