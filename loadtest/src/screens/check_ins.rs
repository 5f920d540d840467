//! The check-ins that flow while pages watch: people come to the courses whose counts are shown, at a steady rate, each
//! pair of person and course once. It must not know pages.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::news;
use crate::crowd::Crowd;
use crate::demo::{Course, Demo};
use crate::drive::{Open, Run, Shot, What, open};
use crate::history::Outcome;
use crate::measure::Measured;
use crate::pairs::Pairs;
use crate::schedule::poisson;

/// The most connections of the people.
const CONNECTIONS: usize = 128;

/// People who come while pages watch.
pub struct CheckIns {
    run: Run,
    pairs: Arc<Pairs>,
    rate: f64,
    stretch: u64,
}

impl CheckIns {
    /// So many a second, to all of these courses in turn.
    pub async fn prepare(demo: &Demo, base_url: &str, courses: &[Course], rate: f64) -> anyhow::Result<Self> {
        let crowd = Crowd::gather(demo, &[base_url.to_owned()], courses).await?;
        let pairs = Arc::new(Pairs::new(crowd.phones.len(), crowd.halls.len()));
        Ok(Self { run: Run::begin(crowd, Duration::from_secs(1)), pairs, rate, stretch: 0 })
    }

    /// Sends for so long, or until it is stopped, and says how the answers were.
    pub async fn flow(&mut self, length: Duration, stop: CancellationToken) -> Measured {
        self.stretch += 1;
        let mut run = self.run.next(length);
        run.stop = stop;
        let plan = Open { connections: CONNECTIONS, persist: Duration::ZERO, serve_waiting: true };
        let pairs = Arc::clone(&self.pairs);
        let next = move |_| pairs.take().map(|pair| Shot { what: What::CheckIn, pair });
        let opened =
            open(&run, plan, Vec::new(), poisson(self.rate, length, self.stretch), next, |_, _, _| {}).await;
        run.meter.sum_up(opened.took)
    }

    /// When the check-ins of each course were acknowledged, by the course's place in the list; `counted` is what each
    /// had counted when the measuring began, and what came before `since` is in it.
    pub fn acknowledged(&self, since: i64, counted: &HashMap<u16, u32>) -> HashMap<u16, news::CheckIns> {
        let mut by_course: HashMap<u16, news::CheckIns> = HashMap::new();
        for (place, hall) in (0..).zip(&self.run.crowd.halls) {
            let counted_before = counted.get(&place).copied().unwrap_or(0);
            let mut acknowledged_at: Vec<_> = self
                .run
                .history
                .entries()
                .iter()
                .filter(|entry| entry.course == hall.course && entry.outcome == Outcome::Recorded)
                .map(|entry| entry.began_us + i64::from(entry.took_us))
                .filter(|at| *at >= since)
                .collect();
            acknowledged_at.sort_unstable();
            by_course.insert(place, news::CheckIns { counted_before, acknowledged_at });
        }
        by_course
    }
}
