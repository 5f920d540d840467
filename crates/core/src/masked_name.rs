//! MaskedName: a person's name as strangers may see it, on receipts and public screens.
//! Pure. It must not know whose name it is.
//!
//! The rule: of three characters or more the first and the last stay, of two the first, of one none; each
//! other character becomes one `*`. A character is what the eye counts: a letter with its accents or its
//! variation selector is one, and 䶮 or 𠮷 is one however many bytes it takes. The dot of names such as
//! 买买提·吐尔逊, spaces and hyphens are not characters of the name and stay where they are.

use std::fmt;

use serde::Serialize;

use crate::unseen::is_unseen;

/// A name by which only people who know the person recognise them. Masking cannot be undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct MaskedName(String);

/// A stretch of a name: one character with all that rides on it, or what stands between characters.
enum Part<'a> {
    Character(&'a str),
    Between(char),
}

impl MaskedName {
    pub fn of(name: &str) -> Self {
        let parts = parts(name);
        let characters = parts.iter().filter(|part| matches!(part, Part::Character(_))).count();
        let mut seen = 0;
        let mut masked = String::with_capacity(name.len());
        for part in parts {
            match part {
                Part::Between(c) => masked.push(c),
                Part::Character(character) => {
                    seen += 1;
                    let stays = (characters >= 2 && seen == 1) || (characters >= 3 && seen == characters);
                    masked.push_str(if stays { character } else { "*" });
                }
            }
        }
        // A name without a single character still takes a place on the screen.
        if characters == 0 { Self("*".to_owned()) } else { Self(masked) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn parts(name: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = name.trim();
    while let Some(c) = rest.chars().next() {
        let mut end = c.len_utf8();
        if is_between(c) {
            parts.push(Part::Between(c));
        } else if !is_unseen(c) && !rides_on_the_one_before(c) {
            end += rest[end..]
                .chars()
                .take_while(|c| rides_on_the_one_before(*c))
                .map(char::len_utf8)
                .sum::<usize>();
            parts.push(Part::Character(&rest[..end]));
        }
        rest = &rest[end..];
    }
    parts
}

fn is_between(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{3000}' | '-' | '.' | '\'' | '\u{b7}' | '\u{2022}' | '\u{2027}' | '\u{30fb}' | '\u{ff0e}'
    )
}

/// Accents, the selectors that pick one form of a character, and joiners.
fn rides_on_the_one_before(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}' | '\u{e0100}'..='\u{e01ef}' | '\u{200c}' | '\u{200d}')
}

impl fmt::Display for MaskedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<MaskedName> for String {
    fn from(name: MaskedName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_masked_by_the_rule() {
        let cases = [
            ("王晓明", "王*明"),
            ("王明", "王*"),
            ("王", "*"),
            ("", "*"),
            ("  \u{3000}", "*"),
            ("欧阳娜娜", "欧**娜"),
            ("欧阳修", "欧*修"),
            (" 李雷 ", "李*"),
            ("王䶮", "王*"),
            ("䶮小明", "䶮*明"),
            ("张𬭎䶮", "张*䶮"),
            ("𠮷野", "𠮷*"),
            ("买买提·吐尔逊", "买**·**逊"),
            ("阿·明", "阿·*"),
            ("古丽\u{2022}巴哈尔", "古*\u{2022}**尔"),
            ("John Smith", "J*** ****h"),
            ("Jean-Luc", "J***-**c"),
            ("Zoe\u{308} Li", "Z** *i"),
            ("E\u{301}mile", "E\u{301}***e"),
            ("葛\u{e0100}城\u{e0101}", "葛\u{e0100}*"),
            ("王\0晓\u{202e}明\n", "王*明"),
            ("\u{301}王明", "王*"),
            ("···", "*"),
        ];
        for (name, masked) in cases {
            assert_eq!(MaskedName::of(name).as_str(), masked, "{name:?}");
        }
    }

    #[test]
    fn a_masked_name_is_a_plain_text_in_json() {
        assert_eq!(serde_json::to_string(&MaskedName::of("王晓明")).unwrap(), r#""王*明""#);
        assert_eq!(format!("{:>6}", MaskedName::of("王明")), "    王*");
    }

    proptest! {
        #[test]
        fn at_most_two_characters_of_any_name_are_shown(name in "[\\p{Han}]{1,12}") {
            let masked = MaskedName::of(&name);
            let (stars, length) = (masked.as_str().matches('*').count(), name.chars().count());
            prop_assert_eq!(masked.as_str().chars().count(), length);
            prop_assert_eq!(stars, length - [0, 0, 1, 2][length.min(3)]);
        }

        #[test]
        fn any_text_can_be_masked_and_something_is_always_hidden(name in any::<String>()) {
            prop_assert!(MaskedName::of(&name).as_str().contains('*'));
        }
    }
}
