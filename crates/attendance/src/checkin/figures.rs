//! What is measured of the check-in pipeline, stage by stage. Metric handles are looked up once, so that a check-in costs an
//! addition and no lookup by name. docs/operating/metrics.en.md says what each metric means.

use std::sync::LazyLock;
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

use super::commit::LANES;
use super::{Error, Outcome};
use zaichang_core::clock::steady;
use zaichang_platform::metric::Metric;

/// Pure work of the processor: a quarter of a microsecond to a millisecond.
const JUDGE: &[f64] = &[2.5e-7, 5e-7, 1e-6, 2e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 1e-3];
/// Caches when warm, Postgres when cold.
const ADMISSION: &[f64] =
    &[1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 1e-4, 2.5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 0.1, 0.5, 2.0];
/// One round trip, given up after 50 ms.
const SEEN: &[f64] = &[1e-6, 1e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1];
/// A whole check-in, fsync and waiting included; given up after seconds.
const CHECK_IN: &[f64] = &[
    5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 7.5e-3, 1e-2, 1.5e-2, 2.5e-2, 5e-2, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0,
];
const QUEUE_WAIT: &[f64] =
    &[1e-4, 2.5e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1.0, 3.0];
/// Up to the largest batch.
const ROWS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];
const COMMIT: &[f64] =
    &[5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 7.5e-3, 1e-2, 2e-2, 3e-2, 5e-2, 0.1, 0.2, 0.5, 1.0, 3.0];
const PUBLISH: &[f64] = &[5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1];

/// What is measured.
pub(super) const METRICS: &[Metric] = &[
    Metric::histogram("zaichang_judge_seconds", JUDGE, "Reading and judging one code, in seconds; sampled."),
    Metric::histogram(
        "zaichang_admission_seconds",
        ADMISSION,
        "Deciding whether person and place are admitted, caches included, in seconds; sampled.",
    ),
    Metric::histogram("zaichang_seen_seconds", SEEN, "Asking the memory of repeats, in seconds; sampled."),
    Metric::histogram(
        "zaichang_check_in_seconds",
        CHECK_IN,
        "A whole check-in from the request to its answer, in seconds, by answer: recorded, already_recorded, deferred, \
         refused.",
    ),
    Metric::gauge(
        "zaichang_queue_depth",
        "Check-ins waiting in a commit lane, by lane; at ZAICHANG_COMMIT_QUEUE the answer is busy.",
    ),
    Metric::histogram(
        "zaichang_queue_wait_seconds",
        QUEUE_WAIT,
        "From entering a commit lane to the start of its batch, in seconds.",
    ),
    Metric::histogram("zaichang_batch_rows", ROWS, "Check-ins in one batch."),
    Metric::histogram(
        "zaichang_commit_seconds",
        COMMIT,
        "One batch's transaction, its fsync included, in seconds.",
    ),
    Metric::histogram(
        "zaichang_publish_seconds",
        PUBLISH,
        "Telling Redis and the other nodes of a committed batch, in seconds.",
    ),
    Metric::counter("zaichang_check_ins_total", "Rows committed by this node."),
    Metric::counter_of(
        "zaichang_seen_total",
        "memory",
        &["node", "redis"],
        "Repeats answered from a memory, by memory: node (this process) or redis.",
    ),
    Metric::counter("zaichang_seen_skipped_total", "Times Redis was not asked because it had just failed."),
    Metric::counter("zaichang_seen_failed_total", "Times Redis did not answer."),
    Metric::counter(
        "zaichang_commit_away_total",
        "Batches that Postgres could not take: their phones keep passes.",
    ),
];

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
