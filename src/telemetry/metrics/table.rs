//! Every metric: its name with its unit, what it means, and the buckets that suit it. It must not know who records.

use super::{Kind, Metric};

const fn counter(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Counter, help }
}

const fn counter_by_label(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::CounterByLabel, help }
}

const fn gauge(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, help }
}

const fn histogram(name: &'static str, buckets: &'static [f64], help: &'static str) -> Metric {
    Metric { name, kind: Kind::Histogram(buckets), help }
}

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
const COMMIT: &[f64] =
    &[5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 7.5e-3, 1e-2, 2e-2, 3e-2, 5e-2, 0.1, 0.2, 0.5, 1.0, 3.0];
const PUBLISH: &[f64] = &[5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1];
/// What people at a screen can notice.
const LATENESS: &[f64] =
    &[1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 3e-2, 5e-2, 7.5e-2, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 1.0];
/// Another company's service, far away; given up after three seconds.
const WECHAT: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0];
/// Up to the largest batch.
const ROWS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

pub(super) const METRICS: &[Metric] = &[
    // The check-in pipeline, stage by stage.
    histogram("zaichang_judge_seconds", JUDGE, "Reading and judging one code, in seconds; sampled."),
    histogram(
        "zaichang_admission_seconds",
        ADMISSION,
        "Deciding whether person and place are admitted, caches included, in seconds; sampled.",
    ),
    histogram("zaichang_seen_seconds", SEEN, "Asking the memory of repeats, in seconds; sampled."),
    histogram(
        "zaichang_check_in_seconds",
        CHECK_IN,
        "A whole check-in from the request to its answer, in seconds, by answer: recorded, already_recorded, deferred, \
         refused.",
    ),
    gauge(
        "zaichang_queue_depth",
        "Check-ins waiting in a commit lane, by lane; at ZAICHANG_COMMIT_QUEUE the answer is busy.",
    ),
    histogram(
        "zaichang_queue_wait_seconds",
        QUEUE_WAIT,
        "From entering a commit lane to the start of its batch, in seconds.",
    ),
    histogram("zaichang_batch_rows", ROWS, "Check-ins in one batch."),
    histogram("zaichang_commit_seconds", COMMIT, "One batch's transaction, its fsync included, in seconds."),
    histogram(
        "zaichang_publish_seconds",
        PUBLISH,
        "Telling Redis and the other nodes of a committed batch, in seconds.",
    ),
    counter("zaichang_check_ins_total", "Rows committed by this node."),
    counter_by_label("zaichang_refusals_total", "Refusals answered, by code."),
    counter_by_label(
        "zaichang_seen_total",
        "Repeats answered from a memory, by memory: node (this process) or redis.",
    ),
    counter("zaichang_halls_assessed_total", "Times that this node weighed the evidence of a course's day."),
    // The stores.
    counter("zaichang_seen_skipped_total", "Times Redis was not asked because it had just failed."),
    counter("zaichang_seen_failed_total", "Times Redis did not answer."),
    counter("zaichang_commit_away_total", "Batches that Postgres could not take: their phones keep passes."),
    gauge(
        "zaichang_clock_skew_seconds",
        "How far this node's clock is ahead of Postgres', in seconds; beyond half a second it judges no codes.",
    ),
    gauge(
        "zaichang_database_connections",
        "Connections to Postgres, by pool: requests, commits or jobs, and by state: used, idle, or unopened (room for more).",
    ),
    gauge(
        "zaichang_rows_not_resealed",
        "Rows that could not be sealed again after a rotation of the master keys, by table: people, accounts, registrations, and \
         by why: unknown_key, altered, collides.",
    ),
    counter_by_label(
        "zaichang_unknown_words_total",
        "Words in rows that this program does not know, by table and column; the row is refused.",
    ),
    gauge(
        "zaichang_changes_heard",
        "Whether this node hears of changes of the database's rows: 1, or 0 while its caches ask again every second.",
    ),
    gauge("zaichang_caches_entries", "Entries of a cache of this node, by cache."),
    // Jobs.
    gauge(
        "zaichang_jobs",
        "Jobs of all nodes, by kind and state: waiting, running; and what somebody should look at: failed (for good), late (due \
         for five minutes), hanging (running for an hour).",
    ),
    counter("zaichang_job_looks_total", "Times this node asked Postgres for jobs that are due."),
    counter_by_label(
        "zaichang_job_tries_total",
        "Tries at jobs, by kind and outcome: done, put_off, failed.",
    ),
    // The screens.
    gauge("zaichang_pages", "Venue pages connected to this node."),
    counter("zaichang_codes_rendered_total", "Codes rendered for screens."),
    histogram(
        "zaichang_code_lateness_seconds",
        LATENESS,
        "From the end of the code before it to a code being handed to a page's socket, in seconds.",
    ),
    histogram(
        "zaichang_count_lateness_seconds",
        LATENESS,
        "From the newest record to the count that holds it being handed to a page's socket, in seconds.",
    ),
    counter_by_label(
        "zaichang_page_endings_total",
        "Lines to venue pages that the server ended or lost, by reason.",
    ),
    counter_by_label(
        "zaichang_kept_scans_total",
        "Scans of people who registered afterwards, once they were approved, by outcome: recorded, or the refusal's code.",
    ),
    // Logins.
    counter_by_label(
        "zaichang_guesses_limited_total",
        "Logins that met an empty budget, by budget: address, phone, account, or node; that of the node refuses nobody with a \
         fresh scan or on a known device.",
    ),
    counter_by_label(
        "zaichang_logins_by_work_total",
        "Logins judged because work was proved where a budget was empty, by level: easy, medium or hard.",
    ),
    counter(
        "zaichang_password_checks_refused_total",
        "Logins told busy because too many passwords waited to be checked.",
    ),
    // WeChat.
    counter_by_label(
        "zaichang_wechat_calls_total",
        "Calls of WeChat's server API, by call and outcome: ok, a reason of WeChat's, or how the line failed.",
    ),
    histogram("zaichang_wechat_seconds", WECHAT, "One call of WeChat's server API, in seconds, by call."),
    // Text messages.
    counter_by_label(
        "zaichang_sms_codes_total",
        "SMS codes that were sent, by asked_by: known_device, scan or stranger.",
    ),
    counter_by_label(
        "zaichang_sms_sent_total",
        "SMS codes that the provider was asked to send, by outcome: ok, why it refused, or how the line failed.",
    ),
    counter(
        "zaichang_sms_braked_total",
        "SMS codes that were not sent as more were asked for than this node may send in a minute.",
    ),
    // The process.
    counter(
        "zaichang_connections_refused_total",
        "Connections closed at once because their address held too many.",
    ),
    counter("zaichang_panics_total", "Panics of handlers and of tasks behind them. There should be none."),
    counter_by_label(
        "zaichang_task_ends_total",
        "Background tasks that have ended, by a panic or a return, and were begun again, by task. There should be none.",
    ),
    gauge("process_resident_memory_bytes", "Memory of the process that is in RAM, in bytes."),
    counter("process_cpu_seconds_total", "Processor time used, user and system, in whole seconds."),
    gauge("process_open_fds", "Open file descriptors."),
    gauge("process_max_fds", "The most file descriptors that the process may open."),
    gauge("process_threads", "Threads of the process."),
    gauge("process_start_time_seconds", "When the process began, in Unix seconds."),
    gauge("process_virtual_memory_bytes", "Address space of the process, in bytes."),
    gauge("process_virtual_memory_max_bytes", "The most address space that the process may have, in bytes."),
];
