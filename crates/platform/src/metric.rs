//! What a metric is: its name with its unit, what it means, and the buckets that suit it. A module declares those that it records; the
//! program begins them all. It must not know who records.

/// How a metric counts.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Only ever grows.
    Counter,
    /// The same, one for each value of a label; those that are known before begin at 0.
    CounterOf {
        label: &'static str,
        known: &'static [&'static str],
    },
    Gauge,
    /// With the upper bounds of its buckets.
    Histogram(&'static [f64]),
}

#[derive(Clone, Copy, Debug)]
pub struct Metric {
    pub name: &'static str,
    pub kind: Kind,
    pub help: &'static str,
}

impl Metric {
    pub const fn counter(name: &'static str, help: &'static str) -> Self {
        Self { name, kind: Kind::Counter, help }
    }

    /// A counter for each value of its labels, none of which is known before it is counted.
    pub const fn counter_by_label(name: &'static str, help: &'static str) -> Self {
        Self::counter_of(name, "", &[], help)
    }

    /// A counter for each value of one label; these begin at 0.
    pub const fn counter_of(
        name: &'static str,
        label: &'static str,
        known: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self { name, kind: Kind::CounterOf { label, known }, help }
    }

    pub const fn gauge(name: &'static str, help: &'static str) -> Self {
        Self { name, kind: Kind::Gauge, help }
    }

    /// With the upper bounds of its buckets, which rise.
    pub const fn histogram(name: &'static str, buckets: &'static [f64], help: &'static str) -> Self {
        Self { name, kind: Kind::Histogram(buckets), help }
    }
}

/// What is measured of this crate outside its modules.
pub const METRICS: &[Metric] = &[
    Metric::counter_by_label("zaichang_refusals_total", "Refusals answered, by code."),
    Metric::gauge(
        "zaichang_clock_skew_seconds",
        "How far this node's clock is ahead of Postgres', in seconds; beyond half a second it judges no codes.",
    ),
    Metric::gauge(
        "zaichang_database_connections",
        "Connections to Postgres, by pool: requests, commits or jobs, and by state: used, idle, or unopened (room for more).",
    ),
    Metric::counter_by_label(
        "zaichang_unknown_words_total",
        "Words in rows that this program does not know, by table and column; the row is refused.",
    ),
    Metric::gauge(
        "zaichang_changes_heard",
        "Whether this node hears of changes of the database's rows: 1, or 0 while its caches ask again every second.",
    ),
    Metric::gauge("zaichang_caches_entries", "Entries of a cache of this node, by cache."),
    Metric::counter_by_label(
        "zaichang_task_ends_total",
        "Background tasks that have ended, by a panic or a return, and were begun again, by task. There should be none.",
    ),
];
