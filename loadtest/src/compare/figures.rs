//! The record: each figure of each round, what it is set against, and what it has to be. Pure.
//! It must not know how a figure was got.

use std::fmt::Write as _;

use serde::Serialize;

use crate::history::Findings;
use crate::report::{Demand, Report, Table, figure};

/// A figure of several rounds.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    pub what: String,
    /// One of each round.
    pub values: Vec<f64>,
    /// The yardstick's name and its value in the same rounds.
    pub against: Option<(&'static str, Vec<f64>)>,
    pub target: Option<Target>,
}

/// What a figure, or its ratio to the yardstick if it has one, has to be.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    AtLeast(f64),
    AtMost(f64),
}

/// Everything that was measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Record {
    pub figures: Vec<Figure>,
    /// What the scenarios demand of themselves and was not met.
    pub unmet: Vec<String>,
    /// Requests whose history was checked, and rows.
    pub checked_requests: u64,
    pub checked_rows: u64,
}

/// The middle value; of an even number the mean of the two in the middle. NaN of none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        even if even % 2 == 0 => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

impl Target {
    fn met(self, is: f64) -> bool {
        match self {
            Self::AtLeast(least) => is >= least,
            Self::AtMost(most) => is <= most,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtLeast(least) => format!("≥ {least}"),
            Self::AtMost(most) => format!("≤ {most}"),
        }
    }
}

impl Figure {
    /// A figure alone.
    pub fn alone(what: &str, values: Vec<f64>, target: Option<Target>) -> Self {
        Self { what: what.to_owned(), values, against: None, target }
    }

    /// A figure beside a yardstick: the target is of their ratio.
    pub fn beside(what: &str, values: Vec<f64>, against: (&'static str, Vec<f64>), target: f64) -> Self {
        Self { what: what.to_owned(), values, against: Some(against), target: Some(Target::AtLeast(target)) }
    }

    /// The ratios of the rounds, each within its own round.
    pub fn ratios(&self) -> Vec<f64> {
        let Some((_, yardstick)) = &self.against else { return Vec::new() };
        self.values.iter().zip(yardstick).map(|(is, yardstick)| is / yardstick).collect()
    }

    /// Whether the target is met, by the median; none if there is no target.
    pub fn met(&self) -> Option<bool> {
        let ratios = self.ratios();
        let judged = if self.against.is_some() { median(&ratios) } else { median(&self.values) };
        self.target.map(|target| target.met(judged))
    }
}

impl Record {
    /// Takes over what a scenario demands of itself and what its check found.
    pub fn hear(&mut self, report: &Report) {
        let unmet = |demand: &&Demand| !demand.met;
        self.unmet.extend(report.demands.iter().filter(unmet).map(|demand| {
            format!("{}: {} is {}, asked {}", report.scenario, demand.what, figure(demand.is), demand.asked)
        }));
        let Some(Findings { requests, rows, faults, first, .. }) = &report.findings else { return };
        self.checked_requests += requests;
        self.checked_rows += rows;
        self.unmet.extend(faults.iter().map(|(kind, count)| format!("{}: {count} {kind}", report.scenario)));
        self.unmet.extend(first.iter().map(|fault| format!("    {fault}")));
    }

    /// Whether every target is met and every history is sound.
    pub fn is_met(&self) -> bool {
        self.unmet.is_empty() && self.figures.iter().all(|figure| figure.met() != Some(false))
    }

    /// As text.
    pub fn table(&self) -> String {
        let mut table = Table::new(["what", "median", "range", "ratio", "its range", "target", "met"]);
        for row in &self.figures {
            let ratios = row.ratios();
            let (ratio, spread) = match &row.against {
                Some((yardstick, _)) => (format!("{:.2} × {yardstick}", median(&ratios)), range(&ratios, 2)),
                None => (String::new(), String::new()),
            };
            table.row([
                row.what.clone(),
                figure(median(&row.values)),
                if row.values.len() > 1 { range(&row.values, 0) } else { String::new() },
                ratio,
                spread,
                row.target.map_or(String::new(), Target::text),
                row.met().map_or("", |met| if met { "yes" } else { "NO" }).to_owned(),
            ]);
        }
        let mut text = table.text();
        let (requests, rows) = (self.checked_requests, self.checked_rows);
        let _ = writeln!(text, "\nhistories checked: {requests} requests against {rows} rows");
        if self.unmet.is_empty() {
            text.push_str("nothing lost, doubled or wrong\n");
        }
        for unmet in &self.unmet {
            let _ = writeln!(text, "NOT MET  {unmet}");
        }
        text
    }
}

fn range(values: &[f64], digits: usize) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let digits = if most < 100.0 { digits.max(2) } else { digits };
    format!("{least:.digits$}–{most:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_of_one_round_and_judged_by_its_median() {
        let yardstick = ("noop", vec![100.0, 200.0, 50.0]);
        let figure = Figure::beside("x", vec![80.0, 100.0, 45.0], yardstick, 0.8);
        assert_eq!(figure.ratios(), [0.8, 0.5, 0.9]);
        assert_eq!(figure.met(), Some(true));
        let slow = Figure::alone("y", vec![11.0, 9.0], Some(Target::AtMost(10.0)));
        assert_eq!((median(&slow.values), slow.met()), (10.0, Some(true)));
        assert_eq!(Figure::alone("z", vec![], Some(Target::AtMost(1.0))).met(), Some(false));
    }

    #[test]
    fn one_unmet_demand_spoils_the_record() {
        let mut record = Record::default();
        let mut report = Report::new("flood");
        report.demands.push(Demand::exactly("recorded", 2, 2));
        record.hear(&report);
        assert!(record.is_met());
        report.demands.push(Demand::exactly("recorded", 2, 1));
        record.hear(&report);
        assert!(!record.is_met() && record.table().contains("NOT MET"));
    }
}
