//! The results of a run: for people as a table, for programs as JSON, and as a picture.
//! It must not know how anything was measured.

mod output;
mod svg;
mod table;

pub use output::Output;
pub use svg::svg;
pub use table::{Table, figure, table};

use serde::Serialize;

use crate::history::Findings;
use crate::measure::Measured;

/// The result of one scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub scenario: &'static str,
    pub parts: Vec<Part>,
    /// Figures that are no latency, each with its unit in its name.
    pub facts: Vec<(String, f64)>,
    pub demands: Vec<Demand>,
    /// What the check against Postgres found; none where there is nothing to check.
    pub findings: Option<Findings>,
}

/// One stretch of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    pub name: String,
    pub measured: Measured,
}

/// What a figure has to be.
#[derive(Clone, Debug, Serialize)]
pub struct Demand {
    pub what: String,
    pub is: f64,
    /// Written with its relation: `≤ 10`.
    pub asked: String,
    pub met: bool,
}

impl Demand {
    /// The figure is this or more.
    pub fn at_least(what: &str, asked: f64, is: f64) -> Self {
        Self { what: what.to_owned(), is, asked: format!("≥ {asked}"), met: is >= asked }
    }

    /// The figure is this or less.
    pub fn at_most(what: &str, asked: f64, is: f64) -> Self {
        Self { what: what.to_owned(), is, asked: format!("≤ {asked}"), met: is <= asked }
    }

    /// The count is exactly this.
    #[expect(clippy::cast_precision_loss, reason = "counts of one run")]
    pub fn exactly(what: &str, asked: u64, is: u64) -> Self {
        Self { what: what.to_owned(), is: is as f64, asked: format!("= {asked}"), met: is == asked }
    }
}

impl Report {
    /// Nothing measured yet.
    pub const fn new(scenario: &'static str) -> Self {
        Self { scenario, parts: Vec::new(), facts: Vec::new(), demands: Vec::new(), findings: None }
    }

    /// Adds a stretch.
    pub fn part(&mut self, name: &str, measured: Measured) {
        self.parts.push(Part { name: name.to_owned(), measured });
    }

    /// Adds a figure; its name holds its unit.
    pub fn fact(&mut self, what: &str, is: f64) {
        self.facts.push((what.to_owned(), is));
    }

    /// Whether every demand is met and the history is sound.
    pub fn is_met(&self) -> bool {
        self.demands.iter().all(|demand| demand.met) && self.findings.as_ref().is_none_or(Findings::is_sound)
    }
}
