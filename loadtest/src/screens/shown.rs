//! The result of a showing: figures with their units in their names, for the table and the JSON. Pure.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

use super::frozen::Frozen;
use super::lateness::Lateness;
use super::orders::Report;
use super::process::Cost;
use crate::measure::Measured;
use crate::report::Table;

/// A lateness in figures.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Quantiles {
    pub count: u64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
    pub max_ms: f64,
}

impl From<&Lateness> for Quantiles {
    fn from(lateness: &Lateness) -> Self {
        Self {
            count: lateness.count(),
            p50_ms: lateness.ms(0.5),
            p99_ms: lateness.ms(0.99),
            p999_ms: lateness.ms(0.999),
            max_ms: lateness.max_ms(),
        }
    }
}

/// One stretch of a showing.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    pub seconds: f64,
    pub pages_online: usize,
    /// Behind the edge of their step.
    pub codes: Quantiles,
    /// Behind their own `at`.
    pub counts: Quantiles,
    /// Counts behind the oldest check-in that they included for the first time.
    pub counts_after_oldest_check_in: Quantiles,
    /// For how long a count was outdated when it arrived.
    pub counts_outdated: Quantiles,
    pub codes_missed: u64,
    /// Frames due in the fullest 30 ms, as a share of those of a step; evenly spread ones come to 0.01.
    pub fullest_30_ms: f64,
    pub frames_per_s: f64,
    pub mb_per_s: f64,
    /// Connections lost, by close code or by the socket's error.
    pub endings: BTreeMap<String, u64>,
    /// From a connection's loss to a code on the page again.
    pub away: Quantiles,
    /// Processors kept busy by the server.
    pub server_cpus: f64,
    /// Processors kept busy by the pages' processes.
    pub generator_cpus: f64,
    pub server_rss_mb: f64,
    /// What the check-ins beside it were answered, if some flowed.
    pub check_ins: Option<Measured>,
}

/// Everything about a showing.
#[derive(Clone, Debug, Serialize)]
pub struct Showing {
    pub what: String,
    pub pages: usize,
    pub screens: usize,
    /// Until the last page was welcomed.
    pub opened_in_ms: f64,
    /// From a page's first packet to its welcome.
    pub opening: Quantiles,
    /// Of the server's processes, before the first page.
    pub rss_before_mb: f64,
    /// What the server grew by for each page, at the end of the first stretch.
    pub bytes_per_page: f64,
    pub watched: Shown,
    pub frozen: Option<FrozenShown>,
    pub restarted: Option<Restarted>,
}

/// The stretch in which some pages had stopped reading.
#[derive(Clone, Debug, Serialize)]
pub struct FrozenShown {
    #[serde(flatten)]
    pub frozen: Frozen,
    /// From the first byte that could not be delivered to the end of the connection.
    pub dropped_after: Quantiles,
    /// What the others were shown meanwhile.
    pub others: Shown,
}

/// How the pages came back after the server had died.
#[derive(Clone, Debug, Serialize)]
pub struct Restarted {
    /// From the first lost connection to the last page that showed a code again.
    pub all_back_after_ms: f64,
    /// The same from when the server listened again, if that is known.
    pub all_back_after_ready_ms: Option<f64>,
    pub stretch: Shown,
}

impl Shown {
    /// Combines the figures of pages, server and check-ins of a stretch.
    #[expect(clippy::cast_precision_loss, reason = "counts of one run")]
    pub fn of(
        report: &Report,
        (before, after): (Cost, Cost),
        seconds: f64,
        online: usize,
        check_ins: Option<Measured>,
    ) -> Self {
        let heard = &report.heard;
        Self {
            seconds,
            pages_online: online,
            codes: (&heard.codes).into(),
            counts: (&heard.counts).into(),
            counts_after_oldest_check_in: (&report.news.oldest).into(),
            counts_outdated: (&report.news.outdated).into(),
            codes_missed: heard.missed,
            fullest_30_ms: heard.due.fullest_share(),
            frames_per_s: heard.frames as f64 / seconds,
            mb_per_s: heard.bytes as f64 / seconds / 1e6,
            endings: heard.endings.clone(),
            away: (&report.away).into(),
            server_cpus: after.cpu_ms.saturating_sub(before.cpu_ms) as f64 / seconds / 1000.0,
            generator_cpus: report.cpu_ms as f64 / seconds / 1000.0,
            server_rss_mb: after.rss as f64 / 1e6,
            check_ins,
        }
    }
}

