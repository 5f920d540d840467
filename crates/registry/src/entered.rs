//! Fields that are entered of people and of who registers alike: read and checked at the edge, pure.

use serde::{Deserialize, Deserializer};

use zaichang_core::Phone;
use zaichang_core::unseen::holds_unseen;
use zaichang_platform::audit::holds_a_number;
use zaichang_platform::http::{Problem, Text};

/// A specialty as it is typed; its row holds 50 characters.
pub(crate) type SpecialtyText = Text<60>;

/// Null is something else than nothing.
#[expect(clippy::option_option, reason = "what is left out stays, null takes it away")]
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// The name of a person as it is kept; none of what can be none. 王 小明 with the blanks that pasting brings is 王小明; the dot in
/// 买买提·艾力 is written in many ways.
pub(crate) fn name_as_entered(typed: &str) -> Option<String> {
    let dotted: String =
        typed.trim().chars().map(|letter| if "•‧∙・．.".contains(letter) { '·' } else { letter }).collect();
    let is_han =
        dotted.chars().any(|letter| matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'));
    let name: String = if is_han {
        dotted.chars().filter(|letter| !letter.is_whitespace()).collect()
    } else {
        dotted.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let is_of_names =
        |letter: char| letter.is_alphabetic() || "· '-’\u{fe00}".contains(letter) || is_selector(letter);
    let is_one =
        (1..=50).contains(&name.chars().count()) && name.chars().all(is_of_names) && !holds_unseen(&name);
    is_one.then_some(name)
}

/// Picks one form of a character: some rare names are written with one.
fn is_selector(letter: char) -> bool {
    matches!(letter, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// The specialty as it is kept; none of what can be none.
pub(crate) fn specialty_as_entered(typed: &str) -> Option<String> {
    let specialty = typed.trim();
    let is_one = (1..=50).contains(&specialty.chars().count()) && !holds_unseen(specialty);
    is_one.then(|| specialty.to_owned())
}

/// A card number as it is kept: in capitals, so that one card is one person's however it is typed; none of what can be none.
pub(crate) fn card_number_as_entered(typed: &str) -> Option<String> {
    let number: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    let is_one = (4..=32).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_one.then(|| number.to_ascii_uppercase())
}

/// An account of a platform before as it is kept, exactly as its holder types it; none of what can be none. New ones are called otherwise.
pub(crate) fn account_as_entered(typed: &str) -> Option<String> {
    let account = typed.trim();
    let is_one = (1..=64).contains(&account.chars().count()) && !holds_unseen(account);
    is_one.then(|| account.to_owned())
}

/// What people write into a field where there is nothing to say.
pub(crate) fn says_nothing(typed: &str) -> bool {
    matches!(
        typed.trim(),
        "无" | "暂无" | "没有" | "是" | "否" | "-" | "--" | "—" | "——" | "/" | "\\" | "N/A" | "n/a" | "0"
    )
}

/// Whether it may be the number of a bank card: 16 to 19 digits with their check digit (ISO/IEC 7812-1, Luhn's formula).
fn is_bank_card(digits: &str) -> bool {
    let sum: u32 = (digits.bytes().rev().enumerate())
        .map(|(place, digit)| match (place % 2, u32::from(digit.wrapping_sub(b'0'))) {
            (0, digit) => digit,
            (_, digit) => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    (16..=19).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && sum.is_multiple_of(10)
}

/// Whether somebody's phone, ID number or bank card may stand in it, also with signs between its digits, or an ID number of 15 digits.
pub(crate) fn is_numbered(account: &str) -> bool {
    let joined: String =
        account.chars().filter(|letter| !letter.is_whitespace() && !"-_.·".contains(*letter)).collect();
    let is_old_id_number = joined.len() == 15
        && joined.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(joined[8..10].parse(), Ok(1..=12_u8))
        && matches!(joined[10..12].parse(), Ok(1..=31_u8));
    is_old_id_number
        || is_bank_card(&joined)
        || holds_a_number(account)
        || holds_a_number(&joined)
        || Phone::parse(account).is_ok()
}

pub(crate) fn read_specialty(typed: &str) -> Result<String, Problem> {
    specialty_as_entered(typed)
        .ok_or_else(|| Problem::field("specialty", "it is 1 to 50 characters on one line"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_of_a_platform_before_is_kept_as_it_is_and_holds_nobody_s_number() {
        for (typed, kept) in [
            (" ZhangSan ", Some("ZhangSan")),
            ("张三", Some("张三")),
            ("a", Some("a")),
            ("4301000012345678", Some("4301000012345678")),
            ("zhang san@hn.cn", Some("zhang san@hn.cn")),
            ("", None),
            ("zhang\u{200b}san", None),
            ("zhang\nsan", None),
            ("zhang\0san", None),
        ] {
            assert_eq!(account_as_entered(typed).as_deref(), kept, "{typed}");
        }
        assert!(account_as_entered(&"长".repeat(64)).is_some());
        assert!(account_as_entered(&"a".repeat(65)).is_none());
        for number in [
            "13800001234",
            "１３８００００１２３４",
            "hn13800001234",
            "138-0000-1234",
            "+86 138 0000 1234",
            "8613800001234",
            "4111 1111 1111 1111",
            "6222020000000000000",
            "11010519491231002X",
            "u110105194912310021",
            "110105491231002",
        ] {
            assert!(is_numbered(number), "{number}");
        }
        for other in
            ["zhangsan", "20251129", "4301000012345678", "12345678901", "110105991331002", "hn-0731-001"]
        {
            assert!(!is_numbered(other), "{other}");
        }
    }
}
