//! Columns in a text, as spreadsheets read one: each record is a row, an empty line too, so that rows have the numbers that a
//! spreadsheet shows. Pure.

/// Fields of a record that are kept: a sheet of hospitals has thirty.
const FIELDS: usize = 1000;

/// The records of a text, each a list of its fields.
pub(super) struct Records<'a> {
    rest: &'a str,
    between: char,
}

impl<'a> Records<'a> {
    /// Fields are apart by what stands most often in the first line: a comma, a semicolon or a tab.
    pub fn of(text: &'a str) -> Self {
        let first = text.lines().next().unwrap_or_default();
        let counted = |sign: char| first.matches(sign).count();
        let between = [',', '\t', ';'].into_iter().rev().max_by_key(|sign| counted(*sign)).unwrap_or(',');
        Self { rest: text, between }
    }

    /// One field, and whether its record goes on behind it.
    fn field(&mut self) -> (String, bool) {
        let mut field = String::new();
        if let Some(quoted) = self.rest.strip_prefix('"') {
            self.rest = quoted;
            // Until the quote that ends it; one that is written twice stands for itself. A missing one ends with the text.
            loop {
                let (inside, behind) = self.rest.split_once('"').unwrap_or((self.rest, ""));
                field.push_str(inside);
                match behind.strip_prefix('"') {
                    Some(behind) => {
                        field.push('"');
                        self.rest = behind;
                    }
                    None => {
                        self.rest = behind;
                        break;
                    }
                }
            }
        }
        let end = self.rest.find([self.between, '\n', '\r']).unwrap_or(self.rest.len());
        let (plain, behind) = self.rest.split_at(end);
        field.push_str(plain);
        match behind.strip_prefix(self.between) {
            Some(behind) => {
                self.rest = behind;
                (field, true)
            }
            None => {
                self.rest =
                    behind.strip_prefix("\r\n").or(behind.strip_prefix(['\n', '\r'])).unwrap_or(behind);
                (field, false)
            }
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        if self.rest.is_empty() {
            return None;
        }
        let mut record = Vec::new();
        loop {
            let (field, goes_on) = self.field();
            // What lies behind is in no column that is looked for.
            if record.len() < FIELDS {
                record.push(field);
            }
            if !goes_on {
                return Some(record);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<String> {
        Records::of(text).map(|record| record.join("|")).collect()
    }

    #[test]
    fn rows_are_those_that_a_spreadsheet_shows() {
        assert_eq!(records("a,b\r\n\r\n1,2\n"), ["a|b", "", "1|2"]);
        assert_eq!(records("a;b,c;d\n1;2"), ["a|b,c|d", "1|2"]);
        assert_eq!(records("a\tb\n1,0\t2"), ["a|b", "1,0|2"]);
        assert_eq!(records("\"a\n\"\"b\"\",c\",d\n,\n"), ["a\n\"b\",c|d", "|"]);
        assert_eq!(records("\"never ended,a\nb"), ["never ended,a\nb"]);
        assert_eq!(records("\"a\"b,c\"d\""), ["ab|c\"d\""]);
        assert_eq!(records(""), Vec::<String>::new());
        assert_eq!(
            Records::of(&",".repeat(1_000_000)).map(|record| record.len()).collect::<Vec<_>>(),
            [FIELDS]
        );
    }
}
