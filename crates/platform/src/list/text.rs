//! What people type into a list's search field.

use crate::http::Problem;

/// Characters of a search.
const MOST: usize = 50;

/// What is searched for, without the blanks around it: none if nothing was typed. Refuses, by the field `q`, what is longer than
/// 50 characters or cannot stand in a text of Postgres.
pub fn searched(q: Option<&str>) -> Result<Option<&str>, Problem> {
    let text = q.map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > MOST) {
        return Err(Problem::field("q", "it is 50 characters at most"));
    }
    if text.is_some_and(|text| text.contains('\0')) {
        return Err(Problem::field("q", "U+0000 is in no text"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_short_and_blanks_search_for_nothing() {
        assert_eq!(searched(None).unwrap(), None);
        assert_eq!(searched(Some("  ")).unwrap(), None);
        assert_eq!(searched(Some(" 王伟 ")).unwrap(), Some("王伟"));
        assert!(searched(Some(&"长".repeat(50))).is_ok());
        for wrong in [&*"长".repeat(51), "王\0伟"] {
            assert_eq!(searched(Some(wrong)).unwrap_err().field.as_deref(), Some("q"));
        }
    }
}
