//! The table of record for screens: each figure beside the yardstick's and what is asked of it. Pure.

use serde::Serialize;

use super::shown::{Showing, Shown};
use crate::report::Table;

/// A figure of the comparison.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    pub what: &'static str,
    /// Median and range of the rounds.
    pub zaichang: Spread,
    pub nchan: Option<Spread>,
    /// The most that is asked.
    pub at_most: Option<f64>,
    /// None where nothing is asked.
    pub met: Option<bool>,
}

/// A figure over several rounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    /// None of no values.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let (least, most) = (*sorted.first()?, *sorted.last()?);
        let middle = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            sorted[middle]
        } else {
            f64::midpoint(sorted[middle - 1], sorted[middle])
        };
        Some(Self { median, least, most })
    }

    fn text(&self) -> String {
        if (self.most - self.least).abs() < f64::EPSILON {
            return written(self.median);
        }
        format!("{} ({}–{})", written(self.median), written(self.least), written(self.most))
    }
}

fn written(figure: f64) -> String {
    if figure.abs() >= 100.0 { format!("{figure:.0}") } else { format!("{figure:.2}") }
}

/// All figures of a comparison; `busy` if people checked in meanwhile.
pub fn figures(zaichang: &[Showing], nchan: &[Showing], hardship: &Showing, busy: bool) -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut both = |what, at_most, of: &dyn Fn(&Showing) -> f64| {
        let spread = |showings: &[Showing]| Spread::of(&showings.iter().map(of).collect::<Vec<_>>());
        figures.extend(spread(zaichang).map(|ours| Figure::of(what, ours, spread(nchan), at_most)));
    };
    both("codes p50 ms", None, &|showing| showing.watched.codes.p50_ms);
    both("codes p99 ms", Some(if busy { 30.0 } else { 10.0 }), &|showing| showing.watched.codes.p99_ms);
    both("codes p99.9 ms", None, &|showing| showing.watched.codes.p999_ms);
    both("counts p99 ms", Some(250.0), &|showing| showing.watched.counts.p99_ms);
    both("codes missed", Some(0.0), &|showing| exact(showing.watched.codes_missed));
    both("fullest 30 ms, % of a step's frames", Some(3.0), &|showing| showing.watched.fullest_30_ms * 100.0);
    both("bytes per page", Some(8192.0), &|showing| showing.bytes_per_page);
    both("all pages open ms", None, &|showing| showing.opened_in_ms);
    both("server's processors", None, &|showing| showing.watched.server_cpus);
    both("pages' processors", None, &|showing| showing.watched.generator_cpus);
    if busy {
        figures.extend(check_ins(zaichang));
    }
    let mut ours = |what, at_most, of: &dyn Fn(&Showing) -> f64| {
        let spread = Spread::of(&zaichang.iter().map(of).collect::<Vec<_>>());
        figures.extend(spread.map(|ours| Figure::of(what, ours, None, at_most)));
    };
    ours("count after its oldest check-in p99 ms", None, &|showing| {
        showing.watched.counts_after_oldest_check_in.p99_ms
    });
    ours("count outdated on arrival p99 ms", None, &|showing| showing.watched.counts_outdated.p99_ms);
    figures.extend(of_hardship(hardship));
    figures
}

/// How long those who checked in meanwhile waited for their answer.
fn check_ins(zaichang: &[Showing]) -> Option<Figure> {
    let p99 = |showing: &Showing| showing.watched.check_ins.as_ref().map(|measured| measured.all.p99_ms);
    let spread = Spread::of(&zaichang.iter().filter_map(p99).collect::<Vec<_>>());
    spread.map(|ours| Figure::of("check-in p99 ms", ours, None, Some(40.0)))
}

/// The results of the pages that froze, and of those that came back.
fn of_hardship(hardship: &Showing) -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut add = |what, at_most, figure: f64| {
        let spread = Spread { median: figure, least: figure, most: figure };
        figures.push(Figure::of(what, spread, None, at_most));
    };
    if let Some(shown) = &hardship.frozen {
        add(
            "frozen pages still held after a minute",
            Some(0.0),
            count(shown.frozen.pages - shown.frozen.dropped),
        );
        add("frozen page dropped after, most s", Some(15.5), shown.dropped_after.max_ms / 1000.0);
        add("codes p99 ms beside frozen pages", Some(30.0), shown.others.codes.p99_ms);
    }
    if let Some(restarted) = &hardship.restarted {
        let after = restarted.all_back_after_ready_ms.unwrap_or(restarted.all_back_after_ms);
        add("all pages back after the restart s", Some(10.0), after / 1000.0);
        let p99 = |shown: &Shown| shown.check_ins.as_ref().map(|measured| measured.all.p99_ms);
        if let Some((before, during)) = p99(&hardship.watched).zip(p99(&restarted.stretch)) {
            add("check-in p99 while pages watch ms", None, before);
            add("check-in p99 while pages come back ms", Some(before * 2.0), during);
        }
    }
    figures
}

impl Figure {
    fn of(what: &'static str, zaichang: Spread, nchan: Option<Spread>, at_most: Option<f64>) -> Self {
        Self { what, zaichang, nchan, at_most, met: at_most.map(|at_most| zaichang.median <= at_most) }
    }
}

/// For a terminal.
pub fn text(figures: &[Figure]) -> String {
    let mut table = Table::new(["", "zaichang", "nchan", "asked", "met"]);
    for figure in figures {
        table.row([
            figure.what.to_owned(),
            figure.zaichang.text(),
            figure.nchan.as_ref().map_or_else(String::new, Spread::text),
            figure.at_most.map_or_else(String::new, |at_most| format!("≤ {}", written(at_most))),
            figure.met.map_or("", |met| if met { "yes" } else { "NO" }).to_owned(),
        ]);
    }
    table.text()
}

#[expect(clippy::cast_precision_loss, reason = "codes of one run")]
fn exact(codes: u64) -> f64 {
    codes as f64
}

#[expect(clippy::cast_precision_loss, reason = "pages of one run")]
fn count(pages: usize) -> f64 {
    pages as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_the_median_of_its_rounds() {
        assert_eq!(Spread::of(&[]), None);
        assert_eq!(Spread::of(&[3.0, 1.0, 2.0]), Some(Spread { median: 2.0, least: 1.0, most: 3.0 }));
        assert_eq!(Spread::of(&[4.0, 1.0]).map(|spread| spread.median), Some(2.5));
        assert_eq!(
            Spread::of(&[80.0, 75.0, 90.0]).map(|spread| spread.text()),
            Some("80.00 (75.00–90.00)".to_owned())
        );
    }

    #[test]
    fn what_is_asked_is_judged_by_the_median_and_shown() {
        let spread = Spread { median: 80.0, least: 60.0, most: 90.0 };
        let figure = |at_most| Figure::of("codes", spread, None, at_most);
        assert_eq!(
            [figure(Some(80.0)).met, figure(Some(79.9)).met, figure(None).met],
            [Some(true), Some(false), None]
        );
        assert!(text(&[figure(Some(75.0))]).contains("NO") && text(&[figure(Some(85.0))]).contains("yes"));
    }
}
