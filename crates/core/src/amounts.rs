//! Amounts of credits (学分) and class hours (学时): exact decimals with one place after the point, each a type of its own, so
//! that one is never taken for the other. Pure.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is 0.1 to 9999.9, with one place after the point at most")]
pub struct NoAmount;

macro_rules! amount {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            tenths: u32,
        }

        impl $name {
            /// In tenths: 35 is 3.5.
            pub const fn tenths(self) -> u32 {
                self.tenths
            }

            /// What they come to, written as one of them is; `0.0` of none.
            pub fn sum(of: impl IntoIterator<Item = Self>) -> String {
                let tenths: u64 = of.into_iter().map(|one| u64::from(one.tenths)).sum();
                format!("{}.{}", tenths / 10, tenths % 10)
            }
        }

        impl FromStr for $name {
            type Err = NoAmount;

            fn from_str(written: &str) -> Result<Self, NoAmount> {
                read(written).map(|tenths| Self { tenths })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}.{}", self.tenths / 10, self.tenths % 10)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

amount!(
    /// Credits (学分): 0.1 to 9999.9.
    Credits
);
amount!(
    /// Class hours (学时): 0.1 to 9999.9.
    Hours
);

/// `6`, `6.0` and `6.5` are amounts; a sign, a bare point or a second place are none.
fn read(written: &str) -> Result<u32, NoAmount> {
    let (whole, tenth) = written.split_once('.').unwrap_or((written, "0"));
    let is_written_so = (1..=4).contains(&whole.len())
        && tenth.len() == 1
        && [whole, tenth].iter().all(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
    if !is_written_so {
        return Err(NoAmount);
    }
    let digits = |digits: &str| digits.parse::<u32>().map_err(|_| NoAmount);
    Some(digits(whole)? * 10 + digits(tenth)?).filter(|tenths| *tenths > 0).ok_or(NoAmount)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_amount_has_one_place_after_the_point_and_is_more_than_nothing() {
        for (written, tenths) in [("6", 60), ("6.0", 60), ("6.5", 65), ("0.1", 1), ("9999.9", 99_999)] {
            assert_eq!(written.parse::<Credits>().unwrap().tenths(), tenths, "{written}");
        }
        let both = ["9999.9", "0.2"].map(|written| written.parse::<Hours>().unwrap());
        assert_eq!((Hours::sum(both), Hours::sum([])), ("10000.1".to_owned(), "0.0".to_owned()));
        for wrong in ["", "0", "0.0", ".5", "5.", "5.25", "-1", "+1", "1e2", "10000", "٣", "6,5", " 6"] {
            assert_eq!(wrong.parse::<Hours>(), Err(NoAmount), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn an_amount_is_read_as_it_was_written(tenths in 1..=99_999_u32) {
            let credits = Credits { tenths };
            prop_assert_eq!(credits.to_string().parse(), Ok(credits));
            let json = serde_json::to_string(&credits).unwrap();
            prop_assert_eq!(serde_json::from_str::<Credits>(&json).unwrap(), credits);
        }
    }
}
