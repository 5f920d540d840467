//! The rules by which evidence is weighed: data with a version, so that every score says by which it was made. Pure.

use serde::Deserialize;

/// Points are decibans: ten times the logarithm of how much likelier the finding is for an absent person than for a
/// present one. Ten points are ten times, twenty a hundred times as likely; points add up.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub version: String,
    /// From this score on a check-in is listed as suspicious.
    pub suspicious_at: i32,
    /// For each code of the day by its age at arrival: the last band that it reaches counts. In ascending order. A young
    /// code speaks for the person: no relay is so quick.
    pub code_age: Vec<AgeBand>,
    /// The points of all codes together are no fewer: who came and left has young codes, too.
    pub code_age_at_least: i32,
    /// WeChat's launch scenes that mean a picture and no camera. The client sends them: evidence, never proof.
    pub scene: SceneRule,
    /// WeChat finds the person risky.
    pub risk_rank: RiskRule,
    /// The device has checked in other people on other days.
    pub device_of_others: Points,
    /// The person has come with other devices before, and never with this one.
    pub new_device: Points,
    /// More than one device on one day; H5 and mini-program on one phone are two.
    pub several_devices: Points,
    /// For each face check that failed on the day, up to so many: another person may have tried. That one succeeded says
    /// who, and nothing about where.
    pub face_failed: Times,
    /// By how far from the hall the phone says that it is: the last band that it reaches counts. In ascending order. A
    /// phone may lie about being near, so nearness lowers no score.
    pub distance: Vec<DistanceBand>,
    pub lone_network: LoneNetwork,
    /// A pass became its person's, or was presented, over a network that few people of the hall have: it may have been
    /// sent on.
    pub presented_elsewhere: PresentedElsewhere,
    /// An anonymous pass became its person's over another of the hall's own networks, as when a phone leaves the Wi-Fi.
    pub changed_network: Points,
    /// A scan without the login that its person had: another person may have made it.
    pub scanned_without_login: WithoutLogin,
    pub together_from_afar: Together,
    pub together_from_one_network: TogetherThere,
    /// With the same codes came the same people, each time: a script sends every code on to its group.
    pub always_together: Together,
    /// For each spot check that is over, of a person who had come before it.
    pub spot_check: SpotCheckRule,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeBand {
    pub from_ms: i32,
    pub points: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistanceBand {
    pub from_m: i32,
    pub points: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SceneRule {
    pub scenes: Vec<u16>,
    pub points: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskRule {
    pub from: u8,
    pub points: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    pub points: i32,
}

/// So many points each time, for so many times at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    pub points: i32,
    pub times: usize,
}

/// All of the person's codes came from networks that fewer than `people` of the hall share; in a hall of `hall` people at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoneNetwork {
    pub hall: usize,
    pub people: usize,
    pub points: i32,
}

/// Fewer than `people` of the hall have scanned over the other network; in a hall of `hall` people at least.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresentedElsewhere {
    pub hall: usize,
    pub people: usize,
    /// A logged-in person may present a pass for 24 hours: its network says where they were only this soon after the scan.
    pub soon_ms: i32,
    /// Of an anonymous pass, where it became its person's.
    pub without_login: i32,
    /// Of a pass that was its person's from the scan on.
    pub logged_in: i32,
    /// The points are no more than these where such a share of the hall is alone on its networks anyway: the last band that
    /// it reaches counts. In ascending order.
    pub lone_share: Vec<ShareBand>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareBand {
    pub from: f64,
    pub points: i32,
}

/// So many points each time, for so many times at most; none while more than a share of all others' scans, so long before
/// and after it, were like that.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithoutLogin {
    pub points: i32,
    pub times: usize,
    pub around_ms: i64,
    pub share_at_most: f64,
}

/// With one and the same code came so many more people than chance would bring: `people` at least above what the hall's
/// shares let expect, and `deviations` standard deviations. Here: people who are alone on their networks.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Together {
    pub people: f64,
    pub deviations: f64,
    pub points: i32,
}

/// The same of people on one network that is not the hall's: one of at most `share_at_most` of its people.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TogetherThere {
    pub people: f64,
    pub deviations: f64,
    pub share_at_most: f64,
    pub points: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpotCheckRule {
    pub missed: i32,
    pub answered: i32,
}

