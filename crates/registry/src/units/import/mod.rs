//! Units from a file: what each row would do is told first, with all that is wrong with it; then the rows are written in one
//! transaction, or none. Sent again, the same file changes nothing. The page and the shell do it by the same code.

mod apply;
mod columns;
mod fault;
mod kind;
mod links;
mod places;
mod plan;
pub(super) mod routes;
mod row;
pub(super) mod sheet;

pub use kind::Units;
pub(super) use places::ImportDivision;
pub use zaichang_platform::sheets::imports::Error;

use super::Error as UnitError;

impl From<UnitError> for Error {
    /// What a unit refuses while a file is carried out was no fault when it was judged: it is judged again.
    fn from(error: UnitError) -> Self {
        match error {
            UnitError::Database(error) => error.into(),
            refused => Self::Refused(refused.to_string()),
        }
    }
}
