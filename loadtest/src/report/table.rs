//! A report as text for a terminal. It must not know where it is printed.

use std::fmt::Write as _;

use super::Report;

/// Columns of text, as wide as they need to be; the first to the left, the others to the right.
#[derive(Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// With these headings.
    pub fn new<const N: usize>(headings: [&str; N]) -> Self {
        Self { rows: vec![headings.map(ToOwned::to_owned).to_vec()] }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// As text, each line ended.
    pub fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| shown(cell)).max()
        };
        let widths: Vec<_> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let blank = " ".repeat(width - shown(cell));
                if column == 0 {
                    let _ = write!(line, "{cell}{blank}");
                } else {
                    let _ = write!(line, "  {blank}{cell}");
                }
            }
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }
}

/// How many columns of a terminal a text takes: Chinese is twice as wide.
fn shown(text: &str) -> usize {
    text.chars().map(|c| if ('\u{2e80}'..='\u{ffef}').contains(&c) { 2 } else { 1 }).sum()
}

/// The whole report as text.
pub fn table(report: &Report) -> String {
    let mut text = String::new();
    for part in &report.parts {
        let _ = writeln!(text, "{} · {:.2} s", part.name, part.measured.seconds);
        let mut table = Table::new(["answer", "count", "per s", "p50 ms", "p90", "p99", "p99.9", "max"]);
        for (word, latencies) in &part.measured.kinds {
            let times =
                [latencies.p50_ms, latencies.p90_ms, latencies.p99_ms, latencies.p999_ms, latencies.max_ms];
            let mut row =
                vec![(*word).to_owned(), latencies.count.to_string(), format!("{:.0}", latencies.per_s)];
            row.extend(times.map(|ms| format!("{ms:.2}")));
            table.row(row);
        }
        let _ = writeln!(text, "{}", table.text());
    }
    for (what, is) in &report.facts {
        let _ = writeln!(text, "{what}: {}", figure(*is));
    }
    if !report.demands.is_empty() {
        let mut table = Table::new(["what", "is", "asked", "met"]);
        for demand in &report.demands {
            let met = if demand.met { "yes" } else { "NO" };
            table.row([demand.what.clone(), figure(demand.is), demand.asked.clone(), met.to_owned()]);
        }
        let _ = writeln!(text, "\n{}", table.text());
    }
    if let Some(findings) = &report.findings {
        let _ = writeln!(
            text,
            "history: {} requests, {} rows in Postgres, {} of them new: {}",
            findings.requests,
            findings.rows,
            findings.new_rows,
            if findings.is_sound() { "nothing lost, doubled or wrong" } else { "FAULTS" }
        );
        let answers: Vec<_> =
            findings.answers.iter().map(|(word, count)| format!("{word} {count}")).collect();
        let _ = writeln!(text, "  answers: {}", answers.join(", "));
        for (kind, count) in &findings.faults {
            let _ = writeln!(text, "  {kind}: {count}");
        }
        for fault in &findings.first {
            let _ = writeln!(text, "    {fault}");
        }
    }
    text
}

/// Short, and exact where it is a count.
pub fn figure(is: f64) -> String {
    if is.fract() == 0.0 || is.abs() >= 1000.0 { format!("{is:.0}") } else { format!("{is:.3}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_in_either_language() {
        let mut table = Table::new(["what", "is"]);
        table.row(["签到".to_owned(), "1".to_owned()]);
        table.row(["longer".to_owned(), "22".to_owned()]);
        assert_eq!(table.text(), "what    is\n签到     1\nlonger  22\n");
    }
}
