//! What people type into a search field, as queries take it: one place for every list. The other half are functions of Postgres
//! (`20261129230201_search.sql`): `person_is_called`, `unit_is_called`, `holds` for rows that are read anyway;
//! `people_called` and `units_called`, which find among all by an index. It knows no module's rows.

use crate::http::{Problem, refusals};
use zaichang_core::reading::Reading;

/// Characters of a search.
const MOST: usize = 50;
/// Words of it: each row that is looked at is looked through once for each.
const MOST_WORDS: usize = 5;

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

    /// The words of it, each once, for lists that ask for each of them somewhere in a row. Refuses more than 5.
    pub fn words(search: Option<&Self>) -> Result<Vec<String>, Problem> {
        let mut words: Vec<String> = Vec::new();
        for word in search.into_iter().flat_map(|search| search.text.split_whitespace()) {
            if words.iter().any(|known| known.to_lowercase() == word.to_lowercase()) {
                continue;
            }
            if words.len() == MOST_WORDS {
                return Err(Problem::from(refusals::TOO_MANY_WORDS).at("q"));
            }
            words.push(word.to_owned());
        }
        Ok(words)
    }

    /// The words as patterns of `like`: a text holds each of them somewhere, whatever signs they are of. Their case is left to
    /// Postgres, whose `lower` depends on the database: `lower(text) like all (array(select lower(word) from unnest($1) word))`.
    pub fn patterns(words: &[String]) -> Vec<String> {
        let pattern = |word: &String| {
            let mut pattern = String::from("%");
            for letter in word.chars() {
                if matches!(letter, '%' | '_' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(letter);
            }
            pattern + "%"
        };
        words.iter().map(pattern).collect()
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
        assert_eq!(Search::words(search.as_ref()).unwrap(), ["Wang", "Wei"]);
        assert_eq!(Search::of(Some("王 wei")).unwrap().unwrap().letters(), None);
        assert_eq!(Search::words(None).unwrap(), [""; 0]);
    }

    #[test]
    fn a_pattern_means_the_word_itself() {
        let words = ["Wang", "100%_\\王"].map(str::to_owned);
        assert_eq!(Search::patterns(&words), ["%Wang%", "%100\\%\\_\\\\王%"]);
    }

    #[test]
    fn a_search_has_five_words_and_one_that_is_repeated_counts_once() {
        let words = |q: &str| Search::words(Search::of(Some(q)).unwrap().as_ref());
        assert_eq!(words("a B c d e A b").unwrap(), ["a", "B", "c", "d", "e"]);
        let refused = words("a b c d e f").unwrap_err();
        assert_eq!((refused.refusal, refused.field.as_deref()), (refusals::TOO_MANY_WORDS, Some("q")));
        // As many as fit into fifty characters.
        assert!(words("a b c d e f g h i j k l m n o p q r s t u v w x y").is_err());
    }
}
