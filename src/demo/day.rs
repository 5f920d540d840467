//! Who comes to a course of the demo on a day, when, and what is known of each scan: by rule, so that it is always the same.
//! Pure: the instants are counted from the one that is handed in.

use jiff::{SignedDuration, Timestamp};

/// People of the demo's halls come one by one, so far apart.
const APART: SignedDuration = SignedDuration::from_secs(25);
/// WeChat's launch scene for a code that was read from a picture.
const FROM_A_PICTURE: i32 = 1013;
/// Places of people who were not in the hall: the first was sent a picture, other people's phones scanned for the rest.
const ABSENT: [usize; 3] = [7, 16, 23];
/// Whose phone was empty: staff have vouched for them.
const BY_STAFF: usize = 12;
/// Whose phone had no line for a while: the pass was presented later.
const LATE: usize = 20;

/// One scan, or one check-in by staff.
pub(super) struct Arrival {
    pub place: usize,
    pub at: Timestamp,
    pub recorded_at: Timestamp,
    pub code_age_ms: i32,
    pub network: Vec<u8>,
    pub client_kind: &'static str,
    pub scene: Option<i32>,
    pub by_staff: bool,
}

/// Whether the person at this place is in the hall.
pub(super) fn is_there(place: usize) -> bool {
    !ABSENT.contains(&place)
}

/// `people` who come one after another from this instant on.
pub(super) fn arrivals(people: usize, from: Timestamp) -> Vec<Arrival> {
    let number = |place: usize| i32::try_from(place).unwrap_or(0);
    let one = |place: usize| {
        let at = from + APART * number(place);
        let delay =
            if place == LATE { SignedDuration::from_secs(74) } else { SignedDuration::from_millis(48) };
        let by_staff = place == BY_STAFF;
        Arrival {
            place,
            at,
            recorded_at: at + delay,
            code_age_ms: if is_there(place) { 900 + number(place * 37 % 11) * 100 } else { 5200 },
            network: network(place),
            client_kind: if by_staff { "console" } else { ["wechat", "h5", "wechat"][place % 3] },
            scene: (place == ABSENT[0]).then_some(FROM_A_PICTURE),
            by_staff,
        }
    };
    (0..people).map(one).collect()
}

/// The hall's own, one carrier's for some, and for each of those who are away another.
fn network(place: usize) -> Vec<u8> {
    let mark = if !is_there(place) {
        u8::try_from(place).unwrap_or(u8::MAX).saturating_add(100)
    } else if place % 6 == 3 {
        2
    } else {
        1
    };
    vec![mark; 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_comes_once_in_their_order_and_some_were_not_there() {
        let from: Timestamp = "2026-11-28T23:40:00Z".parse().unwrap();
        let came = arrivals(30, from);
        assert!(came.windows(2).all(|two| two[0].at < two[1].at));
        assert!(came.iter().all(|arrival| arrival.at <= arrival.recorded_at));
        let away: Vec<_> = came.iter().filter(|arrival| arrival.network[0] > 100).collect();
        assert_eq!(away.len(), ABSENT.len());
        assert!(away.iter().all(|arrival| arrival.code_age_ms > 5000 && !arrival.by_staff));
        assert_eq!(came.iter().filter(|arrival| arrival.by_staff).count(), 1);
    }
}
