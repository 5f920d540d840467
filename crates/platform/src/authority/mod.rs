//! Who may do what: one table of roles and acts, the check of a route's act, and rows proved to lie under an admin's unit.
//! Navigation, documents and the test of every cell are made from the table. It knows no module's rows.

mod act;
mod losses;
mod permitted;
mod right;
mod route;
mod table;
mod within;

pub use act::Act;
pub use losses::Losses;
pub use permitted::Permitted;
pub use right::{Right, sorted};
pub use route::{ACT, Acting, ROLES};
pub use table::{holds, is_of_deployment, may, page, permits, rights_for, rights_of, who_may};
pub use within::{Addressed, OfUnit, Within};
