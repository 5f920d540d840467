//! The data of a request: how large they may be, and where in them a character stands. Pure.

use serde_json::Value;

use crate::fault::Fault;

/// The longest text of one value: a QR code drawn as one path has some ten thousand.
const CHARACTERS: usize = 20_000;
/// Values altogether: a list of 3,000 people with twenty columns is 60,000.
const VALUES: usize = 200_000;

/// Refuses what is too much, and characters that no page can show.
pub fn within_bounds(data: &Value) -> Result<(), Fault> {
    let mut values = 0;
    let wrong = find(data, &mut |text| {
        values += 1;
        values > VALUES
            || text.chars().count() > CHARACTERS
            || text.chars().any(|c| c.is_control() && c != '\n')
    });
    match wrong {
        None => Ok(()),
        Some(_) if values > VALUES => Err(Fault::data(format!("more than {VALUES} values"))),
        Some(at) => Err(Fault::data(format!(
            "{at} is longer than {CHARACTERS} characters, or has a control character"
        ))),
    }
}

/// Where the first text with this character stands: `people[12].name`.
pub fn place_of(data: &Value, character: char) -> Option<String> {
    find(data, &mut |text| text.contains(character))
}

/// The path of the first text, in the data's order, that is looked for. What is no text is asked about as an empty one.
fn find(value: &Value, wanted: &mut impl FnMut(&str) -> bool) -> Option<String> {
    match value {
        Value::String(text) => wanted(text).then(String::new),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(n, item)| Some(format!("[{n}]{}", below(find(item, wanted)?)))),
        Value::Object(fields) => {
            fields.iter().find_map(|(name, field)| Some(format!("{name}{}", below(find(field, wanted)?))))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => wanted("").then(String::new),
    }
}

/// The rest of a path, behind what it lies in.
fn below(path: String) -> String {
    if path.is_empty() || path.starts_with('[') { path } else { format!(".{path}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_character_is_found_where_it_stands() {
        let data = json!({ "a": 1, "people": [{ "name": "王明" }, { "name": "李𠅤", "of": { "unit": "㛃" } }], "words": ["䶮"] });
        let table = [
            ('明', "people[0].name"),
            ('𠅤', "people[1].name"),
            ('㛃', "people[1].of.unit"),
            ('䶮', "words[0]"),
        ];
        for (character, at) in table {
            assert_eq!(place_of(&data, character).as_deref(), Some(at));
        }
        assert_eq!(place_of(&data, '张'), None);
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let refused = |data: Value| within_bounds(&data).is_err();
        assert!(!refused(json!({ "name": "王".repeat(CHARACTERS), "lines": "a\nb" })));
        assert!(refused(json!({ "name": "王".repeat(CHARACTERS + 1) })));
        assert!(refused(json!(["a\u{0}"])));
        assert!(!refused(json!(vec![0; VALUES])));
        assert!(refused(json!(vec![0; VALUES + 1])));
    }
}
