//! Workbooks that people send: looked at before they are opened, read row by row into the columns that are asked for, and given
//! back as they came with what is wrong beside each row; and lists that are given out. It knows no module's columns. Reading and
//! writing block, and belong off the async threads.

mod bounds;
mod cell;
mod csv;
mod download;
mod filled;
mod head;
pub mod imports;
mod list;
mod marked;
mod module;
mod reading;
pub mod refusals;
mod source;
mod text;
mod words;
mod workbook;

pub use cell::Cell;
pub use download::download;
pub use filled::{Filled, Unread};
pub use head::Column;
pub use list::List;
pub use marked::mark;
pub use module::MODULE;
pub use reading::{Row, Sheet, TableLocation, read, read_apart, read_in_pieces};
pub use source::sniff;
pub use words::{meant, written};

#[cfg(test)]
mod tests;

use std::io;

use crate::http::{Problem, Refusal};

/// The largest file that is taken, in bytes as it is sent: 100,000 people as a text of columns are 13 MB.
pub const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The media type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Why a workbook is not read, or not written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("it is neither a workbook of the form XLSX nor a text of columns")]
    NotAWorkbook,
    #[error("it is of the old form .xls, or locked by a password")]
    OldForm,
    #[error("it is too large: {0}")]
    TooLarge(&'static str),
    #[error("no row of it is the head: {0} is missing")]
    NoHead(&'static str),
    #[error("there is nothing below its head")]
    Empty,
    #[error("it could not be written: {0}")]
    NotWritten(#[from] rust_xlsxwriter::XlsxError),
    #[error("it could not be written: {0}")]
    Io(#[from] io::Error),
}

impl Error {
    /// What the sender is told; none where it is no fault of the file's.
    pub const fn refusal(&self) -> Option<Refusal> {
        Some(match self {
            Self::NotAWorkbook => refusals::WORKBOOK_UNREADABLE,
            Self::OldForm => refusals::WORKBOOK_OF_OLD_FORM,
            Self::TooLarge(_) => refusals::WORKBOOK_TOO_LARGE,
            Self::NoHead(_) => refusals::WORKBOOK_OF_ANOTHER_KIND,
            Self::Empty => refusals::WORKBOOK_EMPTY,
            Self::NotWritten(_) | Self::Io(_) => return None,
        })
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error.refusal() {
            Some(refusal) => Self { explanation: Some(error.to_string()), ..refusal.into() },
            None => {
                tracing::error!(%error, "a workbook could not be written");
                refusals::INTERNAL.into()
            }
        }
    }
}
