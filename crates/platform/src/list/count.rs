//! How many rows a filter chooses: counted exactly up to ten thousand, as reading on would cost more than anybody gains by it.

use serde::Serialize;

/// Counted exactly up to here; one more stands for all that are more. A query counts `limit COUNTED + 1` rows.
pub const COUNTED: i64 = 10_000;

/// How many rows all pages hold: exact up to 10,000; 10,001 stands for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Count(i64);

impl From<i64> for Count {
    fn from(counted: i64) -> Self {
        Self(counted.clamp(0, COUNTED + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_never_says_more_than_was_counted() {
        for (counted, said) in [(-1, 0), (0, 0), (10_000, 10_000), (10_001, 10_001), (5_000_000, 10_001)] {
            assert_eq!(Count::from(counted), Count(said), "{counted}");
        }
    }
}
