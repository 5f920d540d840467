//! A small store that keeps what our SQL relies on in Postgres: a course's version that is locked until the commit, rows,
//! tallies, and every state a course has been in. What a session may do with it is in `session.rs`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use jiff::civil::Date;
use shuttle::rand::Rng as _;
use shuttle::sync::atomic::{AtomicUsize, Ordering};

use super::Device;
use super::invariant::Invariant;
use super::record::{CheckIn, Slot};
use zaichang_core::ids::{CourseId, PersonId};

/// A mistake made on purpose, so that the model can be seen to find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Planted {
    /// A write does not count its course's version up.
    VersionStands,
    /// A write does not ask whether the course stands at the version that was expected.
    VersionIgnored,
    /// A cap changes without counting the version up.
    CapWithoutVersion,
    /// A commit is answered before it is safe, and then is not.
    AnswerBeforeCommit,
    /// A node goes on believing a course's rows that it should have forgotten.
    RowsAreKept,
}

/// What a schedule is made of.
#[derive(Clone, Default)]
pub(super) struct Plan {
    /// So many things may go wrong: then all is calm, and every retry must come to an end.
    pub faults: usize,
    pub planted: Option<Planted>,
    /// The only invariant that is watched; all of them where none is named.
    pub watched: Option<Invariant>,
}

/// A course's day as it was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub attendees: i32,
    pub newcomers: i32,
    pub check_ins: i32,
}

/// All that is stored of a course as of a version.
#[derive(Clone, Debug, Default)]
pub(super) struct Course {
    pub version: i64,
    pub cap: Option<i32>,
    pub rows: BTreeMap<Slot, (CheckIn, Option<Device>)>,
    pub tallies: BTreeMap<Date, Tally>,
}

impl Course {
    pub(super) fn people(&self) -> BTreeSet<PersonId> {
        self.rows.keys().map(|slot| slot.person).collect()
    }

    /// Whether there is no seat for a new person.
    pub(super) fn is_full(&self) -> bool {
        self.cap.is_some_and(|cap| self.people().len() >= number(cap))
    }

    /// Whom a device has checked in on a day.
    pub(super) fn holders(&self, day: Date, device: Device) -> HashSet<PersonId> {
        let rows = self.rows.iter().filter(|(slot, (_, of))| slot.day == day && *of == Some(device));
        rows.map(|(slot, _)| slot.person).collect()
    }

    /// Whether the tallies equal a count of the rows.
    fn tallies_are_right(&self) -> bool {
        let attendees: BTreeSet<_> = self.rows.keys().map(|slot| (slot.day, slot.person)).collect();
        let day_is_right = |(day, tally): (&Date, &Tally)| {
            let of_day = self.rows.keys().filter(|slot| slot.day == *day).count();
            let here = attendees.iter().filter(|(attended, _)| attended == day).count();
            (number(tally.check_ins), number(tally.attendees)) == (of_day, here)
        };
        let newcomers: i32 = self.tallies.values().map(|tally| tally.newcomers).sum();
        let days: BTreeSet<_> = attendees.iter().map(|(day, _)| *day).collect();
        self.tallies.iter().all(day_is_right)
            && days.iter().all(|day| self.tallies.contains_key(day))
            && number(newcomers) == self.people().len()
    }
}

#[derive(Default)]
pub(super) struct State {
    /// Every state that each course has been in; the last one is what is stored.
    courses: HashMap<CourseId, Vec<Course>>,
    /// Which session holds the lock on a course's version.
    pub locks: HashMap<CourseId, usize>,
    /// Who waits for a lock, or for quiet.
    pub waiting: Vec<Waker>,
    pub sessions: usize,
    /// Tasks of their own: statements that run, and what is published.
    pub tasks: usize,
    faults: usize,
    pub went_wrong: bool,
    /// What has happened in this schedule.
    events: BTreeMap<&'static str, usize>,
}

impl State {
    pub(super) fn past(&self, course: CourseId) -> &[Course] {
        self.courses.get(&course).map_or(&[], Vec::as_slice)
    }

