//! When people come: instants fixed beforehand, so that a slow server cannot slow the arrivals. Pure.
//! It must not know who comes.

use std::time::Duration;

/// Instants from the start of a run, in order.
pub type Schedule = Vec<Duration>;

/// Independent arrivals at a mean rate per second, for so long: the gaps are exponential.
pub fn poisson(rate: f64, length: Duration, seed: u64) -> Schedule {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut at = 0.0;
    let mut schedule = Vec::new();
    loop {
        at -= (1.0 - random.f64()).ln() / rate;
        if !at.is_finite() || at >= length.as_secs_f64() {
            return schedule;
        }
        schedule.push(Duration::from_secs_f64(at));
    }
}

/// So many people at independent instants of a stretch of time.
pub fn spread(people: usize, length: Duration, seed: u64) -> Schedule {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut schedule: Schedule = (0..people).map(|_| length.mul_f64(random.f64())).collect();
    schedule.sort_unstable();
    schedule
}

/// A hall that fills: so many people, half of them in the last fifth of the time.
pub fn filling(people: usize, length: Duration, seed: u64) -> Schedule {
    let early = people / 2;
    let (before, last) = (length.mul_f64(0.8), length.mul_f64(0.2));
    let mut schedule = spread(early, before, seed);
    schedule.extend(spread(people - early, last, seed.wrapping_add(1)).into_iter().map(|at| before + at));
    schedule
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ordered_within(schedule: &[Duration], length: Duration) {
        assert!(schedule.is_sorted());
        assert!(schedule.iter().all(|at| *at <= length));
    }

    #[test]
    fn independent_arrivals_keep_their_mean_rate() {
        let schedule = poisson(2000.0, Duration::from_secs(10), 1);
        is_ordered_within(&schedule, Duration::from_secs(10));
        // Five standard deviations of a Poisson count of 20,000.
        assert!((19_290..=20_710).contains(&schedule.len()), "{}", schedule.len());
        // Exponential gaps: about 1/e of them are longer than the mean.
        let long = schedule.windows(2).filter(|two| two[1] > two[0] + Duration::from_micros(500)).count();
        assert!((6800..=7900).contains(&long), "{long}");
        assert_eq!(schedule, poisson(2000.0, Duration::from_secs(10), 1), "the same every time");
        assert!(poisson(0.0, Duration::from_secs(10), 1).is_empty());
    }

    #[test]
    fn a_hall_fills_with_half_of_its_people_in_the_last_two_minutes_of_ten() {
        let length = Duration::from_mins(10);
        let schedule = filling(2001, length, 1);
        is_ordered_within(&schedule, length);
        assert_eq!(schedule.len(), 2001);
        assert_eq!(schedule.iter().filter(|at| **at < Duration::from_mins(8)).count(), 1000);
    }

    #[test]
    fn a_rush_is_spread_over_its_whole_time() {
        let schedule = spread(3000, Duration::from_secs(10), 1);
        is_ordered_within(&schedule, Duration::from_secs(10));
        for second in 0..10 {
            let at_second = schedule.iter().filter(|at| at.as_secs() == second).count();
            assert!((215..=385).contains(&at_second), "{at_second} in second {second}");
        }
    }
}
