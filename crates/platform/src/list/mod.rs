//! Lists: one type for what is chosen, in which order, after which row and how many; one for a page; one for how many there are
//! in all; and turns at the connections. The same filter serves the list, its totals and its export. It knows no module's rows.

mod count;
mod cursor;
mod day;
mod lanes;
mod query;

pub use count::{COUNTED, Count};
pub use cursor::{Cursor, Limit};
pub use day::day;
pub use lanes::{Lanes, ListConnection, Reader, Reads};
pub use query::{Filter, List, Page, Paging};
