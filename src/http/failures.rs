//! Addresses are limited for failures only: bad codes, bad passes, bad logins. A hall of 3,000 phones shares one
//! address, so what is right is never counted, and never refused because of a neighbour.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::{DefaultKeyedRateLimiter, Quota};

use super::{Problem, Refusal};

/// Failures an address may have at once, and how many a second it earns back.
const BURST: NonZeroU32 = NonZeroU32::new(300).expect("not zero");
const PER_SECOND: NonZeroU32 = NonZeroU32::new(5).expect("not zero");

/// How long a client over its limit is asked to wait.
const WAIT_MS: u64 = 1000;

/// The failures of each address.
#[derive(Clone)]
pub struct Failures(Arc<DefaultKeyedRateLimiter<IpAddr>>);

impl Default for Failures {
    fn default() -> Self {
        Self(Arc::new(DefaultKeyedRateLimiter::keyed(Quota::per_second(PER_SECOND).allow_burst(BURST))))
    }
}

impl Failures {
    /// Counts a failure: the refusal itself while the address is within its limit, `too_many_requests` beyond.
    pub fn count(&self, address: IpAddr, problem: impl Into<Problem>) -> Problem {
        if self.over(address) { too_many() } else { problem.into() }
    }

    /// Counts one; whether the address is over its limit.
    pub(super) fn over(&self, address: IpAddr) -> bool {
        self.0.check_key(&network(address)).is_err()
    }

    /// Forgets addresses that have earned everything back.
    pub fn forget_idle(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

/// The refusal of an address that is over its limit.
pub(super) fn too_many() -> Problem {
    Problem::from(Refusal::TooManyRequests).retry_after_ms(WAIT_MS)
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

    #[test]
    fn an_address_over_its_failures_is_told_to_wait_and_its_neighbour_is_not() {
        let failures = Failures::default();
        let (attacker, neighbour) = (IpAddr::from([203, 0, 113, 1]), IpAddr::from([203, 0, 113, 2]));
        let answers: Vec<_> =
            (0..2 * BURST.get()).map(|_| failures.count(attacker, Refusal::CodeForged).refusal).collect();
        assert_eq!(answers[0], Refusal::CodeForged);
        assert_eq!(answers.last(), Some(&Refusal::TooManyRequests));
        assert_eq!(failures.count(neighbour, Refusal::CodeForged).refusal, Refusal::CodeForged);
    }
}
