//! The records of one process: what each of its pages remembers, and what all of them have received since the measuring
//! began. It must not know sockets, orders or time of its own. Pure.

use std::collections::HashMap;
use std::net::SocketAddr;

use super::heard::{Heard, Memory};
use super::instant::Micros;
use super::lateness::Lateness;
use super::news::{CheckIns, CountHeard, News};
use super::orders::{Online, Report};
use super::scan::{ServerFrame, scan};

/// More counts than that are not kept for the comparison with check-ins: 100 MB.
const COUNTS_KEPT: usize = 4_000_000;

/// Everything that was received.
#[derive(Default)]
pub struct Books {
    pages: Vec<PageState>,
    heard: Heard,
    counts: Vec<CountHeard>,
    opening: Lateness,
    away: Lateness,
    online: Online,
    frozen_from: Vec<SocketAddr>,
}

/// A page's state.
#[derive(Clone, Default)]
struct PageState {
    /// Of its current connection.
    memory: Option<Memory>,
    course: u16,
    /// Since when it has been trying to show a code.
    without_since: Option<Micros>,
    ever_shown: bool,
}

impl Books {
    /// The records for pages of these courses.
    pub fn of(courses: impl Iterator<Item = u16>) -> Self {
        let pages = courses.map(|course| PageState { course, ..PageState::default() }).collect();
        Self { pages, ..Self::default() }
    }

    /// How many pages show a code, and since when.
    pub const fn online(&self) -> Online {
        self.online
    }

    /// A page sends its first packet of a new try.
    pub fn tries(&mut self, page: usize, at: Micros) {
        self.pages[page].without_since.get_or_insert(at);
    }

    /// A page is welcomed.
    pub fn joined(&mut self, page: usize, at: Micros) {
        let standing = &mut self.pages[page];
        standing.memory = Some(Memory::of_line_joined(at));
        self.online.joined_at = at;
        if !standing.ever_shown {
            self.opening.record(at - standing.without_since.unwrap_or(at));
        }
    }

