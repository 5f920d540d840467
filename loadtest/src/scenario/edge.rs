//! The edges of the clock: a run that must stay inside a slot, or a day, begins only when it fits.
//! It must not know what the run does.

use std::time::Duration;

use crate::clock::unix_us;

/// Seconds before an edge that nothing is begun in: what was sent before it may arrive after it.
const MARGIN_S: i64 = 5;

/// How long to wait, in seconds, until `length_s` fit into one stretch of `stretch_s` that begins at multiples of it.
/// Slots begin so, and Shanghai's days are a whole number of slots.
fn wait_s(now_s: i64, stretch_s: i64, length_s: i64) -> i64 {
    let left = stretch_s - now_s.rem_euclid(stretch_s);
    if left >= (length_s + MARGIN_S).min(stretch_s - 1) { 0 } else { left + 1 }
}

/// Waits until a run of this length fits into one slot of `stretch_s` seconds.
pub async fn wait_for_room(stretch_s: u32, length: Duration) {
    let length_s = i64::try_from(length.as_secs()).unwrap_or(i64::MAX / 2);
    let wait = wait_s(unix_us() / 1_000_000, i64::from(stretch_s.max(1)), length_s);
    tokio::time::sleep(Duration::from_secs(u64::try_from(wait).unwrap_or(0))).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_begins_where_it_fits() {
        assert_eq!(wait_s(6000, 600, 20), 0);
        assert_eq!(wait_s(6000 + 575, 600, 20), 0);
        assert_eq!(wait_s(6000 + 576, 600, 20), 25);
        assert_eq!(wait_s(6000 + 599, 600, 20), 2);
        // A run that never fits begins with a slot.
        assert_eq!(wait_s(6000 + 1, 600, 900), 0);
        assert_eq!(wait_s(6000 + 2, 600, 900), 599);
    }
}