/// Writes figures where they were asked for.
pub fn write_json(path: Option<&Path>, figures: &impl Serialize) -> anyhow::Result<()> {
    let Some(path) = path else { return Ok(()) };
    let text = serde_json::to_string_pretty(figures)?;
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

impl Showing {
    /// For a terminal.
    pub fn text(&self) -> String {
        let mut table = Table::new(["", "count", "p50 ms", "p99", "p99.9", "max"]);
        let mut row = |what: &str, figures: &Quantiles| {
            let ms = |ms: f64| format!("{ms:.1}");
            let Quantiles { count, p50_ms, p99_ms, p999_ms, max_ms } = figures;
            if *count > 0 {
                let cells =
                    [what.to_owned(), count.to_string(), ms(*p50_ms), ms(*p99_ms), ms(*p999_ms), ms(*max_ms)];
                table.row(cells);
            }
        };
        row("page open", &self.opening);
        let stretches = [
            ("", Some(&self.watched)),
            (", beside frozen pages", self.frozen.as_ref().map(|frozen| &frozen.others)),
            (", after the restart", self.restarted.as_ref().map(|restarted| &restarted.stretch)),
        ];
        for (when, shown) in stretches.into_iter().filter_map(|(when, shown)| Some((when, shown?))) {
            row(&format!("code{when}"), &shown.codes);
            row(&format!("count{when}"), &shown.counts);
            row(&format!("count, oldest check-in{when}"), &shown.counts_after_oldest_check_in);
            row(&format!("count, outdated by{when}"), &shown.counts_outdated);
            row(&format!("without a code{when}"), &shown.away);
        }
        let frozen = self.frozen.as_ref();
        if let Some(frozen) = frozen {
            row("frozen page dropped", &frozen.dropped_after);
        }
        let Shown {
            codes_missed,
            fullest_30_ms,
            frames_per_s,
            mb_per_s,
            endings,
            server_cpus,
            generator_cpus,
            ..
        } = &self.watched;
        let mut text = format!(
            "{}: {} pages on {} screens, all open in {:.0} ms\n{}\
             missed codes {codes_missed} · {:.1} % of a step's frames in the fullest 30 ms · {frames_per_s:.0} frames/s, {mb_per_s:.1} MB/s · \
             processors: server {server_cpus:.2}, pages {generator_cpus:.2}\n\
             server {:.1} MB before, {:.1} MB after: {:.0} bytes for each page\n",
            self.what,
            self.pages,
            self.screens,
            self.opened_in_ms,
            table.text(),
            fullest_30_ms * 100.0,
            self.rss_before_mb,
            self.watched.server_rss_mb,
            self.bytes_per_page
        );
        if !endings.is_empty() {
            let _ = writeln!(text, "lines lost: {endings:?}");
        }
        if let Some(FrozenShown { frozen, others, .. }) = frozen {
            let _ = writeln!(
                text,
                "frozen: {} of {} dropped · at most {} bytes waiting for one · \
                 server {:.1} MB · lines lost {:?}",
                frozen.dropped,
                frozen.pages,
                frozen.most_waiting_of_one,
                others.server_rss_mb,
                others.endings
            );
        }
        if let Some(restarted) = &self.restarted {
            let _ = write!(
                text,
                "restart: all pages back {:.0} ms after the first loss",
                restarted.all_back_after_ms
            );
            if let Some(ms) = restarted.all_back_after_ready_ms {
                let _ = write!(text, ", {ms:.0} ms after the server was ready");
            }
            let _ = writeln!(text, " · lines lost {:?}", restarted.stretch.endings);
        }
        text
    }
}