    /// A page has read a text frame; what it says.
    pub fn hears<'a>(&mut self, page: usize, text: &'a [u8], at: Micros) -> ServerFrame<'a> {
        self.heard.frames += 1;
        self.heard.bytes += text.len() as u64;
        let standing = &mut self.pages[page];
        let frame = scan(text);
        let Some(memory) = &mut standing.memory else { return frame };
        if let (ServerFrame::Count { check_ins, .. }, Some(before)) = (&frame, memory.check_ins)
            && self.counts.len() < COUNTS_KEPT
        {
            self.counts.push(CountHeard { course: standing.course, before, check_ins: *check_ins, at });
        }
        let shown = memory.shows_code();
        memory.hears(&frame, at, &mut self.heard);
        if !shown && memory.shows_code() {
            self.online = Online { pages: self.online.pages + 1, since: at, ..self.online };
            let waited = at - standing.without_since.take().unwrap_or(at);
            if standing.ever_shown {
                self.away.record(waited);
            }
            standing.ever_shown = true;
        }
        frame
    }

    /// A page has lost its connection, or did not get one.
    pub fn lost(&mut self, page: usize, ending: &str, at: Micros) {
        self.heard.ended(ending);
        let standing = &mut self.pages[page];
        if standing.memory.take().is_some_and(|memory| memory.shows_code()) {
            self.online = Online { pages: self.online.pages - 1, since: at, ..self.online };
            standing.without_since = Some(at);
        }
    }

    /// A page reads no more: nothing is expected of it.
    pub fn frozen(&mut self, page: usize, from: Option<SocketAddr>, at: Micros) {
        self.frozen_from.extend(from);
        if self.pages[page].memory.take().is_some_and(|memory| memory.shows_code()) {
            self.online = Online { pages: self.online.pages - 1, since: at, ..self.online };
        }
    }

    /// From where the frozen pages are connected.
    pub fn frozen_from(&self) -> &[SocketAddr] {
        &self.frozen_from
    }

    /// Forgets what was received; returns the newest count of each course.
    pub fn measure(&mut self) -> HashMap<u16, u32> {
        (self.heard, self.away) = (Heard::default(), Lateness::default());
        self.counts.clear();
        let mut newest = HashMap::new();
        for standing in &self.pages {
            let shown = standing.memory.as_ref().and_then(|memory| memory.check_ins);
            let known = newest.entry(standing.course).or_default();
            *known = shown.unwrap_or(0).max(*known);
        }
        newest
    }

    /// What was received since then, joined with the check-ins of each course.
    pub fn report(&self, check_ins: &HashMap<u16, CheckIns>, now: Micros) -> Report {
        let mut heard = self.heard.clone();
        let memories = self.pages.iter().filter_map(|standing| standing.memory.as_ref());
        heard.missed += memories.map(|memory| memory.missing(now)).sum::<u64>();
        Report {
            heard,
            news: News::of(&self.counts, check_ins),
            opening: self.opening.clone(),
            away: self.away.clone(),
            cpu_ms: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screens::instant::written;

    const STEP: Micros = 3_000_000;

    fn code(step: Micros) -> Vec<u8> {
        let (from, until) = (written(step * STEP), written((step + 1) * STEP));
        format!(r#"{{"type":"code","path":"M0","valid_from":"{from}","valid_until":"{until}"}}"#).into_bytes()
    }

    fn count(check_ins: u32, at: Micros) -> Vec<u8> {
        format!(r#"{{"type":"count","check_ins":{check_ins},"at":"{}"}}"#, written(at)).into_bytes()
    }

    #[test]
    fn a_page_is_online_while_it_shows_a_code_and_its_absence_is_counted() {
        let mut books = Books::of([0, 0].into_iter());
        for page in [0, 1] {
            books.tries(page, STEP);
            books.joined(page, STEP + 1);
            assert_eq!(books.online().pages, page);
            books.hears(page, &code(1), STEP + 50_000);
        }
        assert_eq!(books.online(), Online { pages: 2, since: STEP + 50_000, joined_at: STEP + 1 });
        assert_eq!(books.opening.count(), 2);
        books.measure();
        books.lost(0, "1001", 2 * STEP);
        books.lost(0, "connection refused", 2 * STEP + 1);
        assert_eq!(books.online().pages, 1);
        books.tries(0, 2 * STEP + 2);
        books.joined(0, 3 * STEP);
        books.hears(0, &code(3), 3 * STEP);
        let report = books.report(&HashMap::new(), 3 * STEP);
        assert_eq!((report.opening.count(), report.away.count()), (2, 1));
        assert!((report.away.max_ms() - 3000.0).abs() < 3.0);
        assert_eq!(report.heard.endings.values().sum::<u64>(), 2);
        // The other page has seen neither step 2 nor step 3, and step 3 has just begun.
        assert_eq!(report.heard.missed, 1);
    }

    #[test]
    fn what_was_heard_before_the_measuring_is_forgotten_but_the_newest_count_is_told() {
        let mut books = Books::of([7, 8].into_iter());
        books.joined(0, 0);
        books.hears(0, &count(40, 5), 10);
        assert_eq!(books.measure(), HashMap::from([(7, 40), (8, 0)]));
        books.hears(0, &count(42, 2_000), 9_000);
        let check_ins = CheckIns { counted_before: 40, acknowledged_at: vec![1_000, 2_000] };
        let report = books.report(&HashMap::from([(7, check_ins)]), 10_000);
        assert_eq!((report.heard.frames, report.heard.counts.count(), report.news.oldest.count()), (1, 1, 1));
        assert!((report.news.oldest.max_ms() - 8.0).abs() < 0.1);
    }

    #[test]
    fn a_frozen_page_misses_nothing_and_is_not_lost() {
        let mut books = Books::of([0].into_iter());
        books.joined(0, 0);
        books.hears(0, &code(1), STEP);
        books.frozen(0, None, STEP);
        let report = books.report(&HashMap::new(), 100 * STEP);
        assert_eq!((books.online().pages, report.heard.missed, report.heard.endings.len()), (0, 0, 0));
    }
}
