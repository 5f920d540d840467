//! What the pages of a process have received since the measuring began, and what each page remembers for it: lateness,
//! missed codes, endings. It must not know sockets or processes. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::density::Density;
use super::instant::{Micros, SECOND};
use super::lateness::Lateness;
use super::scan::ServerFrame;

/// A code that has not come by so long after its edge is missed.
const MISSED_AFTER: Micros = SECOND;

/// What was received; adds up over processes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Heard {
    /// Of codes behind their step's edge.
    pub codes: Lateness,
    /// Of counts behind their own `at`.
    pub counts: Lateness,
    /// When codes and counts were due.
    pub due: Density,
    /// Steps that a connected page saw no code of.
    pub missed: u64,
    pub frames: u64,
    pub bytes: u64,
    /// Connections lost since the measuring began, by close code, or by the socket's error.
    pub endings: BTreeMap<String, u64>,
}

impl Heard {
    pub fn add(&mut self, other: &Self) {
        self.codes.add(&other.codes);
        self.counts.add(&other.counts);
        self.due.add(&other.due);
        self.missed += other.missed;
        self.frames += other.frames;
        self.bytes += other.bytes;
        for (ending, times) in &other.endings {
            *self.endings.entry(ending.clone()).or_default() += times;
        }
    }

    pub fn ended(&mut self, ending: &str) {
        *self.endings.entry(ending.to_owned()).or_default() += 1;
    }
}

/// What a page remembers of its connection, to know what it should have received.
#[derive(Clone, Debug)]
pub struct Memory {
    joined_at: Micros,
    /// The newest code's step: from, until.
    step: Option<(Micros, Micros)>,
    /// The newest count.
    pub check_ins: Option<u32>,
}

impl Memory {
    pub const fn of_line_joined(at: Micros) -> Self {
        Self { joined_at: at, step: None, check_ins: None }
    }

    /// Whether a code is on the page.
    pub const fn shows_code(&self) -> bool {
        self.step.is_some()
    }

    /// Takes a frame that arrived at `at` into account.
    pub fn hears(&mut self, frame: &ServerFrame<'_>, at: Micros, heard: &mut Heard) {
        match *frame {
            ServerFrame::Code { valid_from, valid_until } => {
                // The code of the step in whose middle the page joined is not late: it is the first one.
                if valid_from > self.joined_at {
                    heard.due.record(valid_from);
                    heard.codes.record(at - valid_from);
                }
                if let Some((from, until)) = self.step {
                    heard.missed += steps_between(from, until, valid_from);
                }
                self.step = Some((valid_from, valid_until));
            }
            ServerFrame::Count { check_ins, at: counted_at } => {
                if counted_at > self.joined_at {
                    heard.due.record(at);
                    heard.counts.record(at - counted_at);
                }
                self.check_ins = Some(check_ins);
            }
            _ => {}
        }
    }

    /// Steps whose edge is long past and whose code has not come, on a connection that is still up.
    pub fn missing(&self, now: Micros) -> u64 {
        self.step.map_or(0, |(from, until)| steps_between(from, until, now - MISSED_AFTER + (until - from)))
    }
}

/// How many whole steps lie between the step [from, until) and the one that begins at `next`.
fn steps_between(from: Micros, until: Micros, next: Micros) -> u64 {
    let step = (until - from).max(1);
    u64::try_from((next - from).div_euclid(step) - 1).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Micros = 3 * SECOND;

    fn code(step: Micros) -> ServerFrame<'static> {
        ServerFrame::Code { valid_from: step * STEP, valid_until: (step + 1) * STEP }
    }

    #[test]
    fn a_code_is_as_late_as_it_is_behind_its_edge_and_the_first_is_not_counted() {
        let (mut heard, mut memory) = (Heard::default(), Memory::of_line_joined(10 * STEP + 5));
        assert!(!memory.shows_code());
        memory.hears(&code(10), 10 * STEP + 2_000_000, &mut heard);
        assert!(memory.shows_code() && heard.codes.count() == 0);
        memory.hears(&code(11), 11 * STEP + 20_000, &mut heard);
        assert_eq!((heard.codes.count(), heard.missed), (1, 0));
        assert!((heard.codes.max_ms() - 20.0).abs() < 0.1);
    }

    #[test]
    fn steps_that_were_skipped_are_missed() {
        let (mut heard, mut memory) = (Heard::default(), Memory::of_line_joined(0));
        for step in [1, 2, 5] {
            memory.hears(&code(step), step * STEP, &mut heard);
        }
        assert_eq!(heard.missed, 2);
    }

    #[test]
    fn a_line_that_fell_silent_misses_every_edge_from_a_second_after_it() {
        let (mut heard, mut memory) = (Heard::default(), Memory::of_line_joined(0));
        assert_eq!(memory.missing(100 * STEP), 0);
        memory.hears(&code(1), STEP, &mut heard);
        let missing = |late: Micros| memory.missing(2 * STEP + late);
        assert_eq!((missing(-1), missing(0), missing(SECOND - 1)), (0, 0, 0));
        assert_eq!((missing(SECOND), missing(STEP), missing(STEP + SECOND)), (1, 1, 2));
    }

    #[test]
    fn a_count_is_as_late_as_it_is_behind_its_own_time() {
        let (mut heard, mut memory) = (Heard::default(), Memory::of_line_joined(100));
        memory.hears(&ServerFrame::Count { check_ins: 3, at: 50 }, 60, &mut heard);
        memory.hears(&ServerFrame::Count { check_ins: 4, at: 5_000 }, 9_000, &mut heard);
        assert_eq!((heard.counts.count(), memory.check_ins), (1, Some(4)));
        assert!((heard.counts.max_ms() - 4.0).abs() < 0.01);
    }

    #[test]
    fn endings_add_up() {
        let (mut left, mut right) = (Heard::default(), Heard::default());
        left.ended("1001");
        right.ended("1001");
        right.ended("reset");
        left.add(&right);
        assert_eq!(left.endings, BTreeMap::from([("1001".into(), 2), ("reset".into(), 1)]));
    }
}
