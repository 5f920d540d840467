//! Numbers of people in what is shown of the log. No entry should hold one, but a reason is typed by hand. Pure.

use serde_json::Value;

use zaichang_core::Phone;

/// Digits of an ID number, the last of which may be an X.
const ID_NUMBER: usize = 18;
/// Digits of a mobile number.
const PHONE: usize = 11;

/// The same with each number masked that may be somebody's ID number or mobile number: its first three and last four stay.
/// Keys and true numbers of JSON are the program's own, and stay.
pub(super) fn masked(detail: Value) -> Value {
    match detail {
        Value::String(text) => Value::String(masked_text(&text)),
        Value::Array(items) => items.into_iter().map(masked).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, masked(value))).collect(),
        other => other,
    }
}

/// Whether a number of 11 or 18 digits stands in it that may be a mobile number or an ID number; full-width digits count.
pub fn holds_a_number(text: &str) -> bool {
    let narrow = text.chars().map(|letter| match letter {
        '０'..='９' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        'Ｘ' | 'ｘ' => 'X',
        other => other,
    });
    let narrow: String = narrow.collect();
    narrow.split(|letter: char| !letter.is_ascii_digit() && !matches!(letter, 'x' | 'X')).any(|run| {
        let digits = run.trim_end_matches(['x', 'X']);
        let is_id_number =
            digits.len() == ID_NUMBER || digits.len() + 1 == ID_NUMBER && run.len() == ID_NUMBER;
        is_id_number || digits.len() == PHONE && Phone::parse(digits).is_ok()
    })
}

fn masked_text(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        let digits = characters[at..].iter().take_while(|letter| letter.is_ascii_digit()).count();
        let ends_with_x = digits == ID_NUMBER - 1 && matches!(characters.get(at + digits), Some('x' | 'X'));
        let length = digits + usize::from(ends_with_x);
        let is_part_of_a_word = at > 0 && characters[at - 1].is_ascii_alphanumeric()
            || characters.get(at + length).is_some_and(char::is_ascii_alphanumeric);
        let run: String = characters[at..at + length].iter().collect();
        let is_somebodys =
            !is_part_of_a_word && (length == ID_NUMBER || length == PHONE && Phone::parse(&run).is_ok());
        if is_somebodys {
            shown.push_str(&run[..3]);
            shown.extend(std::iter::repeat_n('*', length - 7));
            shown.push_str(&run[length - 4..]);
        } else {
            shown.push_str(&run);
        }
        at += length;
        if let Some(letter) = characters.get(at).filter(|_| length == 0) {
            shown.push(*letter);
            at += 1;
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_may_be_somebody_s_number_is_masked_and_nothing_else() {
        let table = [
            ("手机没电，13800001234", "手机没电，138****1234"),
            ("证件11010519491231002X已核对", "证件110***********002X已核对"),
            ("110105194912310021", "110***********0021"),
            ("12345678901", "12345678901"),
            ("1380000123", "1380000123"),
            ("138000012345", "138000012345"),
            ("2025-11-29T09:02:13Z", "2025-11-29T09:02:13Z"),
            ("0199f1e2-13800001234a-7", "0199f1e2-13800001234a-7"),
            ("", ""),
        ];
        for (text, shown) in table {
            assert_eq!(masked_text(text), shown);
        }
        let detail = json!({ "reason": ["13800001234"], "count": 13_800_001_234_i64 });
        assert_eq!(masked(detail), json!({ "reason": ["138****1234"], "count": 13_800_001_234_i64 }));
    }

    proptest! {
        #[test]
        fn no_mobile_number_and_no_id_number_among_words_is_shown(
            before in "[一-龥，。 ]{0,5}", phone in "1[3-9][0-9]{9}", id_number in "[1-9][0-9]{16}[0-9X]", after in "[一-龥，。 ]{0,5}"
        ) {
            let shown = masked_text(&format!("{before}{phone}，{id_number}{after}"));
            prop_assert!(!shown.contains(&phone) && !shown.contains(&id_number), "{shown}");
            prop_assert!(shown.starts_with(&before) && shown.ends_with(&after));
        }
    }
}