/// What is wrong with a set of rules.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("这不是规则文件：{0} · these are no rules: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("version 须为 1 至 40 个可见字符 · version is 1 to 40 visible characters")]
    Version,
    #[error("suspicious_at 须大于 0 · suspicious_at must be above 0")]
    NothingIsSuspicious,
    #[error(
        "code_age 须按 from_ms 升序，distance 须按 from_m 升序，lone_share 须按 from 升序 · code_age must be in ascending order of from_ms, distance of from_m, lone_share of from"
    )]
    Order,
    #[error("around_ms 须为 0 至 86400000 · around_ms is 0 to 86400000")]
    Around,
}

const DAY_MS: i64 = 24 * 3600 * 1000;

impl PresentedElsewhere {
    /// The most points where such a share of the hall is alone on its networks anyway.
    pub fn points_at_most(&self, lone_share: f64) -> i32 {
        self.lone_share.iter().rfind(|band| band.from <= lone_share).map_or(i32::MAX, |band| band.points)
    }
}

impl Rules {
    /// Reads rules as JSON and checks them.
    pub fn read(json: &str) -> Result<Self, Error> {
        let rules: Self = serde_json::from_str(json)?;
        let visible = rules.version.bytes().all(|byte| byte.is_ascii_graphic());
        if !visible || !(1..=40).contains(&rules.version.len()) {
            return Err(Error::Version);
        }
        if rules.suspicious_at < 1 {
            return Err(Error::NothingIsSuspicious);
        }
        let ages = rules.code_age.is_sorted_by(|one, next| one.from_ms < next.from_ms);
        let distances = rules.distance.is_sorted_by(|one, next| one.from_m < next.from_m);
        let shares = rules.presented_elsewhere.lone_share.is_sorted_by(|one, next| one.from < next.from);
        if !ages || !distances || !shares {
            return Err(Error::Order);
        }
        if !(0..=DAY_MS).contains(&rules.scanned_without_login.around_ms) {
            return Err(Error::Around);
        }
        Ok(rules)
    }

    /// The points of a code that was so old on arrival.
    pub fn points_of_age(&self, age_ms: i32) -> i32 {
        self.code_age.iter().rfind(|band| band.from_ms <= age_ms).map_or(0, |band| band.points)
    }

    /// The points of a phone that was so far from the hall.
    pub fn points_of_distance(&self, metres: i32) -> i32 {
        self.distance.iter().rfind(|band| band.from_m <= metres).map_or(0, |band| band.points)
    }
}

impl Default for Rules {
    /// Those that ship with the program.
    fn default() -> Self {
        Self::read(include_str!("rules.json")).expect("a test reads them")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_that_ship_are_rules() {
        assert!(Rules::default().suspicious_at > 0);
    }

    #[test]
    fn the_last_band_that_is_reached_counts() {
        let rules = Rules::default();
        let [first, .., last] = &rules.code_age[..] else { panic!("there are bands") };
        let table = [
            (i32::MIN, 0),
            (first.from_ms - 1, 0),
            (first.from_ms, first.points),
            (last.from_ms, last.points),
            (i32::MAX, last.points),
        ];
        for (age_ms, points) in table {
            assert_eq!(rules.points_of_age(age_ms), points, "{age_ms}");
        }
        let [first, .., last] = &rules.distance[..] else { panic!("there are bands") };
        for (metres, points) in
            [(0, 0), (first.from_m - 1, 0), (first.from_m, first.points), (i32::MAX, last.points)]
        {
            assert_eq!(rules.points_of_distance(metres), points, "{metres}");
        }
    }

    #[test]
    fn what_cannot_be_rules_is_refused() {
        let json = include_str!("rules.json");
        for (sound, broken) in [
            ("\"suspicious_at\": 20", "\"suspicious_at\": 0"),
            ("\"version\": \"2026-11-29\"", "\"version\": \"\""),
            ("\"from_ms\": 4500", "\"from_ms\": 1"),
            ("\"from_m\": 5000", "\"from_m\": 1"),
            ("\"from\": 0.15", "\"from\": 0"),
            ("\"around_ms\": 120000", "\"around_ms\": -1"),
            ("\"new_device\"", "\"no_rule\""),
        ] {
            assert!(json.contains(sound), "{sound}");
            assert!(Rules::read(&json.replace(sound, broken)).is_err(), "{broken}");
        }
    }
}
