//! Addresses are limited for failures only: bad codes, bad passes, bad logins. A hall of 3,000 phones shares one
//! address, so what is right is never counted, and never refused because of a neighbour.

use std::net::IpAddr;
use std::time::Duration;

use super::Problem;
use super::budget::Budget;
use zaichang_core::clock::Clock;

/// Failures an address may have at once, and how soon one is earned back.
const BURST: u32 = 300;
const EACH: Duration = Duration::from_millis(200);
/// Addresses that are remembered.
const ENTRIES: usize = 1 << 16;

/// The failures of each address.
pub struct Failures {
    clock: Clock,
    addresses: Budget,
}

impl Failures {
    pub fn new(clock: Clock) -> Self {
        Self { clock, addresses: Budget::new(BURST, EACH, ENTRIES) }
    }

    /// Counts a failure: the refusal itself while the address is within its limit, `too_many_requests` beyond.
    pub fn count(&self, address: IpAddr, problem: impl Into<Problem>) -> Problem {
        match self.addresses.admit(network(address), self.clock.now()) {
            Ok(()) => problem.into(),
            Err(wait) => wait.into(),
        }
    }
}

/// One household of IPv6 holds 2⁶⁴ addresses: they count as one.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => {
            let mut octets = v6.octets();
            octets[8..].fill(0);
            IpAddr::from(octets)
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::refusals;

    #[test]
    fn an_address_over_its_failures_is_told_to_wait_and_its_neighbour_is_not() {
        let failures = Failures::new(Clock::default());
        let (attacker, neighbour) = (IpAddr::from([203, 0, 113, 1]), IpAddr::from([203, 0, 113, 2]));
        let answers: Vec<_> =
            (0..2 * BURST).map(|_| failures.count(attacker, refusals::FORBIDDEN).refusal).collect();
        assert_eq!(answers[0], refusals::FORBIDDEN);
        assert_eq!(answers.last(), Some(&refusals::TOO_MANY_REQUESTS));
        assert_eq!(failures.count(neighbour, refusals::FORBIDDEN).refusal, refusals::FORBIDDEN);
    }
}
