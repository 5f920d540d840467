//! A report as a picture: throughput and latency over time, for each stretch. Plain SVG, written by hand.
//! It must not know how anything was measured.

use std::fmt::Write as _;

use super::{Part, Report};
use crate::measure::Point;

const WIDTH: f64 = 920.0;
const PANEL: f64 = 170.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 46.0;
const GAP: f64 = 44.0;
const PART: f64 = TOP + 2.0 * PANEL + 2.0 * GAP;

const GOOD: &str = "#0b7a75";
const OTHER: &str = "#c4511a";
const MEDIAN: &str = "#2b5fb3";
const WORST: &str = "#a3195b";

/// The whole report as one picture.
pub fn svg(report: &Report) -> String {
    let parts: Vec<_> = report.parts.iter().filter(|part| !part.measured.line.is_empty()).collect();
    let height = PART * count(parts.len()) + 20.0;
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\" fill=\"#1d2b33\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (place, part) in parts.into_iter().enumerate() {
        let _ = writeln!(picture, "<g transform=\"translate(0 {})\">", PART * count(place));
        draw(&mut picture, report.scenario, part);
        picture.push_str("</g>\n");
    }
    picture.push_str("</svg>\n");
    picture
}

#[expect(clippy::cast_precision_loss, reason = "a report has a few parts and a few hundred points")]
const fn count(number: usize) -> f64 {
    number as f64
}

fn draw(picture: &mut String, scenario: &str, part: &Part) {
    let (line, all) = (&part.measured.line, &part.measured.all);
    let _ = writeln!(
        picture,
        "<text x=\"{LEFT}\" y=\"24\" font-size=\"15\" font-weight=\"bold\">{} · {}</text>\
         <text x=\"{}\" y=\"24\" text-anchor=\"end\">{:.0}/s · p50 {:.2} · p99 {:.2} · p99.9 {:.2} ms</text>",
        escaped(scenario),
        escaped(&part.name),
        WIDTH - 20.0,
        all.per_s,
        all.p50_ms,
        all.p99_ms,
        all.p999_ms
    );
    let most = line.iter().map(|point| point.good_per_s.max(point.other_per_s)).fold(1.0, f64::max);
    let scale = Scale { top: TOP, ticks: even(most), of: |value, most| value / most };
    scale.axis(picture, line, "answers per second");
    scale.curve(picture, line, "acknowledged", 0.0, GOOD, |point| point.good_per_s);
    if line.iter().any(|point| point.other_per_s > 0.0) {
        scale.curve(picture, line, "refused or missing", 110.0, OTHER, |point| point.other_per_s);
    }
    let slowest = line.iter().map(|point| point.p99_ms).fold(1.0, f64::max);
    let scale = Scale { top: TOP + PANEL + GAP, ticks: decades(slowest), of: logarithmic };
    scale.axis(picture, line, "latency, ms");
    scale.curve(picture, line, "p50", 0.0, MEDIAN, |point| point.p50_ms);
    scale.curve(picture, line, "p99", 110.0, WORST, |point| point.p99_ms);
}

/// A tenth of a millisecond is the lowest line.
const LOWEST_MS: f64 = 0.1;

fn logarithmic(value: f64, most: f64) -> f64 {
    (value.max(LOWEST_MS) / LOWEST_MS).log10() / (most / LOWEST_MS).log10()
}

fn decades(most: f64) -> Vec<f64> {
    let mut ticks = vec![LOWEST_MS, 1.0];
    while ticks[ticks.len() - 1] < most {
        ticks.push(ticks[ticks.len() - 1] * 10.0);
    }
    ticks
}

/// Four or five even steps that end above `most`.
fn even(most: f64) -> Vec<f64> {
    let decade = 10_f64.powf(most.log10().floor());
    let step = [0.25, 0.5, 1.0, 2.0, 2.5].iter().map(|part| part * decade).find(|step| step * 5.0 >= most);
    let step = step.unwrap_or(most / 4.0);
    let mut ticks = vec![0.0];
    while ticks[ticks.len() - 1] < most {
        ticks.push(ticks[ticks.len() - 1] + step);
    }
    ticks
}

/// A panel's vertical scale.
struct Scale {
    top: f64,
    ticks: Vec<f64>,
    /// Where a value is, from 0 at the bottom to 1 at the last tick.
    of: fn(f64, f64) -> f64,
}

impl Scale {
    fn y(&self, value: f64) -> f64 {
        let most = self.ticks[self.ticks.len() - 1];
        self.top + PANEL * (1.0 - (self.of)(value, most))
    }

    fn axis(&self, picture: &mut String, line: &[Point], title: &str) {
        let (right, bottom) = (WIDTH - 20.0, self.top + PANEL);
        for tick in &self.ticks {
            let y = self.y(*tick);
            let _ = writeln!(
                picture,
                "<path d=\"M{LEFT} {y:.1}H{right}\" stroke=\"#dfe5e8\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{tick}</text>",
                LEFT - 8.0,
                y + 4.0
            );
        }
        let seconds = line[line.len() - 1].at_s;
        let _ = writeln!(
            picture,
            "<text x=\"{LEFT}\" y=\"{}\" fill=\"#5b6b74\">{title}</text>\
             <text x=\"{LEFT}\" y=\"{}\">0 s</text><text x=\"{right}\" y=\"{}\" text-anchor=\"end\">{seconds:.1} s</text>",
            self.top - 6.0,
            bottom + 16.0,
            bottom + 16.0
        );
    }

    fn curve(
        &self,
        picture: &mut String,
        line: &[Point],
        name: &str,
        shift: f64,
        colour: &str,
        of: fn(&Point) -> f64,
    ) {
        let seconds = line[line.len() - 1].at_s.max(f64::EPSILON);
        let mut path = String::new();
        for (place, point) in line.iter().enumerate() {
            let x = LEFT + (WIDTH - 20.0 - LEFT) * point.at_s / seconds;
            let _ = write!(path, "{}{x:.1} {:.1}", if place == 0 { 'M' } else { 'L' }, self.y(of(point)));
        }
        let _ = writeln!(
            picture,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"/>\
             <text x=\"{}\" y=\"{}\" fill=\"{colour}\">{name}</text>",
            LEFT + 150.0 + shift,
            self.top - 6.0
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_reach_above_what_is_shown() {
        for most in [1.0, 9.0, 10.0, 37_412.0, 99_999.0] {
            let ticks = even(most);
            assert!((3..=6).contains(&ticks.len()), "{ticks:?}");
            assert!(ticks[ticks.len() - 1] >= most && ticks[ticks.len() - 2] < most);
        }
        assert_eq!(decades(37.0), [0.1, 1.0, 10.0, 100.0]);
    }

    #[test]
    fn the_lowest_latency_is_at_the_bottom_and_the_last_tick_at_the_top() {
        let scale = Scale { top: 0.0, ticks: decades(50.0), of: logarithmic };
        assert!((scale.y(0.05) - PANEL).abs() < 1e-9 && scale.y(100.0).abs() < 1e-9);
    }
}
