//! What the admin who comes in by a link is called. Pure.

use zaichang_core::unseen::is_unseen;
use zaichang_platform::http::Problem;

/// Characters of an admin's name.
const NAME: std::ops::RangeInclusive<usize> = 2..=50;

/// A name that people have: letters of any script, no digits. Any other is refused by its field.
pub fn name<'a>(field: &'static str, text: &'a str) -> Result<&'a str, Problem> {
    let text = text.trim();
    let odd = |character: char| is_unseen(character) || character.is_numeric();
    if NAME.contains(&text.chars().count()) && !text.contains(odd) {
        Ok(text)
    } else {
        Err(Problem::field(field, "a name is 2 to 50 characters without digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_of_letters_and_neither_too_short_nor_too_long() {
        for good in ["何建国", " 买买提·吐尔逊 ", "Anna Maria"] {
            assert!(name("name", good).is_ok(), "{good}");
        }
        for wrong in [
            "",
            "何",
            "何1",
            "何\n建",
            "何建\u{200b}国",
            "何\u{202e}建国",
            "430102199001011234",
            &"何".repeat(51),
        ] {
            assert_eq!(name("name", wrong).unwrap_err().field.as_deref(), Some("name"), "{wrong}");
        }
    }
}
