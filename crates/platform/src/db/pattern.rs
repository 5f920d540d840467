//! LIKE patterns of text that people have typed.

/// The pattern of everything that contains the text; its own signs are only text.
pub fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signs_of_a_pattern_are_only_text() {
        assert_eq!(containing("王_%\\"), "%王\\_\\%\\\\%");
    }
}
