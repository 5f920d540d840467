//! Where a course is held, and how far from it a phone says that it is. Pure. What a phone says is evidence, never proof.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use zaichang_platform::http::Problem;

/// Mean radius of the earth (IUGG), in metres.
const EARTH_M: f64 = 6_371_009.0;
const MILLIONTH: f64 = 1e-6;

/// A place on earth, in millionths of a degree: 11 cm at most. GCJ-02, as maps in China give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    pub latitude: i32,
    pub longitude: i32,
}

/// The same as it is written, in degrees.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Degrees {
    /// -90 to 90, GCJ-02 (高德, 腾讯).
    #[schema(minimum = -90, maximum = 90, example = 28.19409)]
    pub latitude: f64,
    /// -180 to 180.
    #[schema(minimum = -180, maximum = 180, example = 112.97228)]
    pub longitude: f64,
}

impl Location {
    /// Refuses what is not on earth by its field, which lies under `prefix`.
    pub fn read(degrees: Degrees, prefix: &str) -> Result<Self, Problem> {
        let field = |name, value: f64, most: f64| {
            if !(-most..=most).contains(&value) {
                let range = format!("it is -{most} to {most} degrees");
                return Err(Problem::field(format!("{prefix}{name}"), range));
            }
            #[expect(clippy::cast_possible_truncation, reason = "180 million at most")]
            let millionths = (value / MILLIONTH).round() as i32;
            Ok(millionths)
        };
        Ok(Self {
            latitude: field("latitude", degrees.latitude, 90.0)?,
            longitude: field("longitude", degrees.longitude, 180.0)?,
        })
    }

    pub fn degrees(self) -> Degrees {
        let written = |millionths| f64::from(millionths) / 1e6;
        Degrees { latitude: written(self.latitude), longitude: written(self.longitude) }
    }

    /// Metres along a great circle (haversine), exact to half a percent.
    pub fn metres_to(self, other: Self) -> f64 {
        let radians = |millionths: i32| (f64::from(millionths) * MILLIONTH).to_radians();
        let (from, to) = (radians(self.latitude), radians(other.latitude));
        let north = (to - from) / 2.0;
        let east = (radians(other.longitude) - radians(self.longitude)) / 2.0;
        let half_chord = north.sin().powi(2) + from.cos() * to.cos() * east.sin().powi(2);
        2.0 * EARTH_M * half_chord.sqrt().min(1.0).asin()
    }

    /// Whole metres that a phone is away at least, when its position may be wrong by `accuracy_m`.
    pub fn metres_at_least(self, phone: Self, accuracy_m: f64) -> i32 {
        #[expect(clippy::cast_possible_truncation, reason = "half the earth's girth at most")]
        let metres = (self.metres_to(phone) - accuracy_m).max(0.0) as i32;
        metres
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(latitude: f64, longitude: f64) -> Location {
        Location::read(Degrees { latitude, longitude }, "").unwrap()
    }

    #[test]
    fn a_degree_of_the_meridian_is_111_kilometres() {
        let hall = place(28.19409, 112.97228);
        let table = [
            (hall, 0.0),
            (place(29.19409, 112.97228), 111_195.0),
            (place(28.19409, 113.97228), 98_002.0),
            // Changsha to Beijing.
            (place(39.90420, 116.40740), 1_341_000.0),
        ];
        for (there, metres) in table {
            assert!((hall.metres_to(there) - metres).abs() <= metres * 0.005, "{there:?}");
        }
    }

    #[test]
    fn what_the_phone_does_not_know_is_in_its_favour() {
        let hall = place(28.19409, 112.97228);
        let there = place(28.20309, 112.97228);
        assert_eq!(hall.metres_at_least(there, 0.0), 1000);
        assert_eq!(hall.metres_at_least(there, 400.0), 600);
        assert_eq!(hall.metres_at_least(there, 5000.0), 0);
        assert_eq!(hall.metres_at_least(there, f64::INFINITY), 0);
    }

    #[test]
    fn what_is_not_on_earth_names_its_field() {
        for (latitude, longitude, field) in [
            (90.1, 0.0, "location.latitude"),
            (f64::NAN, 0.0, "location.latitude"),
            (0.0, -180.5, "location.longitude"),
            (0.0, f64::INFINITY, "location.longitude"),
        ] {
            let refused = Location::read(Degrees { latitude, longitude }, "location.").unwrap_err();
            assert_eq!(refused.field.as_deref(), Some(field));
        }
    }

    proptest! {
        #[test]
        fn a_distance_is_the_same_both_ways_and_never_beyond_the_antipodes(
            one in (-90.0..=90.0, -180.0..=180.0), other in (-90.0..=90.0, -180.0..=180.0)
        ) {
            let (one, other) = (place(one.0, one.1), place(other.0, other.1));
            let metres = one.metres_to(other);
            prop_assert!((metres - other.metres_to(one)).abs() < 0.001);
            prop_assert!((0.0..=20_020_000.0).contains(&metres));
        }

        #[test]
        fn degrees_are_read_as_they_were_written(latitude in -90_000_000..=90_000_000_i32, longitude in -180_000_000..=180_000_000_i32) {
            let location = Location { latitude, longitude };
            prop_assert_eq!(Location::read(location.degrees(), "").unwrap(), location);
        }
    }
}
