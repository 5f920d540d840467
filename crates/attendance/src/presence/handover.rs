//! What the way of a pass from the screen to the record says. A pass can be sent on: a person in the hall scans with the absent
//! person's device id, without a login, and sends the pass. The traces of that are a network that changes between the
//! scan and the moment at which the pass becomes the person's, and scans without the login that the person had. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::assess::{Networks, counted};
use super::evidence::{CourseDay, Observed, Scan};
use super::reason::{Finding, Reason};
use super::rules::Rules;
use crate::checkin::Later;
use zaichang_core::ids::PersonId;

/// Scans of the hall without the login that their people had, among all of its scans, in the order of time.
pub(super) struct Handovers {
    /// When each scan was made, and how many up to it were without login.
    so_far: Vec<(Timestamp, usize)>,
    /// Those of each person.
    without_login: BTreeMap<PersonId, Vec<Timestamp>>,
}

impl Handovers {
    pub fn of<'a>(
        days: impl Iterator<Item = (&'a PersonId, &'a Vec<&'a Observed>)>,
        hall: &CourseDay,
    ) -> Self {
        let of_person = |day: &[&Observed]| -> Vec<_> {
            let of_day = (0..day.len()).filter(|place| lacks_its_login(&day[..*place], day[*place]));
            of_day.map(|place| day[place].at).collect()
        };
        let without_login: BTreeMap<_, _> = days
            .map(|(person, day)| (*person, of_person(day)))
            .filter(|(_, scans)| !scans.is_empty())
            .collect();
        let mut marks: Vec<_> = without_login.values().flatten().copied().collect();
        marks.sort_unstable();
        let mut all: Vec<_> =
            hall.check_ins.iter().filter(|row| row.scan.is_some()).map(|row| row.at).collect();
        all.sort_unstable();
        let so_far = all.into_iter().map(|at| (at, marks.partition_point(|mark| *mark <= at))).collect();
        Self { so_far, without_login }
    }

    /// What speaks against everything that this person did today.
    pub fn suspected(
        &self,
        rules: &Rules,
        person: PersonId,
        day: &[&Observed],
        networks: &Networks,
    ) -> Vec<Reason> {
        let scans = day.iter().filter_map(|check_in| check_in.scan.as_ref());
        let moved = scans.clone().filter_map(|scan| elsewhere(rules, scan, networks));
        let mut reasons: Vec<_> = moved.max_by_key(|reason| reason.points).into_iter().collect();
        let rule = rules.scanned_without_login;
        let own = self.without_login.get(&person).map_or(&[][..], Vec::as_slice);
        let times = own.iter().filter(|at| !self.are_many_around(rules, **at, own)).count();
        if times > 0 {
            let counted = i32::try_from(times.min(rule.times)).unwrap_or(i32::MAX);
            reasons.push(Reason {
                points: rule.points.saturating_mul(counted),
                finding: Finding::ScannedWithoutLogin { times, scans: scans.count() },
            });
        }
        reasons
    }

    /// Whether many others in the hall scanned without their login around that time: then the service could not look sessions
    /// up, and it says nothing about the person.
    fn are_many_around(&self, rules: &Rules, at: Timestamp, own: &[Timestamp]) -> bool {
        let rule = rules.scanned_without_login;
        let around = jiff::SignedDuration::from_millis(rule.around_ms);
        let (from, until) = (at - around, at + around);
        let first = self.so_far.partition_point(|(scanned_at, _)| *scanned_at < from);
        let end = self.so_far.partition_point(|(scanned_at, _)| *scanned_at <= until);
        let before = first.checked_sub(1).map_or(0, |place| self.so_far[place].1);
        let marked = end.checked_sub(1).map_or(0, |place| self.so_far[place].1) - before;
        let mine = own.iter().filter(|mark| (from..=until).contains(*mark)).count();
        let (others, marked) = ((end - first).saturating_sub(mine), marked.saturating_sub(mine));
        counted(marked) > counted(others) * rule.share_at_most
    }
}

/// Whether a scan was made without the login that its person had: they presented the anonymous pass with a login, or had come
/// with this device before. A phone that is logged in sends its login with every scan.
fn lacks_its_login(before: &[&Observed], check_in: &Observed) -> bool {
    let Some(scan) = check_in.scan.as_ref().filter(|scan| scan.bound.is_some()) else { return false };
    let has_come = |earlier: &&Observed| {
        let known = earlier.scan.as_ref().filter(|known| known.device == scan.device);
        known.is_some_and(|known| {
            let after_ms = known.presented.map_or(0, |presented| i64::from(presented.after_ms));
            earlier.at + jiff::SignedDuration::from_millis(after_ms) < check_in.at
        })
    };
    scan.bound == scan.presented || before.iter().any(has_come)
}

/// Whether a pass became its person's, or was presented soon after the scan, over another network than the scan's.
fn elsewhere(rules: &Rules, scan: &Scan, networks: &Networks) -> Option<Reason> {
    let rule = &rules.presented_elsewhere;
    let soon = |later: &Later| later.after_ms <= rule.soon_ms;
    let (later, points) = match (scan.bound, scan.presented.filter(soon)) {
        (Some(bound), _) => (bound, rule.without_login),
        (None, Some(presented)) => (presented, rule.logged_in),
        (None, None) => return None,
    };
    if scan.network.is_none_or(|network| network == later.network) {
        return None;
    }
    let (people, hall) = (networks.people_on(later.network), networks.hall());
    let after_ms = later.after_ms;
    if people < rule.people {
        let rare = hall >= rule.hall;
        let points = points.min(rule.points_at_most(networks.lone_share()));
        return rare
            .then_some(Reason { points, finding: Finding::PresentedElsewhere { after_ms, people, hall } });
    }
    // A change from a network of one's own to the hall's is not suspicious: the person has come nearer.
    let was_the_halls = |network| networks.people_on(network) >= rule.people;
    let points = rules.changed_network.points;
    scan.bound
        .filter(|_| scan.network.is_some_and(was_the_halls))
        .map(|_| Reason { points, finding: Finding::ChangedNetwork { after_ms } })
}
