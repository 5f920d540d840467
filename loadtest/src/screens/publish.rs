//! Publishes to nchan what the server would show: to each channel a code at the edges of a screen with its number, and
//! counts as often as check-ins would change them, by the same phases and as large as the server's own. It must not know the readers.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use anyhow::ensure;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::instant::{Micros, SECOND, written};
use crate::client::{Connection, Target, request};
use crate::clock::unix_us;
use crate::codes::phase_ms;

/// The default profile's step.
const STEP: Micros = 3 * SECOND;
/// Counts are sent four times a second at most.
const COUNTS: Micros = SECOND / 4;
/// As long as the picture of a code is with an address of usual length.
const PICTURE: usize = 2300;
/// So many channels are published to at the same time.
const CONNECTIONS: usize = 8;

/// What is due on a channel, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Micros,
    channel: usize,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Code,
    Count,
}

/// How often the counts of a channel change: none without check-ins.
pub fn counts_every(check_ins_per_s: f64, courses: usize) -> Option<Micros> {
    let courses = u32::try_from(courses.max(1)).unwrap_or(u32::MAX);
    let of_a_course = check_ins_per_s / f64::from(courses);
    let apart = Duration::try_from_secs_f64(of_a_course.recip()).ok().filter(|_| of_a_course > 0.0)?;
    Some(COUNTS.max(Micros::try_from(apart.as_micros()).unwrap_or(Micros::MAX)))
}

/// Starts publishers for so many channels; they go on until they are dropped.
pub fn publish(
    publishers: &mut JoinSet<anyhow::Result<()>>,
    target: &Target,
    channels: usize,
    counts_every: Option<Micros>,
) {
    for first in 0..CONNECTIONS.min(channels) {
        let target = target.clone();
        publishers.spawn(async move {
            let mut connection = Connection::open(&target).await.map_err(|cut| anyhow::anyhow!(cut.0))?;
            let mut schedule = Schedule::of((first..channels).step_by(CONNECTIONS), counts_every, unix_us());
            loop {
                let due = schedule.next();
                sleep(Duration::from_micros(u64::try_from(due.at - unix_us()).unwrap_or(0))).await;
                let frame = match due.what {
                    What::Code => code(due.at),
                    What::Count => count(due.at),
                };
                let path = format!("/pub/{}", due.channel);
                let request = request(&target, "POST", &path, None, Some(&frame));
                let answer = connection.exchange(&request).await.map_err(|cut| anyhow::anyhow!(cut.0))?;
                ensure!(matches!(answer.status, 201 | 202), "nchan answered with status {}", answer.status);
            }
        });
    }
}

/// What is due on some channels, in order.
struct Schedule {
    due: BinaryHeap<Reverse<Due>>,
    counts_every: Micros,
}

impl Schedule {
    /// A channel's number is its screen's less one.
    fn of(channels: impl Iterator<Item = usize>, counts_every: Option<Micros>, now: Micros) -> Self {
        let mut due = BinaryHeap::new();
        for channel in channels {
            let screen = u32::try_from(channel + 1).unwrap_or(u32::MAX);
            let mut first = |what, every: Micros| {
                let every_ms = u32::try_from(every / 1000).unwrap_or(u32::MAX);
                let phase = Micros::try_from(phase_ms(screen, every_ms)).unwrap_or(0) * 1000;
                let at = ((now + phase).div_euclid(every) + 1) * every - phase;
                due.push(Reverse(Due { at, channel, what }));
            };
            first(What::Code, STEP);
            if let Some(every) = counts_every {
                first(What::Count, every);
            }
        }
        Self { due, counts_every: counts_every.unwrap_or(COUNTS) }
    }

    /// What is due first; from now on, what follows it.
    fn next(&mut self) -> Due {
        let Reverse(due) =
            self.due.pop().expect("a publisher has a channel, and a channel always a next code");
        let every = match due.what {
            What::Code => STEP,
            What::Count => self.counts_every,
        };
        self.due.push(Reverse(Due { at: due.at + every, ..due }));
        due
    }
}

fn code(edge: Micros) -> String {
    let picture = "M0 0h7v1h-7z".repeat(PICTURE / 12);
    let url = "HTTPS://CME.EXAMPLE.CN/C/AAAAAAIAACLBVYO7FX77BKLDQWFD5QCM23IA";
    let (from, until) = (written(edge), written(edge + STEP));
    format!(
        r#"{{"type":"code","seq":1,"url":"{url}","size":29,"path":"{picture}","valid_from":"{from}","valid_until":"{until}","server_now":"{from}"}}"#
    )
}

fn count(at: Micros) -> String {
    // The counted value does not matter here, but that it grows.
    let check_ins = at / COUNTS % 1_000_000;
    let at = written(at);
    format!(
        r#"{{"type":"count","seq":1,"attendees":{check_ins},"check_ins":{check_ins},"seats_taken":{check_ins},"cap":null,"at":"{at}"}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screens::scan::{ServerFrame, scan};

    #[test]
    fn a_channel_gets_a_code_at_the_edges_of_its_own_screen_and_four_counts_a_second_between() {
        // Screen 1 has a phase of 1854 ms in steps of 3 s, as the vectors say.
        let (edge, now) = (7 * STEP - 1_854_000, 7 * STEP - 1_854_001);
        let mut schedule = Schedule::of(0..1, counts_every(100.0, 1), now);
        let due: Vec<_> =
            std::iter::from_fn(|| Some(schedule.next())).take_while(|due| due.at < edge + 2 * STEP).collect();
        assert!(due.windows(2).all(|pair| pair[0].at <= pair[1].at));
        let codes: Vec<_> = due.iter().filter(|due| due.what == What::Code).map(|due| due.at).collect();
        assert_eq!((codes, due.len()), (vec![edge, edge + STEP], 2 + 24));
    }

    #[test]
    fn a_hundred_channels_are_never_due_in_one_instant() {
        let mut schedule = Schedule::of(0..100, None, 0);
        let due: Vec<_> = (0..100).map(|_| schedule.next().at).collect();
        let together = |from: Micros| due.iter().filter(|at| (from..from + 30_000).contains(*at)).count();
        assert!(due.iter().all(|from| together(*from) <= 3), "{due:?}");
    }

    #[test]
    fn counts_change_as_often_as_people_check_in_and_four_times_a_second_at_most() {
        assert_eq!(counts_every(0.0, 3), None);
        assert_eq!(counts_every(200.0, 5), Some(COUNTS));
        assert_eq!(counts_every(200.0, 250), Some(1_250_000));
    }

    #[test]
    fn frames_are_what_pages_read_and_as_large_as_the_server_s() {
        let code = code(STEP);
        assert_eq!(scan(code.as_bytes()), ServerFrame::Code { valid_from: STEP, valid_until: 2 * STEP });
        assert!((2400..2800).contains(&code.len()), "{}", code.len());
        assert!(
            matches!(scan(count(5 * SECOND).as_bytes()), ServerFrame::Count { at, .. } if at == 5 * SECOND)
        );
    }
}
