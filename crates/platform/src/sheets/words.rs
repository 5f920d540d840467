//! Words of a column that stand for something: read whatever blanks are in them, written as the first of them. Pure.

/// What a word stands for, among what each is called.
pub fn meant<T: Copy>(words: &[(T, &[&str])], text: &str) -> Option<T> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    words.iter().find(|(_, names)| names.contains(&text.as_str())).map(|(meant, _)| *meant)
}

/// How a word is written in a list that is given out; empty of what has none.
pub fn written<T: PartialEq>(words: &[(T, &[&str])], meant: &T) -> String {
    let found = words.iter().find(|(word, _)| word == meant);
    found.and_then(|(_, names)| names.first()).map_or_else(String::new, |name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_whatever_blanks_are_in_it_and_written_as_its_first_name() {
        let words: &[(u8, &[&str])] = &[(3, &["三级", "三甲"]), (2, &["二级"])];
        assert_eq!(meant(words, " 三 甲 "), Some(3));
        assert_eq!(meant(words, "特级"), None);
        assert_eq!((written(words, &3), written(words, &7)), ("三级".to_owned(), String::new()));
    }
}
