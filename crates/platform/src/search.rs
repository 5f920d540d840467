//! What people type into a search field, as queries take it: one place for every list. The other half are functions of Postgres
//! (`20261129230201_search.sql`): `person_is_called`, `unit_is_called`, `holds`, `holds_all` for rows that are read anyway;
//! `people_called` and `units_called`, which find among all by an index. It knows no module's rows.

use crate::http::Problem;
use zaichang_core::reading::Reading;

/// Characters of a search.
const MOST: usize = 50;

/// What is searched for: something, without the blanks around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    text: String,
    letters: Option<String>,
}

impl Search {
    /// None if nothing was typed. Refuses, by the field `q`, what is longer than 50 characters or cannot stand in a text of Postgres.
    pub fn of(q: Option<&str>) -> Result<Option<Self>, Problem> {
        let Some(text) = q.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
        if text.chars().count() > MOST {
            return Err(Problem::field("q", "it is 50 characters at most"));
        }
        if text.contains('\0') {
            return Err(Problem::field("q", "U+0000 is in no text"));
        }
        Ok(Some(Self { text: text.to_owned(), letters: Reading::typed(text) }))
    }

    /// As it was typed: part of a name, whatever signs it holds.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// As the reading of a name is kept: its pinyin or initials. None if it holds anything but letters, blanks and apostrophes.
    pub fn letters(&self) -> Option<&str> {
        self.letters.as_deref()
    }

    /// The words of it, for lists that ask for each of them somewhere in a row.
    pub fn words(search: Option<&Self>) -> Vec<String> {
        search.map_or_else(Vec::new, |search| search.text.split_whitespace().map(ToOwned::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_short_and_blanks_search_for_nothing() {
        assert_eq!(Search::of(None).unwrap(), None);
        assert_eq!(Search::of(Some("  ")).unwrap(), None);
        assert_eq!(Search::of(Some(" 王伟 ")).unwrap().unwrap().text(), "王伟");
        assert!(Search::of(Some(&"长".repeat(50))).is_ok());
        for wrong in [&*"长".repeat(51), "王\0伟"] {
            assert_eq!(Search::of(Some(wrong)).unwrap_err().field.as_deref(), Some("q"));
        }
    }

    #[test]
    fn letters_are_those_of_a_reading_and_words_are_apart() {
        let search = Search::of(Some("Wang Wei")).unwrap();
        assert_eq!(search.as_ref().unwrap().letters(), Some("wangwei"));
        assert_eq!(Search::words(search.as_ref()), ["Wang", "Wei"]);
        assert_eq!(Search::of(Some("王 wei")).unwrap().unwrap().letters(), None);
        assert_eq!(Search::words(None), [""; 0]);
    }
}
