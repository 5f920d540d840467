//! What is recorded, documented, drawn and alarmed on are the same names.

use std::collections::BTreeSet;
use std::path::Path;

use metrics_exporter_prometheus::PrometheusBuilder;

use super::*;

fn listed() -> BTreeSet<&'static str> {
    all().map(|metric| metric.name).collect()
}

/// What a query calls it: a histogram is three series.
fn base(name: &str) -> &str {
    let cut = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
    cut.filter(|cut| listed().contains(cut)).unwrap_or(name)
}

/// The names of ours in a text.
fn named<'a>(text: &'a str, prefixes: &[&str]) -> BTreeSet<&'a str> {
    let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    words
        .filter(|word| prefixes.iter().any(|prefix| word.starts_with(prefix) && word.len() > prefix.len()))
        .collect()
}

fn sources(folder: &Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            if !path.ends_with("telemetry") {
                sources(&path, texts);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn what_is_recorded_and_what_is_listed_are_the_same() {
    let mut texts = Vec::new();
    for folder in ["src", "crates"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut texts);
    }
    let mut recorded = BTreeSet::new();
    for text in &texts {
        for kind in ["counter!(", "gauge!(", "histogram!("] {
            for call in text.split(kind).skip(1) {
                let name = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                recorded.extend(name.map(str::to_owned));
            }
        }
    }
    let recorded: BTreeSet<_> = recorded.iter().map(String::as_str).collect();
    // What the process reports of itself is recorded where it is listed.
    let of_rooms = |name: &&str| name.starts_with("zaichang_") && *name != "zaichang_panics_total";
    let listed: BTreeSet<_> = listed().into_iter().filter(of_rooms).collect();
    assert_eq!(recorded, listed, "what is recorded, and what the modules declare");
}

#[test]
fn every_metric_is_documented_and_nothing_else_is() {
    let page = include_str!("../../../docs/operating/metrics.en.md");
    let told: BTreeSet<_> = named(page, &["zaichang_", "process_"]).into_iter().map(base).collect();
    assert_eq!(told, listed());
}

#[test]
fn the_dashboard_and_the_alerts_ask_for_every_metric_and_for_nothing_that_does_not_exist() {
    let dashboard = include_str!("../../../deploy/grafana/zaichang.json");
    serde_json::from_str::<serde_json::Value>(dashboard).unwrap();
    let asked = |text| named(text, &["zaichang_", "process_"]).into_iter().map(base).collect::<BTreeSet<_>>();
    assert_eq!(asked(dashboard), listed(), "the dashboard and what the modules declare differ");
    let alerts = asked(include_str!("../../../deploy/alerts/zaichang.yml"));
    assert!(alerts.len() > 10, "hardly anything was found: {alerts:?}");
    let strange: Vec<_> = alerts.difference(&listed()).copied().collect();
    assert!(strange.is_empty(), "asked for and not declared: {strange:?}");
}

#[test]
fn units_stand_in_the_names_and_buckets_rise() {
    for Metric { name, kind, help } in all() {
        assert!(help.ends_with('.'), "{name}");
        match kind {
            Kind::Counter | Kind::CounterOf { .. } => assert!(name.ends_with("_total"), "{name}"),
            Kind::Gauge => assert!(!name.ends_with("_total"), "{name}"),
            Kind::Histogram(buckets) => {
                assert!(name.ends_with("_seconds") || name.ends_with("_rows"), "{name}");
                assert!(buckets.windows(2).all(|pair| pair[0] < pair[1]), "{name}");
            }
        }
    }
    assert_eq!(listed().len(), all().count());
}

#[test]
fn counters_are_there_before_anything_has_happened() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    metrics::with_local_recorder(&recorder, || {
        describe();
        begin();
        count_panics();
        std::panic::catch_unwind(|| panic!("planted")).unwrap_err();
    });
    let told = handle.render();
    for line in [
        // The one that was planted.
        "zaichang_panics_total 1",
        "zaichang_commit_away_total 0",
        "zaichang_seen_total{memory=\"redis\"} 0",
        "zaichang_refusals_total{code=\"busy\"} 0",
        "# HELP zaichang_panics_total Panics",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let value = |name: &str| {
        let line = told.lines().find(|line| line.starts_with(&format!("{name} ")))?;
        line.split(' ').nth(1)?.parse::<f64>().ok()
    };
    assert!(value("process_resident_memory_bytes").unwrap() > 1e6);
    assert!(value("process_open_fds").unwrap() > 2.0);
    assert!(value("process_threads").unwrap() >= 1.0);
    assert!(value("process_max_fds").unwrap() >= value("process_open_fds").unwrap());
    assert!(value("process_start_time_seconds").unwrap() > 1.7e9);
    assert!(value("process_cpu_seconds_total").is_some());
}
