//! A table of hashed keys that never grows: places in sets of eight, as a processor's cache has them. A key that comes to a
//! full set takes the place of what would be forgotten soonest. It must not know what a value means but for that.

use std::ops::Range;

/// Places of a set.
const SET: usize = 8;

/// A value that is worth nothing any more at some time.
pub trait Passing: Copy + Default {
    /// When it may be forgotten, in Unix milliseconds.
    fn forgotten_at(&self) -> i64;
}

impl Passing for i64 {
    fn forgotten_at(&self) -> i64 {
        *self
    }
}

pub struct Table<V> {
    /// Key 0 is an empty place.
    places: Box<[(u64, V)]>,
}

impl<V: Passing> Table<V> {
    /// With room for at least so many.
    pub fn new(entries: usize) -> Self {
        let places = entries.max(SET).next_power_of_two();
        Self { places: vec![(0, V::default()); places].into() }
    }

    pub fn find(&self, key: u64) -> Option<V> {
        let key = key.max(1);
        self.places[self.set_of(key)].iter().find(|place| place.0 == key).map(|place| place.1)
    }

    /// Keeps the value; takes a place that is empty or whose time has passed, or else the one whose time passes soonest.
    pub fn set(&mut self, key: u64, value: V, now_ms: i64) {
        let key = key.max(1);
        let set = self.set_of(key);
        let places = &mut self.places[set];
        let own = places.iter().position(|place| place.0 == key);
        if value.forgotten_at() <= now_ms {
            if let Some(own) = own {
                places[own] = (0, V::default());
            }
            return;
        }
        let soonest = || {
            let passes = |place: &(u64, V)| if place.0 == 0 { i64::MIN } else { place.1.forgotten_at() };
            (0..SET).min_by_key(|at| passes(&places[*at])).unwrap_or(0)
        };
        let at = own.unwrap_or_else(soonest);
        places[at] = (key, value);
    }

    fn set_of(&self, key: u64) -> Range<usize> {
        let sets = u64::try_from(self.places.len() / SET).unwrap_or(1);
        let first = usize::try_from(key % sets).unwrap_or(0) * SET;
        first..first + SET
    }

    #[cfg(test)]
    pub fn places(&self) -> usize {
        self.places.len()
    }
}
