//! Latencies and throughput of a run: one histogram in microseconds for each kind of answer, and a series over time.
//! It must not know which answers are right.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::said::{Refusal, Said};

const SHARDS: usize = 8;
/// Longer than any request waits.
const LONGEST_US: u64 = 600_000_000;
/// Points of a series over time.
const POINTS: u32 = 200;
const FINEST: Duration = Duration::from_millis(250);

/// What a latency is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Kind {
    Recorded,
    Already,
    Deferred,
    Busy,
    Refused,
    Unknown,
    /// A page of one's own records.
    Records,
    /// Until the answer was final, where the first one was not.
    Settled,
}

const KINDS: [(Kind, &str); 8] = [
    (Kind::Recorded, "recorded"),
    (Kind::Already, "already_recorded"),
    (Kind::Deferred, "deferred"),
    (Kind::Busy, "busy"),
    (Kind::Refused, "refused"),
    (Kind::Unknown, "unknown"),
    (Kind::Records, "records"),
    (Kind::Settled, "settled_later"),
];

impl Kind {
    /// The kind of an answer.
    pub const fn of(said: &Said) -> Self {
        match said {
            Said::Recorded(_) => Self::Recorded,
            Said::AlreadyRecorded(_) => Self::Already,
            Said::Deferred { .. } => Self::Deferred,
            Said::Refused { refusal: Refusal::Busy, .. } => Self::Busy,
            Said::Refused { .. } => Self::Refused,
            Said::Unknown => Self::Unknown,
        }
    }
}

/// What is measured while a run goes on; written by many workers.
pub struct Meter {
    began: Instant,
    interval: Duration,
    shards: [Mutex<Shard>; SHARDS],
}

struct Shard {
    kinds: Vec<Histogram<u64>>,
    intervals: Vec<Interval>,
}

struct Interval {
    good: u64,
    other: u64,
    latencies: Histogram<u32>,
}

impl Interval {
    fn new() -> Self {
        Self { good: 0, other: 0, latencies: precise(2) }
    }
}

fn precise<C: hdrhistogram::Counter>(digits: u8) -> Histogram<C> {
    Histogram::new_with_bounds(1, LONGEST_US, digits).expect("the bounds are in order")
}

fn micros(latency: Duration) -> u64 {
    u64::try_from(latency.as_micros()).unwrap_or(LONGEST_US).clamp(1, LONGEST_US)
}

impl Meter {
    /// Begins now; `expected` is about how long the run will be.
    pub fn new(expected: Duration) -> Self {
        let shard = || Shard { kinds: KINDS.iter().map(|_| precise(3)).collect(), intervals: Vec::new() };
        Self {
            began: Instant::now(),
            interval: (expected / POINTS).max(FINEST),
            shards: std::array::from_fn(|_| Mutex::new(shard())),
        }
    }

    /// Counts an answer that has come now, after `latency`. `worker` only spreads the writers.
    pub fn record(&self, worker: usize, kind: Kind, latency: Duration) {
        let place = self.began.elapsed().as_micros() / self.interval.as_micros();
        let place = usize::try_from(place).unwrap_or(0);
        let mut shard = self.shards[worker % SHARDS].lock().unwrap_or_else(PoisonError::into_inner);
        shard.kinds[kind as usize].saturating_record(micros(latency));
        if kind == Kind::Settled {
            return;
        }
        while shard.intervals.len() <= place {
            shard.intervals.push(Interval::new());
        }
        let interval = &mut shard.intervals[place];
        match kind {
            Kind::Recorded | Kind::Already | Kind::Records => interval.good += 1,
            _ => interval.other += 1,
        }
        interval.latencies.saturating_record(micros(latency));
    }

    /// How many answers of a kind there were so far.
    pub fn count(&self, kind: Kind) -> u64 {
        let count = |shard: &Mutex<Shard>| {
            shard.lock().unwrap_or_else(PoisonError::into_inner).kinds[kind as usize].len()
        };
        self.shards.iter().map(count).sum()
    }

    /// All answers so far.
    pub fn answers(&self) -> u64 {
        KINDS.iter().filter(|(kind, _)| *kind != Kind::Settled).map(|(kind, _)| self.count(*kind)).sum()
    }

