//! Counts against the check-ins in them: how old the oldest new check-in of each count was, and how far the newest truth was
//! ahead of it. Joined after the run, because a page may receive a check-in before its own phone does. Pure.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::instant::Micros;
use super::lateness::Lateness;

/// A count as a page received it.
#[derive(Clone, Copy, Debug)]
pub struct CountHeard {
    /// The course's place in the crew's list.
    pub course: u16,
    /// What the page showed before.
    pub before: u32,
    pub check_ins: u32,
    pub at: Micros,
}

/// When the check-ins of a course were acknowledged to their phones, in order; what it had counted before them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CheckIns {
    pub counted_before: u32,
    pub acknowledged_at: Vec<Micros>,
}

impl CheckIns {
    /// When the check-in was acknowledged that made the count this high.
    fn made(&self, check_ins: u32) -> Option<Micros> {
        let place = check_ins.checked_sub(self.counted_before)?.checked_sub(1)?;
        self.acknowledged_at.get(usize::try_from(place).ok()?).copied()
    }
}

/// How counts kept up with check-ins.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct News {
    /// Of each count: since the oldest check-in that it included for the first time was acknowledged.
    pub oldest: Lateness,
    /// Of each count: for how long it was outdated already when it arrived; zero if it was the newest.
    pub outdated: Lateness,
}

impl News {
    /// Joins what the pages received with the check-ins of each course.
    pub fn of(heard: &[CountHeard], acknowledged: &HashMap<u16, CheckIns>) -> Self {
        let mut news = Self::default();
        for count in heard {
            let Some(course) = acknowledged.get(&count.course) else { continue };
            let first_told = count.before.max(course.counted_before) + 1;
            if let Some(oldest) = course.made(first_told).filter(|_| first_told <= count.check_ins) {
                news.oldest.record(count.at - oldest);
            }
            let newer = course.made(count.check_ins + 1).filter(|_| count.check_ins >= course.counted_before);
            news.outdated.record(newer.map_or(0, |newer| count.at - newer));
        }
        news
    }

    pub fn add(&mut self, other: &Self) {
        self.oldest.add(&other.oldest);
        self.outdated.add(&other.outdated);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(heard: &[(u32, u32, Micros)]) -> News {
        let acknowledged =
            CheckIns { counted_before: 10, acknowledged_at: vec![1_000, 2_000, 30_000, 90_000] };
        let heard: Vec<_> = heard
            .iter()
            .map(|(before, check_ins, at)| CountHeard {
                course: 3,
                before: *before,
                check_ins: *check_ins,
                at: *at,
            })
            .collect();
        News::of(&heard, &HashMap::from([(3, acknowledged)]))
    }

    #[test]
    fn the_oldest_news_of_a_count_is_its_first_new_check_in() {
        let news = joined(&[(10, 12, 5_000), (12, 14, 100_000)]);
        assert_eq!(news.oldest.count(), 2);
        assert!((news.oldest.ms(0.5) - 4.0).abs() < 0.01 && (news.oldest.max_ms() - 70.0).abs() < 0.1);
    }

    #[test]
    fn a_count_is_outdated_since_the_next_check_in_was_acknowledged() {
        // The newest truth; then one that two acknowledged check-ins had overtaken; then the last of all.
        let news = joined(&[(10, 11, 1_500), (10, 11, 12_000), (12, 14, 95_000)]);
        assert_eq!(news.outdated.count(), 3);
        assert!(news.outdated.ms(0.5) < 0.002 && (news.outdated.max_ms() - 10.0).abs() < 0.01);
    }

    #[test]
    fn what_was_counted_before_the_load_is_no_news() {
        let news = joined(&[(0, 10, 500)]);
        assert_eq!((news.oldest.count(), news.outdated.count()), (0, 1));
    }

    #[test]
    fn a_course_without_load_is_left_out() {
        let heard = [CountHeard { course: 4, before: 0, check_ins: 1, at: 5 }];
        assert_eq!(News::of(&heard, &HashMap::new()).outdated.count(), 0);
    }
}
