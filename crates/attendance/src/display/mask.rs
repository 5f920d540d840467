//! Which of the eight masks a QR wears: the one with the lowest penalty of ISO/IEC 18004, section 7.8.3. A row is a word,
//! so that a whole row is weighed at once: the code is drawn anew every few seconds on every screen. Pure.

use qrcode::Color;
use qrcode::canvas::{Canvas, MaskPattern};

/// The largest QR whose rows fit a word with four light modules on either side (version 9).
pub(super) const WIDEST: usize = 56;

const MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// The modules of a drawn canvas of `size` modules under its best mask, true for dark, row by row.
pub(super) fn best(drawn: &Canvas, size: usize) -> Vec<bool> {
    let masked = MASKS.iter().map(|mask| {
        let mut canvas = drawn.clone();
        canvas.apply_mask(*mask);
        let dark: Vec<_> = canvas.into_colors().into_iter().map(|color| color == Color::Dark).collect();
        (penalty(&dark, size), dark)
    });
    masked.min_by_key(|(penalty, _)| *penalty).map(|(_, dark)| dark).expect("there are eight masks")
}

fn penalty(dark: &[bool], size: usize) -> u32 {
    let mut rows = [0_u64; WIDEST];
    let mut columns = [0_u64; WIDEST];
    for (at, dark) in dark.iter().enumerate() {
        let (y, x) = (at / size, at % size);
        rows[y] |= u64::from(*dark) << x;
        columns[x] |= u64::from(*dark) << y;
    }
    let (rows, columns) = (&rows[..size], &columns[..size]);
    let lines = rows.iter().chain(columns).map(|line| runs(*line, size) + finders(*line)).sum::<u32>();
    lines + blocks(rows, size) + imbalance(rows, size)
}

/// Runs of five or more alike: three points and one for each more.
fn runs(line: u64, size: usize) -> u32 {
    let (mut rest, mut left, mut points) = (line, u32::try_from(size).unwrap_or(0), 0);
    while left > 0 {
        let run = if rest & 1 == 1 { rest.trailing_ones() } else { rest.trailing_zeros() }.min(left);
        points += if run >= 5 { run - 2 } else { 0 };
        rest >>= run;
        left -= run;
    }
    points
}

/// What looks like a finder, dark-light-dark-dark-dark-light-dark, with four light modules on either side: 40 points.
fn finders(line: u64) -> u32 {
    // Beyond the edge everything is light.
    let line = line << 4;
    let finder = line & !(line >> 1) & line >> 2 & line >> 3 & line >> 4 & !(line >> 5) & line >> 6;
    let light_before = !(line << 1 | line << 2 | line << 3 | line << 4);
    let light_after = !(line >> 7 | line >> 8 | line >> 9 | line >> 10);
    40 * (finder & (light_before | light_after)).count_ones()
}

/// Blocks of two by two alike: three points each.
fn blocks(rows: &[u64], size: usize) -> u32 {
    let pairs = (1_u64 << (size - 1)) - 1;
    let alike = |(above, below): (&u64, &u64)| {
        let differs = (above ^ below) | (above ^ (above >> 1)) | (below ^ (below >> 1));
        (!differs & pairs).count_ones()
    };
    3 * rows.iter().zip(&rows[1..]).map(alike).sum::<u32>()
}

/// One point for each half per cent by which dark and light differ from even.
fn imbalance(rows: &[u64], size: usize) -> u32 {
    let dark: u32 = rows.iter().map(|row| row.count_ones()).sum();
    let modules = u32::try_from(size * size).unwrap_or(1);
    (dark * 200 / modules).abs_diff(100)
}
