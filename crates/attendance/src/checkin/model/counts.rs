//! Where the model's commits publish their counts: each must have been true at some version.

use std::sync::Arc;

use super::Seen;
use super::invariant::Invariant;
use super::store::{Course, Store};
pub(super) use crate::checkin::counts::Count;

#[derive(Clone)]
pub(super) struct Counts(pub Arc<Store>);

impl Counts {
    pub(super) fn tell(&self, count: Count) {
        let was_so = |course: &Course| {
            let of_day = course.tallies.get(&count.day).copied().unwrap_or_default();
            let seats: i64 = course.tallies.values().map(|tally| i64::from(tally.newcomers)).sum();
            (of_day.attendees, of_day.check_ins, seats)
                == (count.attendees, count.check_ins, count.seats_taken)
        };
        let was_so = self.0.state().past(count.course).iter().any(was_so);
        self.0.holds(Invariant::published_is_committed, was_so, || format!("told {count:?}"));
    }
}

pub(super) async fn publish(seen: &Seen, counts: &[Count]) {
    seen.0.moment().await;
    let told = Counts(Arc::clone(&seen.0));
    for count in counts {
        told.tell(*count);
    }
}
