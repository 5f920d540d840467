//! Publishes to nchan what the server would show: a code at each step's edge and counts four times a second, as large as
//! the server's own. It must not know who listens.

use std::time::Duration;

use anyhow::ensure;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::instant::{Micros, SECOND, written};
use crate::client::{Connection, Target, request};
use crate::clock::unix_us;

/// The default profile's step.
const STEP: Micros = 3 * SECOND;
/// Counts are sent four times a second.
const COUNTS: Micros = SECOND / 4;
/// As long as the picture of a code is with an address of usual length.
const PICTURE: usize = 2300;
/// So many channels are published to at the same time.
const CONNECTIONS: usize = 8;

/// What is due next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Code,
    Count,
}

/// Starts publishers for so many channels; they go on until they are dropped.
pub fn publish(
    publishers: &mut JoinSet<anyhow::Result<()>>,
    target: &Target,
    channels: usize,
    courses: usize,
) {
    for first in 0..CONNECTIONS.min(channels) {
        let target = target.clone();
        publishers.spawn(async move {
            let mut connection = Connection::open(&target).await.map_err(|cut| anyhow::anyhow!(cut.0))?;
            // Channels of one course change together, those of different courses do not.
            let course = first % courses.max(1);
            let phase = COUNTS * Micros::try_from(course)? / Micros::try_from(courses.max(1))?;
            let mut at = unix_us();
            loop {
                let due;
                (due, at) = next(at, phase);
                sleep(Duration::from_micros(u64::try_from(at - unix_us()).unwrap_or(0))).await;
                let frame = match due {
                    Due::Code => code(at),
                    Due::Count => count(at),
                };
                for channel in (first..channels).step_by(CONNECTIONS) {
                    let request = request(&target, "POST", &format!("/pub/{channel}"), None, Some(&frame));
                    let answer = connection.exchange(&request).await.map_err(|cut| anyhow::anyhow!(cut.0))?;
                    ensure!(
                        matches!(answer.status, 201 | 202),
                        "nchan answered with status {}",
                        answer.status
                    );
                }
            }
        });
    }
}

/// What is due first after an instant, and when. A code goes before a count.
fn next(after: Micros, phase: Micros) -> (Due, Micros) {
    let following = |every: Micros, phase: Micros| ((after - phase).div_euclid(every) + 1) * every + phase;
    let (code, count) = (following(STEP, 0), following(COUNTS, phase));
    if code <= count { (Due::Code, code) } else { (Due::Count, count) }
}

fn code(edge: Micros) -> String {
    let picture = "M0 0h7v1h-7z".repeat(PICTURE / 12);
    let url = "HTTPS://CME.EXAMPLE.CN/C/AAAAAAIAAAK6PEC6QO66UHXBCIERE7BFPBCA";
    let (from, until) = (written(edge), written(edge + STEP));
    format!(
        r#"{{"type":"code","seq":1,"url":"{url}","size":29,"path":"{picture}","valid_from":"{from}","valid_until":"{until}","server_now":"{from}"}}"#
    )
}

fn count(at: Micros) -> String {
    // What is counted does not matter here, but that it grows.
    let check_ins = at / COUNTS % 1_000_000;
    let at = written(at);
    format!(
        r#"{{"type":"count","seq":1,"attendees":{check_ins},"check_ins":{check_ins},"cap":null,"at":"{at}"}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screens::scan::{Told, scan};

    #[test]
    fn a_code_comes_at_each_edge_and_four_counts_a_second_between() {
        let mut at = 7 * STEP - 1;
        let mut codes = Vec::new();
        let mut counts = 0;
        while at < 9 * STEP {
            let (due, instant) = next(at, 125_000);
            assert!(instant > at);
            at = instant;
            match due {
                Due::Code => codes.push(at),
                Due::Count => counts += 1,
            }
        }
        assert_eq!((codes, counts), (vec![7 * STEP, 8 * STEP, 9 * STEP], 24));
    }

    #[test]
    fn what_falls_together_is_published_one_after_the_other() {
        assert_eq!(next(STEP - 1, 0), (Due::Code, STEP));
        // The count of that instant is left to the next: coalesced.
        assert_eq!(next(STEP, 0), (Due::Count, STEP + COUNTS));
    }

    #[test]
    fn frames_are_what_pages_read_and_as_large_as_the_server_s() {
        let code = code(STEP);
        assert_eq!(scan(code.as_bytes()), Told::Code { valid_from: STEP, valid_until: 2 * STEP });
        assert!((2400..2800).contains(&code.len()), "{}", code.len());
        assert!(matches!(scan(count(5 * SECOND).as_bytes()), Told::Count { at, .. } if at == 5 * SECOND));
    }
}
