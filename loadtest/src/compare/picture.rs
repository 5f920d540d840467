//! The record as a picture: each figure beside its yardstick, every round a dot. Plain SVG, written by hand.
//! It must not know how a figure was got.

use std::fmt::Write as _;

use super::figures::median;
use super::{Figure, Record};
use crate::report::figure;

const WIDTH: f64 = 920.0;
const LEFT: f64 = 330.0;
const RIGHT: f64 = 150.0;
const ROW: f64 = 34.0;
const TOP: f64 = 24.0;

const GOOD: &str = "#0b7a75";
const BAD: &str = "#a3195b";
const YARDSTICK: &str = "#8a9aa3";

/// One bar for each figure, as long as it is of the largest value in its row.
pub fn svg(record: &Record) -> String {
    let mut picture = String::new();
    let mut y = TOP;
    for row in &record.figures {
        draw(&mut picture, row, y);
        y += ROW;
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {y}\" width=\"{WIDTH}\" height=\"{y}\" \
         font-family=\"sans-serif\" font-size=\"12\" fill=\"#1d2b33\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{picture}</svg>\n"
    )
}

fn draw(picture: &mut String, row: &Figure, y: f64) {
    let yardstick = row.against.as_ref().map(|(name, values)| (*name, values.as_slice()));
    let all = row.values.iter().chain(yardstick.map_or(&[][..], |(_, values)| values));
    let most = all.copied().fold(f64::MIN_POSITIVE, f64::max);
    let x = |value: f64| LEFT + (WIDTH - LEFT - RIGHT) * value / most;
    let colour = if row.met() == Some(false) { BAD } else { GOOD };
    let middle = median(&row.values);
    let _ = writeln!(
        picture,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
         <rect x=\"{LEFT}\" y=\"{}\" width=\"{:.1}\" height=\"12\" fill=\"{colour}\" opacity=\"0.35\"/>",
        LEFT - 10.0,
        y + 11.0,
        row.what.replace('&', "&amp;").replace('<', "&lt;"),
        y,
        x(middle) - LEFT
    );
    dots(picture, &row.values, y + 6.0, colour, x);
    let mut label = figure(middle);
    if let Some((name, values)) = yardstick {
        dots(picture, values, y + 18.0, YARDSTICK, x);
        let _ = write!(label, " · {:.2} × {name}", median(&row.ratios()));
    }
    let _ = writeln!(picture, "<text x=\"{}\" y=\"{}\">{label}</text>", WIDTH - RIGHT + 10.0, y + 11.0);
}

fn dots(picture: &mut String, values: &[f64], y: f64, colour: &str, x: impl Fn(f64) -> f64) {
    for value in values {
        let _ = writeln!(picture, "<circle cx=\"{:.1}\" cy=\"{y}\" r=\"3\" fill=\"{colour}\"/>", x(*value));
    }
}
