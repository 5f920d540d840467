//! The table of what the faults did. The only place that prints.

use std::io::Write as _;

use crate::trial::{Ending, Verdict};

/// Prints a line.
pub fn say(line: &str) {
    // A reader who has closed the pipe needs no more.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints one fault's ending in a line or two, as soon as it is known.
pub fn tell(ending: &Ending) {
    match ending {
        Ending::Judged(verdict) if verdict.wrong.is_empty() => {
            say(&format!("passed   {} in {:.0} s", verdict.name, verdict.took.as_secs_f64()));
        }
        Ending::Judged(verdict) => say(&format!("FAILED   {}: {}", verdict.name, verdict.wrong.join("; "))),
        Ending::Skipped { name, why } => say(&format!("skipped  {name}: {why}")),
        Ending::Broken { name, why } => say(&format!("BROKEN   {name}: {why}")),
    }
}

const HEADS: [&str; 13] = [
    "fault",
    "requests",
    "ok",
    "refused",
    "deferred",
    "unknown",
    "resolved",
    "lost",
    "duplicated",
    "over cap",
    "false",
    "first success",
    "RSS MiB",
];

/// Prints the whole table, ready to be put into a document.
pub fn print(endings: &[Ending]) {
    let mut rows = vec![HEADS.map(ToOwned::to_owned).to_vec()];
    rows[0].push("passed".to_owned());
    rows.extend(endings.iter().filter_map(|ending| match ending {
        Ending::Judged(verdict) => Some(row(verdict)),
        _ => None,
    }));
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or(0))
        .collect();
    say("");
    for (number, row) in rows.iter().enumerate() {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        say(&format!("| {} |", cells.join(" | ")));
        if number == 0 {
            let lines: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            say(&format!("|-{}-|", lines.join("-|-")));
        }
    }
    say("");
    for ending in endings {
        tell(ending);
    }
}

fn row(verdict: &Verdict) -> Vec<String> {
    let word = |so: bool| if so { "yes" } else { "NO" }.to_owned();
    vec![
        verdict.name.to_owned(),
        verdict.requests.to_string(),
        verdict.ok.to_string(),
        verdict.refused.to_string(),
        verdict.deferred.to_string(),
        verdict.unknown.to_string(),
        word(verdict.resolved),
        verdict.lost.to_string(),
        verdict.duplicated.to_string(),
        verdict.over_cap.to_string(),
        verdict.false_success.to_string(),
        match verdict.first_success_ms {
            Some(u64::MAX) => "never".to_owned(),
            Some(ms) => format!("{ms} ms"),
            None => "-".to_owned(),
        },
        format!("{} → {}", verdict.rss_before_mib, verdict.rss_after_mib),
        word(verdict.wrong.is_empty()),
    ]
}
