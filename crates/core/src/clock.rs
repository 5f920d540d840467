//! What time it is: the only place that may ask the machine.
//! Everything else is handed a `Clock` or an instant, so that tests choose the hour. It knows no module.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

/// Asia/Shanghai has had no clock change since 1991: a fixed offset needs no time zone database on the machine.
pub const SHANGHAI: Offset = Offset::constant(8);

/// The calendar day of an instant in Asia/Shanghai.
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::fixed(SHANGHAI)).date()
}

/// Minutes since midnight in Asia/Shanghai, 0 to 1439.
pub fn minute_of_day(at: Timestamp) -> i16 {
    let time = at.to_zoned(TimeZone::fixed(SHANGHAI)).time();
    i16::from(time.hour()) * 60 + i16::from(time.minute())
}

/// The instant at which a minute of a day begins in Asia/Shanghai; minute 1440 is the next midnight.
pub fn instant_of(day: Date, minute: i16) -> Timestamp {
    let midnight = day.to_zoned(TimeZone::fixed(SHANGHAI)).expect("a fixed offset has every midnight");
    midnight.timestamp() + jiff::SignedDuration::from_mins(i64::from(minute))
}

/// The steady clock's zero.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Time since the process first asked: it goes on evenly whatever is done to the wall clock, or to a clock that a test
/// has set.
pub fn steady() -> Duration {
    START.elapsed()
}

/// A source of instants: the machine's clock, or one that a test sets.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    /// Unix milliseconds, moved by hand.
    Set(Arc<AtomicI64>),
    /// A machine whose clock is so many milliseconds ahead.
    Ahead(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    pub fn set_to(at: Timestamp) -> Self {
        Self::Set(Arc::new(AtomicI64::new(at.as_millisecond())))
    }

    /// The machine's clock, wrong by so many milliseconds until that is changed.
    pub fn ahead_by(by_ms: &Arc<AtomicI64>) -> Self {
        Self::Ahead(Arc::clone(by_ms))
    }

    /// Whether it is a test's own clock, which nothing else can be compared with.
    pub fn is_set(&self) -> bool {
        matches!(self, Self::Set(_))
    }

    /// Now, to the millisecond: no instant in the product is finer, so that what is stored equals what was answered.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    pub fn now(&self) -> Timestamp {
        let now = match self {
            Self::System => Timestamp::now().as_millisecond(),
            Self::Set(at) => at.load(Ordering::SeqCst),
            Self::Ahead(by_ms) => Timestamp::now().as_millisecond() + by_ms.load(Ordering::SeqCst),
        };
        Timestamp::from_millisecond(now).expect("the clock stands within the years jiff knows")
    }

    /// Moves a set clock on; the machine's clock is not ours to move.
    pub fn advance(&self, by: Duration) {
        if let Self::Set(at) = self {
            at.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_shanghai() {
        let before: Timestamp = "2025-11-28T15:59:59.999Z".parse().unwrap();
        let after: Timestamp = "2025-11-28T16:00:00Z".parse().unwrap();
        assert_eq!(day_of(before), jiff::civil::date(2025, 11, 28));
        assert_eq!(day_of(after), jiff::civil::date(2025, 11, 29));
        assert_eq!((minute_of_day(before), minute_of_day(after)), (1439, 0));
        assert_eq!(instant_of(jiff::civil::date(2025, 11, 28), 1440), after);
    }
}