    pub(super) fn of(&self, course: CourseId) -> Course {
        self.past(course).last().cloned().unwrap_or_default()
    }

    pub(super) fn happened(&mut self, event: &'static str) {
        *self.events.entry(event).or_default() += 1;
    }

    pub(super) fn wake(&mut self) {
        self.waiting.drain(..).for_each(Waker::wake);
    }
}

/// The store of one schedule.
pub(super) struct Store {
    state: Mutex<State>,
    moments: AtomicUsize,
    pub plan: Plan,
}

std::thread_local! {
    /// Shuttle runs all tasks of a schedule on one thread of the machine.
    static OF_SCHEDULE: RefCell<Option<Arc<Store>>> = const { RefCell::new(None) };
}

impl Store {
    /// A new store for the schedule that begins.
    pub(super) fn open(plan: Plan, courses: &[(CourseId, Option<i32>)]) -> Arc<Self> {
        let state = State {
            courses: courses
                .iter()
                .map(|(course, cap)| (*course, vec![Course { cap: *cap, ..Course::default() }]))
                .collect(),
            faults: plan.faults,
            ..State::default()
        };
        let store = Arc::new(Self { state: Mutex::new(state), moments: AtomicUsize::new(0), plan });
        OF_SCHEDULE.with_borrow_mut(|current| *current = Some(Arc::clone(&store)));
        store
    }

    /// The store of the schedule that runs.
    pub(super) fn of_schedule() -> Arc<Self> {
        OF_SCHEDULE.with_borrow(|store| store.clone().expect("a schedule opens its store first"))
    }

    /// A moment at which any other task may go first.
    pub(super) fn moment(&self) -> impl Future<Output = ()> {
        poll_fn(|_| {
            // Whatever the scheduler sees is a moment to let another task run.
            self.moments.fetch_add(1, Ordering::SeqCst);
            Poll::Ready(())
        })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn happened(&self, event: &'static str) {
        self.state().happened(event);
    }

    pub(super) fn events(&self) -> BTreeMap<&'static str, usize> {
        self.state().events.clone()
    }

    pub(super) fn is_planted(&self, planted: Planted) -> bool {
        self.plan.planted == Some(planted)
    }

    pub(super) fn holds(&self, invariant: Invariant, holds: bool, else_say: impl FnOnce() -> String) {
        invariant.holds(self.plan.watched, holds, else_say);
    }

    /// Whether something goes wrong now: one time in so many, while it may.
    pub(super) fn goes_wrong(&self, one_in: u32, event: &'static str) -> bool {
        let mut state = self.state();
        let wrong = state.faults > 0 && shuttle::rand::thread_rng().gen_ratio(1, one_in);
        if wrong {
            state.faults -= 1;
            state.went_wrong = true;
            state.happened(event);
        }
        wrong
    }

    /// Makes what a session has staged of a course the truth.
    pub(super) fn apply(&self, id: CourseId, course: Course) {
        let before = self.state().of(id);
        let (people_before, people) = (before.people(), course.people());
        let newcomers = people.len() > people_before.len();
        let seats = course.cap.map_or(usize::MAX, number);
        self.holds(Invariant::no_seat_beyond_the_cap, !newcomers || people.len() <= seats, || {
            format!("{id}: {} people for {:?} seats", people.len(), course.cap)
        });
        for (slot, (_, device)) in &course.rows {
            let holders = device.map_or(1, |device| course.holders(slot.day, device).len());
            self.holds(Invariant::one_person_per_device, holders <= 1, || format!("{id}: {slot:?}"));
        }
        self.holds(Invariant::tallies_equal_the_rows, course.tallies_are_right(), || {
            format!("{id}: {:?} for {:?}", course.tallies, course.rows.keys())
        });
        self.state().courses.entry(id).or_default().push(course);
    }
}

fn number(count: i32) -> usize {
    usize::try_from(count).unwrap_or(0)
}
