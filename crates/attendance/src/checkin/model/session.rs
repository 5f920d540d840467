//! A session of the store, as Postgres keeps one: statements run to their end even if the caller has gone, locks are held
//! until the commit, and other sessions see nothing before it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use jiff::Timestamp;

use super::invariant::Invariant;
use super::people::cannot_be_written;
use super::record::NewCheckIn;
use super::sql::Written;
use super::store::{Course, Planted, Store};
use crate::checkin::counts::Count;
use zaichang_core::ids::CourseId;

/// A check-in that is to be written: whether it is the person's first today, and whether they are new to the course.
pub(super) type NewRow = (NewCheckIn, bool, bool);

pub(super) struct Session {
    pub store: Arc<Store>,
    id: usize,
    pub in_transaction: bool,
    staged: BTreeMap<CourseId, Course>,
}

impl Session {
    pub(super) fn open(store: &Arc<Store>) -> Self {
        let mut state = store.state();
        state.sessions += 1;
        let id = state.sessions;
        drop(state);
        Self { store: Arc::clone(store), id, in_transaction: false, staged: BTreeMap::new() }
    }

    /// Locks a course's version until the transaction ends.
    pub(super) async fn lock(&self, course: CourseId) {
        self.store.moment().await;
        poll_fn(|context| {
            let mut state = self.store.state();
            let holder = *state.locks.entry(course).or_insert(self.id);
            if holder == self.id {
                return Poll::Ready(());
            }
            state.happened("waited for a lock");
            state.waiting.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// A course as this session sees it.
    pub(super) fn sees(&self, course: CourseId) -> Course {
        self.staged.get(&course).cloned().unwrap_or_else(|| self.store.state().of(course))
    }

    /// Changes a locked course. Other sessions do not see it before the commit.
    pub(super) fn stage(&mut self, course: CourseId, change: impl FnOnce(&mut Course)) {
        let mut seen = self.sees(course);
        change(&mut seen);
        self.staged.insert(course, seen);
    }

    /// The one statement that writes a batch.
    pub(super) async fn write(
        &mut self,
        expected: &HashMap<CourseId, i64>,
        rows: Vec<NewRow>,
        at: Timestamp,
    ) -> sqlx::Result<Written> {
        let mut courses: Vec<_> = expected.keys().copied().collect();
        courses.sort_unstable();
        for course in courses {
            self.lock(course).await;
        }
        let ignored = self.store.is_planted(Planted::VersionIgnored);
        let as_expected =
            |(course, version): &(&CourseId, &i64)| ignored || self.sees(**course).version == **version;
        let as_expected: HashSet<_> =
            expected.iter().filter(as_expected).map(|(course, _)| *course).collect();
        if as_expected.len() < expected.len() {
            self.store.happened("stood at another version");
        }
        let rows: Vec<_> =
            rows.into_iter().filter(|(check_in, ..)| as_expected.contains(&check_in.slot.course)).collect();
        if rows.iter().any(|(check_in, ..)| cannot_be_written(check_in)) {
            self.roll_back();
            self.store.happened("a row could not be written");
            return Err(sqlx::Error::RowNotFound);
        }
        let mut days = Vec::new();
        for (check_in, first_today, newcomer) in rows {
            let (slot, device) = (check_in.slot, check_in.device());
            let mut is_new = true;
            self.stage(slot.course, |course| {
                is_new = course.rows.insert(slot, (check_in.recorded(at), device)).is_none();
                let tally = course.tallies.entry(slot.day).or_default();
                tally.check_ins += 1;
                tally.attendees += i32::from(first_today);
                tally.newcomers += i32::from(newcomer);
            });
            self.store.holds(Invariant::one_row_per_slot, is_new, || format!("{slot:?} is written twice"));
            if !days.contains(&(slot.course, slot.day)) {
                days.push((slot.course, slot.day));
            }
        }
        if !self.store.is_planted(Planted::VersionStands) {
            for course in days.iter().map(|(course, _)| *course).collect::<HashSet<_>>() {
                self.stage(course, |course| course.version += 1);
            }
        }
        let counts = days.into_iter().map(|(id, day)| {
            let course = self.sees(id);
            let tally = course.tallies.get(&day).copied().unwrap_or_default();
            Count {
                course: id,
                day,
                attendees: tally.attendees,
                check_ins: tally.check_ins,
                seats_taken: course.tallies.values().map(|tally| i64::from(tally.newcomers)).sum(),
                at,
            }
        });
        let written = Written { as_expected, counts: counts.collect() };
        if !self.in_transaction {
            self.store.happened("committed in one round trip");
            self.commit().await;
        }
        Ok(written)
    }

    /// Makes what was staged the truth, and lets the locks go.
    pub(super) async fn commit(&mut self) {
        self.store.moment().await;
        let planted = self.store.is_planted(Planted::AnswerBeforeCommit);
        if !planted || !self.store.goes_wrong(3, "lost what it had answered") {
            for (id, course) in std::mem::take(&mut self.staged) {
                self.store.apply(id, course);
            }
        }
        self.roll_back();
    }

    /// Forgets what was staged, and lets the locks go.
    pub(super) fn roll_back(&mut self) {
        self.staged.clear();
        self.in_transaction = false;
        let mut state = self.store.state();
        state.locks.retain(|_, holder| *holder != self.id);
        state.wake();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.roll_back();
    }
}
