//! What this deployment can do for a course: only then may a course ask for it. The modules that do it say so when they are opened, after
//! this one. It knows none of them.

use std::sync::{Arc, PoisonError, RwLock};

/// What can be done for a course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// A provider compares faces.
    pub face_checks: bool,
    /// Phones may be asked how far from the hall they are.
    pub distances: bool,
}

/// Where modules say what they can do for a course.
#[derive(Clone, Default)]
pub struct Offers(Arc<RwLock<Offered>>);

impl Offers {
    /// This as well can be done for a course.
    pub fn add(&self, more: Offered) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.face_checks |= more.face_checks;
        all.distances |= more.distances;
    }

    /// All that can be done for a course, once every module is open.
    pub(super) fn all(&self) -> Offered {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}
