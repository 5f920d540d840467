//! Questions that only another service can answer, and that cost: an address that keeps asking nonsense is limited before it
//! asks, not after. It must not know the question, nor the service.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Problem;
use super::failures::{Failures, network, too_many};

/// How long an address stays a suspect after it was last over its limit.
const SUSPECT: Duration = Duration::from_mins(1);

/// The failures of each address, and who is suspected. While nobody is, nothing is counted but failures.
#[derive(Clone, Default)]
pub struct Costly {
    failures: Failures,
    suspects: Arc<Mutex<HashMap<IpAddr, Instant>>>,
}

/// A question that may be asked now.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// It counts if it fails.
    IfItFails,
    /// A suspect's: it has been counted.
    Counted,
}

impl Costly {
    /// Whether this address may ask. A suspect is counted as if it had failed already, whatever comes of it.
    pub fn admit(&self, address: IpAddr) -> Result<Admitted, Problem> {
        if !self.is_suspect(address) {
            return Ok(Admitted::IfItFails);
        }
        if self.over(address) { Err(too_many()) } else { Ok(Admitted::Counted) }
    }

    /// Nonsense was asked: the refusal itself while the address is within its limit, `too_many_requests` beyond.
    pub fn failed(&self, address: IpAddr, admitted: Admitted, problem: Problem) -> Problem {
        let refused = admitted == Admitted::IfItFails && self.over(address);
        if refused { too_many() } else { problem }
    }

    /// Forgets addresses that have earned everything back.
    pub fn forget_idle(&self) {
        self.failures.forget_idle();
        self.locked().retain(|_, over_at| over_at.elapsed() < SUSPECT);
    }

    /// Counts one; an address that is over its limit is a suspect from now on.
    fn over(&self, address: IpAddr) -> bool {
        let over = self.failures.over(address);
        if over {
            self.locked().insert(network(address), Instant::now());
        }
        over
    }

    fn is_suspect(&self, address: IpAddr) -> bool {
        self.locked().get(&network(address)).is_some_and(|over_at| over_at.elapsed() < SUSPECT)
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, Instant>> {
        self.suspects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Refusal;

    #[test]
    fn whoever_asks_nonsense_is_stopped_before_asking_and_a_neighbour_is_not() {
        let costly = Costly::default();
        let (attacker, neighbour) = (IpAddr::from([203, 0, 113, 1]), IpAddr::from([203, 0, 113, 2]));
        let nonsense = || Problem::from(Refusal::WechatCodeInvalid);
        let mut asked = 0;
        let refused = loop {
            match costly.admit(attacker) {
                Ok(admitted) => drop(costly.failed(attacker, admitted, nonsense())),
                Err(problem) => break problem,
            }
            asked += 1;
            assert!(asked < 100_000, "nobody is stopped");
        };
        assert_eq!(refused.refusal, Refusal::TooManyRequests);
        assert!(asked >= 300, "{asked}");
        assert_eq!(costly.admit(neighbour), Ok(Admitted::IfItFails));
        assert_eq!(costly.failed(neighbour, Admitted::IfItFails, nonsense()), nonsense());
    }

    #[test]
    fn what_is_right_is_not_counted() {
        let costly = Costly::default();
        let hall = IpAddr::from([203, 0, 113, 1]);
        assert!((0..3000).all(|_| costly.admit(hall) == Ok(Admitted::IfItFails)));
    }
}
