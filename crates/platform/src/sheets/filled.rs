//! A row as somebody has filled it in: each cell is read as what it should be, with all that is wrong with the row at once. Pure.

use super::cell::Cell;
use super::head::Column;
use super::reading::Row;
use super::words::meant;

/// What is wrong with a cell, whatever its column is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is no word of this column; what its words are.
    Word(&'static str, &'static str),
    /// No text can be made of what stands in this column: why, in Chinese and in English.
    Cell(&'static str, (&'static str, &'static str)),
}

impl Unread {
    /// In one sentence of Chinese and one of English.
    pub fn sentences(self) -> (String, String) {
        match self {
            Self::Word(column, words) => (
                format!("“{column}”填写有误，应为{}", words.split(['。', '；']).next().unwrap_or_default()),
                format!(
                    "{column}: this is none of its words, which stand in the second sheet of the template"
                ),
            ),
            Self::Cell(column, (chinese, english)) => {
                (format!("“{column}”{chinese}"), format!("{column}: {english}"))
            }
        }
    }
}

/// A row that is read, and what is wrong with it so far, in the words of its kind.
pub struct Filled<'a, F> {
    row: &'a Row,
    columns: &'static [Column],
    faults: Vec<F>,
}

impl<'a, F: From<Unread>> Filled<'a, F> {
    /// Which of its cells hold no text is said first.
    pub fn of(row: &'a Row, columns: &'static [Column]) -> Self {
        let unread = columns.iter().enumerate().filter_map(|(at, column)| {
            row.cell(at).fault().map(|why| F::from(Unread::Cell(column.name, why)))
        });
        Self { row, columns, faults: unread.collect() }
    }

    /// What stands in a column.
    pub fn text(&self, column: usize) -> Option<&'a str> {
        self.row.cell(column).text()
    }

    /// What must stand in a column; where nothing does, that is said. What cannot be read has been.
    pub fn required(&mut self, column: usize, missing: F) -> Option<&'a str> {
        match self.row.cell(column) {
            Cell::Empty => {
                self.wrong(missing);
                None
            }
            cell => cell.text(),
        }
    }

    /// Which of the column's words stands in it.
    pub fn word<T: Copy>(&mut self, column: usize, words: &[(T, &[&str])]) -> Option<T> {
        let found = meant(words, self.text(column)?);
        let Column { name, hint, .. } = self.columns[column];
        self.said(found, Unread::Word(name, hint).into())
    }

    /// Says that it is wrong where nothing was found.
    pub fn said<T>(&mut self, found: Option<T>, wrong: F) -> Option<T> {
        if found.is_none() {
            self.wrong(wrong);
        }
        found
    }

    pub fn is_empty(&self, column: usize) -> bool {
        self.row.cell(column).is_empty()
    }

    pub fn wrong(&mut self, fault: F) {
        self.faults.push(fault);
    }

    /// Whether one of these columns holds what cannot be read.
    pub fn is_unread(&self, columns: &[usize]) -> bool {
        columns.iter().any(|at| self.row.cell(*at).fault().is_some())
    }

    pub fn faults(&self) -> usize {
        self.faults.len()
    }

    /// What it says, if nothing is wrong with it.
    pub fn end<T>(self, said: impl FnOnce() -> Option<T>) -> Result<T, Vec<F>> {
        if self.faults.is_empty() { said().ok_or(self.faults) } else { Err(self.faults) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    static COLUMNS: [Column; 3] = [
        Column::required("名称", &[], "必填。", 8.0),
        Column::optional("级别", &[], "一级、二级之一；不填为未定。", 8.0),
        Column::optional("编号", &[], "", 8.0),
    ];

    #[derive(Debug, PartialEq)]
    enum Fault {
        NameMissing,
        NumberWrong,
        Unread(Unread),
    }

    impl From<Unread> for Fault {
        fn from(unread: Unread) -> Self {
            Self::Unread(unread)
        }
    }

    type Said = (String, Option<u8>, Option<u32>);

    fn said(row: &str) -> Result<Said, Vec<Fault>> {
        let sheet = read(format!("名称,级别,编号\n{row}\n").as_bytes(), &COLUMNS, 10).unwrap();
        let mut row = Filled::of(&sheet.rows[0], &COLUMNS);
        let name = row.required(0, Fault::NameMissing).map(ToOwned::to_owned);
        let grade = row.word(1, &[(1, &["一级"]), (2, &["二级", "乙"])]);
        let number = row.text(2);
        let number = number.and_then(|number| row.said(number.parse().ok(), Fault::NumberWrong));
        row.end(|| Some((name?, grade, number)))
    }

    #[test]
    fn all_that_is_wrong_with_a_row_is_said_at_once() {
        assert_eq!(said("甲,乙,7"), Ok(("甲".to_owned(), Some(2), Some(7))));
        assert_eq!(said("甲,,"), Ok(("甲".to_owned(), None, None)));
        let word = || Fault::Unread(Unread::Word("级别", "一级、二级之一；不填为未定。"));
        assert_eq!(said(",三级,x"), Err(vec![Fault::NameMissing, word(), Fault::NumberWrong]));
        let Err(faults) = said("4.30102E+17,三级,") else { panic!("its digits are lost") };
        assert!(matches!(faults[..], [Fault::Unread(Unread::Cell("名称", _)), _]), "{faults:?}");
        let (chinese, english) = Unread::Word("级别", "一级、二级之一；不填为未定。").sentences();
        assert_eq!(chinese, "“级别”填写有误，应为一级、二级之一");
        assert!(english.starts_with("级别: "));
    }
}
