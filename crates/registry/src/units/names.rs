//! What units are called: names as they are kept, however they were typed. Pure.

use unicode_normalization::UnicodeNormalization as _;

use super::refusals;
use zaichang_core::unseen::holds_unseen;
use zaichang_platform::http::Problem;

/// Characters of a name; the constraints `unit_name_is_short` and `unit_other_name_is_short` allow as many.
const MOST: usize = 100;
/// Aliases of one unit.
pub(super) const ALIASES: usize = 10;

/// A name as it is kept: each character in its one form (Unicode's NFC, so that no two names that look alike are two), without blanks
/// around it, one at a time inside it, digits and letters in their usual width. Refused by its field unless it has 2 to 100 characters, all of which can be seen.
pub(super) fn name(text: &str, field: &str) -> Result<String, Problem> {
    kept(text).ok_or_else(|| Problem::from(refusals::UNIT_NAME_WRONG).at(field))
}

/// The same; none of what is no name.
pub(crate) fn kept(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = name.nfc().map(of_usual_width).collect();
    ((2..=MOST).contains(&name.chars().count()) && !holds_unseen(&name)).then_some(name)
}

/// Brackets stay as they are: （ is how Chinese names write them.
fn of_usual_width(letter: char) -> char {
    match letter {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter)
        }
        letter => letter,
    }
}

/// Aliases, each once and none of them the unit's own name.
pub(super) fn aliases<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    own: &str,
) -> Result<Vec<String>, Problem> {
    let mut aliases: Vec<String> = Vec::new();
    for text in texts {
        let alias = name(text, "aliases")?;
        if alias != own && !aliases.contains(&alias) {
            aliases.push(alias);
        }
    }
    if aliases.len() > ALIASES {
        return Err(Problem::field("aliases", "they are 10 at most"));
    }
    Ok(aliases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_without_what_typing_brings() {
        for (typed, kept) in [
            ("  岳麓  人民医院 ", "岳麓 人民医院"),
            // One letter or a letter with its accent, and a character that stands for another: one name.
            ("Re\u{301}union 诊所", "Réunion 诊所"),
            ("岳麓福利院\u{fa1b}", "岳麓福利院福"),
            ("解放军第３６６医院", "解放军第366医院"),
            ("ＡＢＣ门诊部（东区）", "ABC门诊部（东区）"),
        ] {
            assert_eq!(name(typed, "name").unwrap(), kept);
        }
        for wrong in [
            "",
            "院",
            " 院 ",
            "a\u{7}b",
            "岳麓医院\u{200b}",
            "\u{feff}岳麓医院",
            "岳麓\u{202e}医院",
            &"院".repeat(101),
        ] {
            assert_eq!(name(wrong, "name").unwrap_err().field.as_deref(), Some("name"), "{wrong}");
        }
    }

    #[test]
    fn aliases_are_each_once_and_few() {
        assert_eq!(aliases(["市一", "市 一", "市一", "岳麓医院"], "岳麓医院").unwrap(), ["市一", "市 一"]);
        let many: Vec<_> = (0..11).map(|n| format!("别名{n}")).collect();
        for wrong in [many.iter().map(String::as_str).collect::<Vec<_>>(), vec!["一"]] {
            assert_eq!(aliases(wrong, "").unwrap_err().field.as_deref(), Some("aliases"));
        }
    }
}
