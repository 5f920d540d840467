//! Who goes to which hall, so that no person is sent to the same hall twice: every pair is used once. Pure but for a counter.
//! It must not know what is asked there.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// A person in a hall, each by its place in the crowd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    pub phone: usize,
    pub hall: usize,
}

/// All pairs, handed out one by one.
#[derive(Debug)]
pub struct Pairs {
    phones: usize,
    halls: usize,
    next: AtomicUsize,
    returned: Mutex<Vec<Pair>>,
}

impl Pairs {
    /// All pairs of so many phones and halls.
    pub const fn new(phones: usize, halls: usize) -> Self {
        Self { phones, halls, next: AtomicUsize::new(0), returned: Mutex::new(Vec::new()) }
    }

    /// The next one; none when all have been used.
    pub fn take(&self) -> Option<Pair> {
        let place = self.next.fetch_add(1, Ordering::Relaxed);
        if place < self.phones * self.halls {
            return Some(self.at(place));
        }
        self.returned.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Gives back a pair that had no result, to be handed out when all others have been.
    pub fn give_back(&self, pair: Pair) {
        self.returned.lock().unwrap_or_else(PoisonError::into_inner).push(pair);
    }

    /// How many have been handed out.
    pub fn taken(&self) -> usize {
        self.next.load(Ordering::Relaxed).min(self.phones * self.halls)
    }

    /// The pair at a place in the line. Neighbours in the line are in different halls.
    pub const fn at(&self, place: usize) -> Pair {
        let (phone, round) = (place % self.phones, place / self.phones);
        Pair { phone, hall: (phone + round) % self.halls }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_pair_is_handed_out_once() {
        for (phones, halls) in [(1, 1), (7, 3), (6, 3), (5, 12), (12, 5)] {
            let pairs = Pairs::new(phones, halls);
            let taken: Vec<_> = std::iter::from_fn(|| pairs.take()).collect();
            assert_eq!(taken.len(), phones * halls);
            assert_eq!(taken.iter().collect::<HashSet<_>>().len(), phones * halls);
            assert_eq!(pairs.taken(), phones * halls);
            pairs.give_back(taken[0]);
            assert_eq!((pairs.take(), pairs.take()), (Some(taken[0]), None));
        }
    }
}
