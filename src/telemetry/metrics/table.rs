//! What is measured of the program itself: its connections and its process.

use zaichang_platform::metric::Metric;

/// What is measured.
pub(super) const METRICS: &[Metric] = &[
    Metric::counter(
        "zaichang_connections_refused_total",
        "Connections closed at once because their address held too many.",
    ),
    Metric::counter(
        "zaichang_panics_total",
        "Panics of handlers and of tasks behind them. There should be none.",
    ),
    Metric::gauge("process_resident_memory_bytes", "Memory of the process that is in RAM, in bytes."),
    Metric::counter("process_cpu_seconds_total", "Processor time used, user and system, in whole seconds."),
    Metric::gauge("process_open_fds", "Open file descriptors."),
    Metric::gauge("process_max_fds", "The most file descriptors that the process may open."),
    Metric::gauge("process_threads", "Threads of the process."),
    Metric::gauge("process_start_time_seconds", "When the process began, in Unix seconds."),
    Metric::gauge("process_virtual_memory_bytes", "Address space of the process, in bytes."),
    Metric::gauge(
        "process_virtual_memory_max_bytes",
        "The most address space that the process may have, in bytes.",
    ),
];
