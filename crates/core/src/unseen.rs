//! Invisible characters, and those that turn the direction of writing: with one of them, two names that look alike are two,
//! and the text beside a name is turned round. One rule for all names. Pure.

/// Whether this character has no place in a name: a control character, one of no width, a blank that counts as a letter, one that
/// turns the direction of writing, or one that stands for what could not be read. What picks one form of a character may stand,
/// as rare names are written with it, and so may what is for private use, as older systems write rare characters with it.
pub const fn is_unseen(character: char) -> bool {
    let code = character as u32;
    matches!(code,
        0x00..=0x1f | 0x7f..=0x9f | 0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5
        | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfdd0..=0xfdef | 0xfeff | 0xffa0 | 0xfff0..=0xfffd
        | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe007f)
        // The last two of each plane are no characters.
        || code & 0xfffe == 0xfffe
}

/// Whether a text holds such a character.
pub fn holds_unseen(text: &str) -> bool {
    text.contains(is_unseen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_has_no_place_in_a_name_and_rare_characters_have() {
        for unseen in [
            '\0',
            '\n',
            '\u{85}',
            '\u{ad}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{2028}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{3164}',
            '\u{feff}',
            '\u{fffd}',
            '\u{ffff}',
            '\u{e0041}',
            '\u{10fffe}',
        ] {
            assert!(is_unseen(unseen), "{unseen:?}");
            assert!(holds_unseen(&format!("岳麓{unseen}医院")), "{unseen:?}");
        }
        for name in [
            "岳麓人民医院（东区）",
            "䶮",
            "𠮷野",
            "葛\u{e0100}",
            "買買提·艾力",
            "\u{e863}",
            "Zoe\u{308} Li",
            " \u{3000}",
        ] {
            assert!(!holds_unseen(name), "{name:?}");
        }
    }
}
