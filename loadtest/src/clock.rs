//! The machine's clock, in the units of the wire. The only place of this crate that asks what time it is.
//! It must not know what the instants are for.

/// Microseconds since 1970, by the machine's clock.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
pub fn unix_us() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Milliseconds since 1970, by the machine's clock.
pub fn unix_ms() -> i64 {
    unix_us() / 1000
}

/// Days since 1970 in Asia/Shanghai of an instant in microseconds. There has been no clock change since 1991.
pub const fn shanghai_day(unix_us: i64) -> i64 {
    const HOUR_US: i64 = 3_600_000_000;
    (unix_us + 8 * HOUR_US).div_euclid(24 * HOUR_US)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_shanghai() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_microsecond();
        assert_eq!(shanghai_day(at("1970-01-01T00:00:00Z")), 0);
        assert_eq!(shanghai_day(at("1970-01-01T15:59:59.999Z")), 0);
        assert_eq!(shanghai_day(at("1970-01-01T16:00:00Z")), 1);
    }
}
