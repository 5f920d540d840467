//! A text of a body that is no longer than it may be: the edge refuses it before anything is done with it, and nothing after it
//! has to ask. It must not know what the text says.

use std::ops::Deref;

use serde::{Deserialize, Deserializer, de};

/// At most so many characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<const MOST: usize>(String);

impl<const MOST: usize> Deref for Text<MOST> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MOST: usize> From<Text<MOST>> for String {
    fn from(text: Text<MOST>) -> Self {
        text.0
    }
}

impl<'de, const MOST: usize> Deserialize<'de> for Text<MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text.chars().count() > MOST {
            return Err(de::Error::custom(format_args!("it is {MOST} characters at most")));
        }
        // Postgres refuses a text with this character.
        if text.contains('\0') {
            return Err(de::Error::custom("U+0000 is in no text"));
        }
        Ok(Self(text))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::body::parse;

    #[test]
    fn what_is_longer_is_refused_by_its_field_and_not_repeated() {
        #[derive(Debug, Deserialize)]
        struct Sent {
            #[serde(rename = "account")]
            account: Text<4>,
        }
        let parsed = |account: &str| parse::<Sent>(json!({ "account": account }).to_string().as_bytes());
        assert_eq!(&*parsed("在场在场").unwrap().account, "在场在场");
        let nul = parsed("a\0b").unwrap_err();
        assert_eq!(nul.field.as_deref(), Some("account"));
        assert!(nul.explanation.unwrap_or_default().starts_with("U+0000 is in no text"));
        let refused = parsed(&"x".repeat(15_000)).unwrap_err();
        assert_eq!(refused.field.as_deref(), Some("account"));
        let explanation = refused.explanation.unwrap_or_default();
        assert!(explanation.starts_with("it is 4 characters at most"), "{explanation}");
    }
}
