//! What is known about a hall's check-ins when they are weighed. It must not know the rules.

use jiff::Timestamp;

use crate::checkin::{Device, Later, Network};
use zaichang_core::ids::{PersonId, ScreenNumber};
use zaichang_hosting::project::SpotCheck;

/// One check-in of the day, with what is known of its device from other days.
#[derive(Clone, Debug)]
pub struct Observed {
    pub person: PersonId,
    pub slot: i64,
    /// When the code was scanned.
    pub at: Timestamp,
    /// None of what staff have vouched for.
    pub scan: Option<Scan>,
}

/// The scan behind a check-in.
#[derive(Clone, Debug)]
pub struct Scan {
    pub screen: ScreenNumber,
    pub step: i64,
    pub code_age_ms: i32,
    pub device: Device,
    pub network: Option<Network>,
    /// When the pass of a scan without login became its person's.
    pub bound: Option<Later>,
    /// When the pass was presented; none where that was one call with the scan.
    pub presented: Option<Later>,
    pub scene: Option<u16>,
    /// What WeChat last said of the person, 0 to 4, within a month before.
    pub risk_rank: Option<u8>,
    /// Other people whom this device has checked in on other days.
    pub device_others: u32,
    pub device_is: Familiarity,
    /// How often the person's face check failed that day.
    pub faces_failed: u32,
    /// How far from the hall the phone said that it was, in metres, at least.
    pub distance_m: Option<i32>,
}

/// What a device is to its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Familiarity {
    /// The person has come with it before.
    Known,
    /// Nothing is known of the person's devices.
    First,
    /// The person has come with others, never with this one.
    New,
}

/// A course's day: its check-ins in the order of their time, and the spot checks that are over.
#[derive(Clone, Debug, Default)]
pub struct CourseDay {
    pub check_ins: Vec<Observed>,
    pub spot_checks: Vec<SpotCheck>,
}
