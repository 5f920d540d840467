//! Fields that are entered of people and of who registers alike: read and checked at the edge, pure.

use serde::{Deserialize, Deserializer};

use zaichang_core::unseen::holds_unseen;
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

pub(crate) fn read_specialty(typed: &str) -> Result<String, Problem> {
    let specialty = typed.trim();
    if (1..=50).contains(&specialty.chars().count()) && !holds_unseen(specialty) {
        Ok(specialty.to_owned())
    } else {
        Err(Problem::field("specialty", "it is 1 to 50 characters on one line"))
    }
}
