//! The settings of a course that its admin may change, and what a change of some of them comes to. Pure.

use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::{Course, Degrees, Error, Location, Offered, OpeningHours, period};
use crate::code::Profile;
use crate::http::Problem;

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
    #[schema(example = "07:00")]
    opens: Option<String>,
    /// `HH:MM`, up to `24:00`.
    #[schema(example = "18:00")]
    closes: Option<String>,
    face: Option<bool>,
    /// Where it is held: phones that can are then asked how far from it they are. Null takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Degrees>)]
    #[expect(clippy::option_option, reason = "left out, taken away, or set")]
    location: Option<Option<Degrees>>,
}

/// Tells `null` from a field that is left out.
#[expect(clippy::option_option, reason = "left out, taken away, or set")]
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
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
    pub fn changed(&self, change: Change, offered: Offered) -> Result<Self, Problem> {
        if let Some(Some(cap)) = change.cap
            && !(1..=100_000).contains(&cap)
        {
            return Err(Problem::field("cap", "it is 1 to 100000, or null"));
        }
        if change.face == Some(true) && !offered.face_checks {
            return Err(Error::FaceProviderMissing.into());
        }
        let location = match change.location {
            None => self.location,
            Some(None) => None,
            Some(Some(_)) if !offered.distances => return Err(Error::DistancesNotCollected.into()),
            Some(Some(degrees)) => Some(Location::read(degrees, "location.")?),
        };
        let minute = |field: &str, text: Option<String>, now: i16| match text {
            None => Ok(now),
            Some(text) => {
                period::read(&text).ok_or_else(|| Problem::field(field, "it is HH:MM, up to 24:00"))
            }
        };
        let opening = OpeningHours {
            opens: minute("opens", change.opens, self.opening.opens)?,
            closes: minute("closes", change.closes, self.opening.closes)?,
        };
        if opening.opens >= opening.closes {
            return Err(Error::OpensAfterCloses.into());
        }
        Ok(Self {
            cap: change.cap.unwrap_or(self.cap),
            face: change.face.unwrap_or(self.face),
            profile: change.profile.unwrap_or(self.profile),
            opening,
            location,
        })
    }

    /// For the audit log.
    pub fn told(&self) -> serde_json::Value {
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
    use crate::http::Refusal;

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
        settings().changed(serde_json::from_str(json).unwrap(), offered)
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
        assert_eq!(change(face).unwrap_err().refusal, Refusal::FaceProviderMissing);
        assert!(changed(face, all).unwrap().face);
        let here = r#"{"location":{"latitude":28.19409,"longitude":112.97228}}"#;
        assert_eq!(change(here).unwrap_err().refusal, Refusal::DistancesNotCollected);
        let held_here = changed(here, all).unwrap();
        assert_eq!(held_here.location, Some(Location { latitude: 28_194_090, longitude: 112_972_280 }));
        let away = serde_json::from_str(r#"{"location":null}"#).unwrap();
        let nothing = Offered { face_checks: false, distances: false };
        assert_eq!(held_here.changed(away, nothing).unwrap().location, None, "always possible");
        let nowhere = r#"{"location":{"latitude":128.0,"longitude":28.0}}"#;
        assert_eq!(changed(nowhere, all).unwrap_err().field.as_deref(), Some("location.latitude"));
    }
}
