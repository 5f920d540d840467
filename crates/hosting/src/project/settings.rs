//! The settings of a course that its admin may change, and what a change of some of them comes to. Pure.

use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::{Course, Degrees, Error, Location, Offered, OpeningHours, period};
use zaichang_core::code::Profile;
use zaichang_platform::http::Problem;

/// Cap, face check, code profile, opening hours and location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub cap: Option<i32>,
    pub face: bool,
    pub profile: Profile,
    pub opening: OpeningHours,
    pub location: Option<Location>,
}

/// The settings to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// 考勤人数上限, 1 to 100000; null takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 100_000)]
    #[expect(clippy::option_option, reason = "left out, taken away, or set")]
    cap: Option<Option<i32>>,
    profile: Option<Profile>,
    /// `HH:MM` in Asia/Shanghai.
    #[schema(min_length = 5, max_length = 5, example = "07:00")]
    opens: Option<String>,
    /// `HH:MM`, up to `24:00`.
    #[schema(min_length = 5, max_length = 5, example = "18:00")]
    closes: Option<String>,
    face: Option<bool>,
    /// Where it is held: phones that can are then asked how far from it they are. Null takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Degrees>)]
    #[expect(clippy::option_option, reason = "left out, taken away, or set")]
    location: Option<Option<Degrees>>,
}

/// A change whose values may each be.
#[expect(clippy::option_option, reason = "left out, taken away, or set")]
pub(super) struct ValidChange {
    cap: Option<Option<i32>>,
    profile: Option<Profile>,
    opens: Option<i16>,
    closes: Option<i16>,
    face: Option<bool>,
    location: Option<Option<Location>>,
}

/// Distinguishes `null` from a field that is left out.
#[expect(clippy::option_option, reason = "left out, taken away, or set")]
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Change {
    /// Refuses what is wrong for any course.
    pub fn read(self, offered: Offered) -> Result<ValidChange, Problem> {
        if let Some(Some(cap)) = self.cap
            && !(1..=100_000).contains(&cap)
        {
            return Err(Problem::field("cap", "it is 1 to 100000, or null"));
        }
        if self.face == Some(true) && !offered.face_checks {
            return Err(Error::FaceProviderMissing.into());
        }
        let location = match self.location {
            None => None,
            Some(None) => Some(None),
            Some(Some(_)) if !offered.distances => return Err(Error::DistancesNotCollected.into()),
            Some(Some(degrees)) => Some(Some(Location::read(degrees, "location.")?)),
        };
        let minute = |field: &str, text: Option<String>| {
            let read = text.map(|text| {
                period::read(&text).ok_or_else(|| Problem::field(field, "it is HH:MM, up to 24:00"))
            });
            read.transpose()
        };
        let (opens, closes) = (minute("opens", self.opens)?, minute("closes", self.closes)?);
        Ok(ValidChange { cap: self.cap, profile: self.profile, opens, closes, face: self.face, location })
    }
}

impl Settings {
    pub fn of(course: &Course) -> Self {
        Self {
            cap: course.cap,
            face: course.face,
            profile: course.profile,
            opening: course.opening,
            location: course.location,
        }
    }

    /// The settings after a change, or why it cannot be.
    pub fn changed(&self, wanted: &ValidChange) -> Result<Self, Error> {
        let opening = OpeningHours {
            opens: wanted.opens.unwrap_or(self.opening.opens),
            closes: wanted.closes.unwrap_or(self.opening.closes),
        };
        if opening.opens >= opening.closes {
            return Err(Error::OpensAfterCloses);
        }
        Ok(Self {
            cap: wanted.cap.unwrap_or(self.cap),
            face: wanted.face.unwrap_or(self.face),
            profile: wanted.profile.unwrap_or(self.profile),
            opening,
            location: wanted.location.unwrap_or(self.location),
        })
    }

    /// For the audit log.
    pub fn for_log(&self) -> serde_json::Value {
        serde_json::json!({
            "cap": self.cap,
            "face": self.face,
            "profile": self.profile,
            "opens": period::written(self.opening.opens),
            "closes": period::written(self.opening.closes),
            "location": self.location.map(Location::degrees),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::refusals;

    fn settings() -> Settings {
        Settings {
            cap: Some(300),
            face: false,
            profile: Profile::Strict,
            opening: OpeningHours { opens: 420, closes: 1080 },
            location: None,
        }
    }

    fn changed(json: &str, offered: Offered) -> Result<Settings, Problem> {
        changed_from(&settings(), json, offered)
    }

    fn changed_from(before: &Settings, json: &str, offered: Offered) -> Result<Settings, Problem> {
        let change: Change = serde_json::from_str(json).unwrap();
        Ok(before.changed(&change.read(offered)?)?)
    }

    fn change(json: &str) -> Result<Settings, Problem> {
        changed(json, Offered { face_checks: false, distances: false })
    }

    #[test]
    fn what_is_left_out_stays_and_null_takes_the_cap_away() {
        assert_eq!(change("{}").unwrap(), settings());
        assert_eq!(change(r#"{"cap":null}"#).unwrap(), Settings { cap: None, ..settings() });
        let evening = OpeningHours { opens: 420, closes: 1440 };
        assert_eq!(change(r#"{"closes":"24:00"}"#).unwrap(), Settings { opening: evening, ..settings() });
    }

    #[test]
    fn what_cannot_be_names_its_field() {
        let table = [
            (r#"{"cap":0}"#, "cap"),
            (r#"{"cap":100001}"#, "cap"),
            (r#"{"opens":"7:00"}"#, "opens"),
            (r#"{"opens":"24:00"}"#, "opens"),
            (r#"{"opens":"18:00"}"#, "opens"),
            (r#"{"closes":"24:01"}"#, "closes"),
        ];
        for (json, field) in table {
            assert_eq!(change(json).unwrap_err().field.as_deref(), Some(field), "{json}");
        }
    }

    #[test]
    fn what_this_deployment_cannot_do_is_not_asked_for() {
        let all = Offered { face_checks: true, distances: true };
        let face = r#"{"face":true}"#;
        assert_eq!(change(face).unwrap_err().refusal, refusals::FACE_PROVIDER_MISSING);
        assert!(changed(face, all).unwrap().face);
        let venue = r#"{"location":{"latitude":28.19409,"longitude":112.97228}}"#;
        assert_eq!(change(venue).unwrap_err().refusal, refusals::DISTANCES_NOT_COLLECTED);
        let held_there = changed(venue, all).unwrap();
        assert_eq!(held_there.location, Some(Location { latitude: 28_194_090, longitude: 112_972_280 }));
        let away = r#"{"location":null}"#;
        let nothing = Offered { face_checks: false, distances: false };
        assert_eq!(changed_from(&held_there, away, nothing).unwrap().location, None, "always possible");
        let nowhere = r#"{"location":{"latitude":128.0,"longitude":28.0}}"#;
        assert_eq!(changed(nowhere, all).unwrap_err().field.as_deref(), Some("location.latitude"));
    }
}
