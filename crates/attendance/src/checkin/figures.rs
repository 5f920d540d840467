//! What is measured of the check-in pipeline, stage by stage. Metric handles are looked up once, so that a check-in costs an
//! addition and no lookup by name. docs/operating/metrics.en.md says what each metric means.

use std::sync::LazyLock;
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

use super::commit::LANES;
use super::{Error, Outcome};
use zaichang_core::clock::steady;

/// How many of 256 check-ins are measured in the stages that take microseconds.
const SAMPLED: u8 = 8;

pub(super) struct Figures {
    judge: Histogram,
    admission: Histogram,
    seen: Histogram,
    queue_depth: [Gauge; LANES],
    queue_wait: Histogram,
    batch_rows: Histogram,
    commit: Histogram,
    publish: Histogram,
    check_in: [Histogram; 4],
    pub check_ins: Counter,
    pub seen_here: Counter,
    pub seen_shared: Counter,
    pub away: Counter,
}

/// The figures of this process.
pub(super) static FIGURES: LazyLock<Figures> = LazyLock::new(|| Figures {
    judge: histogram!("zaichang_judge_seconds"),
    admission: histogram!("zaichang_admission_seconds"),
    seen: histogram!("zaichang_seen_seconds"),
    queue_depth: std::array::from_fn(|lane| gauge!("zaichang_queue_depth", "lane" => lane.to_string())),
    queue_wait: histogram!("zaichang_queue_wait_seconds"),
    batch_rows: histogram!("zaichang_batch_rows"),
    commit: histogram!("zaichang_commit_seconds"),
    publish: histogram!("zaichang_publish_seconds"),
    check_in: ["recorded", "already_recorded", "deferred", "refused"]
        .map(|answer| histogram!("zaichang_check_in_seconds", "answer" => answer)),
    check_ins: counter!("zaichang_check_ins_total"),
    seen_here: counter!("zaichang_seen_total", "memory" => "node"),
    seen_shared: counter!("zaichang_seen_total", "memory" => "redis"),
    away: counter!("zaichang_commit_away_total"),
});

/// When something began, by the steady clock.
#[derive(Clone, Copy)]
pub(super) struct Began(Duration);

impl Began {
    pub fn now() -> Self {
        Self(steady())
    }

    /// One in thirty-two.
    fn sampled() -> Option<Self> {
        (fastrand::u8(..) < SAMPLED).then(Self::now)
    }

    fn seconds(self) -> f64 {
        steady().saturating_sub(self.0).as_secs_f64()
    }
}

impl Figures {
    pub fn judged<T>(&self, judge: impl FnOnce() -> T) -> T {
        let began = Began::sampled();
        let judged = judge();
        record(&self.judge, began);
        judged
    }

    pub async fn admitted<T>(&self, admit: impl Future<Output = T>) -> T {
        let began = Began::sampled();
        let admitted = admit.await;
        record(&self.admission, began);
        admitted
    }

    pub async fn recalled<T>(&self, recall: impl Future<Output = T>) -> T {
        let began = Began::sampled();
        let recalled = recall.await;
        record(&self.seen, began);
        recalled
    }

    /// A lane begins a batch of so many rows; so many more wait behind it.
    pub fn batch(&self, lane: usize, entered: impl Iterator<Item = Began>, rows: usize, waiting: usize) {
        self.queue_depth[lane].set(number(waiting));
        self.batch_rows.record(number(rows));
        entered.for_each(|entered| self.queue_wait.record(entered.seconds()));
    }

    pub fn committed(&self, began: Began) {
        self.commit.record(began.seconds());
    }

    pub fn published(&self, began: Began) {
        self.publish.record(began.seconds());
    }

    pub fn answered(&self, began: Began, outcome: &Result<Outcome, Error>) {
        let answer = match outcome {
            Ok(Outcome::Recorded(..)) => 0,
            Ok(Outcome::Already(..)) => 1,
            Ok(Outcome::Deferred(_)) => 2,
            Err(_) => 3,
        };
        self.check_in[answer].record(began.seconds());
    }
}

fn record(histogram: &Histogram, began: Option<Began>) {
    if let Some(began) = began {
        histogram.record(began.seconds());
    }
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