    /// Sums up. `took` is how long requests were sent.
    pub fn sum_up(&self, took: Duration) -> Measured {
        let mut kinds: Vec<Histogram<u64>> = KINDS.iter().map(|_| precise(3)).collect();
        let mut intervals: Vec<Interval> = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for (sum, part) in kinds.iter_mut().zip(&shard.kinds) {
                sum.add(part).expect("the bounds are the same");
            }
            for (place, part) in shard.intervals.iter().enumerate() {
                if intervals.len() <= place {
                    intervals.push(Interval::new());
                }
                intervals[place].good += part.good;
                intervals[place].other += part.other;
                intervals[place].latencies.add(&part.latencies).expect("the bounds are the same");
            }
        }
        let mut all = precise::<u64>(3);
        for ((kind, _), histogram) in KINDS.iter().zip(&kinds) {
            if *kind != Kind::Settled {
                all.add(histogram).expect("the bounds are the same");
            }
        }
        let seconds = took.as_secs_f64();
        let mut latencies: BTreeMap<&'static str, Latencies> = BTreeMap::new();
        for ((_, word), histogram) in KINDS.iter().zip(&kinds).filter(|(_, histogram)| !histogram.is_empty())
        {
            latencies.insert(word, Latencies::of(histogram, seconds));
        }
        let points = intervals.iter().enumerate().map(|(place, interval)| self.point(place, interval));
        Measured { seconds, all: Latencies::of(&all, seconds), kinds: latencies, line: points.collect() }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts and microseconds of one run")]
    fn point(&self, place: usize, interval: &Interval) -> Point {
        let length = self.interval.as_secs_f64();
        Point {
            at_s: place as f64 * length,
            good_per_s: interval.good as f64 / length,
            other_per_s: interval.other as f64 / length,
            p50_ms: interval.latencies.value_at_quantile(0.5) as f64 / 1000.0,
            p99_ms: interval.latencies.value_at_quantile(0.99) as f64 / 1000.0,
        }
    }
}

/// What came out of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    /// How long requests were sent.
    pub seconds: f64,
    /// All answers together.
    pub all: Latencies,
    /// By kind of answer.
    pub kinds: BTreeMap<&'static str, Latencies>,
    pub line: Vec<Point>,
}

impl Measured {
    /// Answers of a kind per second; 0 if there were none.
    pub fn per_s(&self, word: &str) -> f64 {
        self.kinds.get(word).map_or(0.0, |latencies| latencies.per_s)
    }
}

/// Latencies in milliseconds.
#[derive(Clone, Debug, Serialize)]
pub struct Latencies {
    pub count: u64,
    pub per_s: f64,
    pub p50_ms: f64,
    pub p90_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
    pub max_ms: f64,
}

impl Latencies {
    #[expect(clippy::cast_precision_loss, reason = "counts and microseconds of one run")]
    fn of(histogram: &Histogram<u64>, seconds: f64) -> Self {
        let at = |quantile| histogram.value_at_quantile(quantile) as f64 / 1000.0;
        Self {
            count: histogram.len(),
            per_s: if seconds > 0.0 { histogram.len() as f64 / seconds } else { 0.0 },
            p50_ms: at(0.5),
            p90_ms: at(0.9),
            p99_ms: at(0.99),
            p999_ms: at(0.999),
            max_ms: histogram.max() as f64 / 1000.0,
        }
    }
}

/// One point of the series over time.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Point {
    /// Seconds from the start.
    pub at_s: f64,
    /// Check-ins acknowledged and pages read, per second.
    pub good_per_s: f64,
    /// Refusals, deferrals and missing answers, per second.
    pub other_per_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_workers_recorded_is_summed_up() {
        let meter = Meter::new(Duration::from_secs(1));
        for worker in 0..100 {
            meter.record(worker, Kind::Recorded, Duration::from_millis(1 + worker as u64));
        }
        meter.record(3, Kind::Busy, Duration::from_millis(2));
        meter.record(3, Kind::Settled, Duration::from_secs(9));
        let measured = meter.sum_up(Duration::from_secs(2));
        let recorded = &measured.kinds["recorded"];
        assert_eq!((recorded.count, measured.all.count, meter.answers()), (100, 101, 101));
        assert!((recorded.per_s - 50.0).abs() < 1e-9);
        assert!((recorded.p50_ms - 50.0).abs() < 0.1 && (recorded.p99_ms - 99.0).abs() < 0.2, "{recorded:?}");
        assert!(!measured.kinds.contains_key("unknown"));
        let total: f64 = measured.line.iter().map(|point| point.good_per_s + point.other_per_s).sum();
        assert!((total * FINEST.as_secs_f64() - 101.0).abs() < 1e-6);
    }
}
