//! Files of people: how one is read, a piece at a time.

use jiff::civil::Date;
use tokio::sync::mpsc;

use super::columns::COLUMNS;
use super::row::{self, Read};
use zaichang_core::seal::Sealer;
use zaichang_platform::sheets::{self, TableLocation};

/// Rows of one file: the largest hospitals have a tenth of that, a city has as many.
const ROWS: usize = 100_000;
/// Rows that are judged at a time.
const PIECE: usize = 1000;
/// Pieces between the reader and the judge.
pub(super) const PIECES: usize = 2;

/// Reads a file and sends its rows on, so many at a time. It blocks.
pub(super) fn read(
    bytes: &[u8],
    sealer: &Sealer,
    today: Date,
    pieces: &mpsc::Sender<Vec<Read>>,
) -> Result<TableLocation, sheets::Error> {
    sheets::read_in_pieces(bytes, &COLUMNS, ROWS, PIECE, |rows| {
        let rows = rows.iter().map(|row| row::read(row, sealer, today)).collect();
        // The judging side has ended: it says why.
        pieces.blocking_send(rows).map_err(|_| sheets::Error::Io(std::io::ErrorKind::BrokenPipe.into()))
    })
}
