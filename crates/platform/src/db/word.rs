//! Words in rows: each is read as a value of its enum, or is an error that says where it stands. It knows no module's words.

use std::fmt::Display;
use std::str::FromStr;

/// A row has a word that this program does not know: a newer release's, or one written by hand.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the row {id} of {table} has a word in {column} that this program does not know")]
pub struct UnknownWord {
    pub table: &'static str,
    pub column: &'static str,
    pub id: String,
}

/// Reads the word that stands in this column of the row with this id. An unknown one is never taken for another: it fails,
/// for its row alone.
pub fn word<T: FromStr>(
    table: &'static str,
    column: &'static str,
    id: impl Display,
    word: &str,
) -> sqlx::Result<T> {
    word.parse().map_err(|_| {
        metrics::counter!("zaichang_unknown_words_total", "table" => table, "column" => column).increment(1);
        sqlx::Error::Decode(Box::new(UnknownWord { table, column, id: id.to_string() }))
    })
}

/// The rows of a list that can be read, and how many cannot.
#[derive(Debug, PartialEq, Eq)]
pub struct Readable<T> {
    pub rows: Vec<T>,
    /// Each of them is in the log by table, column and id. A list says how many there are.
    pub unreadable: usize,
}

impl<T> Readable<T> {
    /// The rows as they are shown, each by its id. One that cannot be opened here is left out as well, and named in the log by `what` it
    /// is.
    pub fn shown<B, E: Display>(
        self,
        what: &'static str,
        mut show: impl FnMut(T) -> (i64, Result<B, E>),
    ) -> Readable<B> {
        let Self { rows, mut unreadable } = self;
        let mut shown = Vec::with_capacity(rows.len());
        for row in rows {
            match show(row) {
                (_, Ok(body)) => shown.push(body),
                (id, Err(error)) => {
                    tracing::error!(%error, what, id, "a row is left out of a list");
                    unreadable += 1;
                }
            }
        }
        Readable { rows: shown, unreadable }
    }
}

/// Those rows that can be read: each of the others is logged and left out. For lists that people look at, which say so; what is
/// handed on as evidence, a file above all, fails as a whole.
pub fn readable<T>(rows: impl IntoIterator<Item = sqlx::Result<T>>) -> Readable<T> {
    let (mut readable, mut unreadable) = (Vec::new(), 0);
    for row in rows {
        match row {
            Ok(row) => readable.push(row),
            Err(error) => {
                tracing::error!(%error, "a row is left out of a list");
                unreadable += 1;
            }
        }
    }
    Readable { rows: readable, unreadable }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Role;

    #[test]
    fn an_unknown_word_is_an_error_with_its_place_and_never_another_word() {
        assert_eq!(word::<Role>("accounts", "role", 7, "unit_admin").unwrap(), Role::UnitAdmin);
        for unknown in ["", "unit_administrator", "UnitAdmin", "unit_admin ", "owner"] {
            let error = word::<Role>("accounts", "role", 7, unknown).unwrap_err();
            assert!(!crate::db::is_away(&error));
            let said = error.to_string();
            assert!(["accounts", "role", " 7 "].iter().all(|place| said.contains(place)), "{said}");
        }
        let rows = ["authority_admin", "owner"].map(|role| word::<Role>("accounts", "role", 7, role));
        assert_eq!(readable(rows), Readable { rows: vec![Role::AuthorityAdmin], unreadable: 1 });
    }
}
