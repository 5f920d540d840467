//! One schedule of the model: two nodes, people who scan, a cap that changes, and a node that stops or dies meanwhile.

use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use shuttle::future::{block_on, spawn_local};
use shuttle::rand::Rng as _;

use super::commit::Committed;
use super::invariant::Invariant;
use super::nodes::Node;
use super::people::Scan;
use super::session::Session;
use super::store::{Plan, Planted, Store};
use zaichang_core::ids::CourseId;

/// What becomes of the first node while people scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Stays,
    Stops,
    Dies,
}

/// What happens at a venue. Every list is what one of them does, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Scenario {
    pub cap: Option<i32>,
    pub queue: usize,
    pub people: Vec<Vec<Scan>>,
    pub caps: Vec<(i64, Option<i32>)>,
    pub end: End,
}

/// Courses 3 and 6 share a lane.
const COURSES: [i64; 3] = [3, 6, 4];

impl Scenario {
    /// A scenario by chance, the scheduler's: the same schedule has the same one.
    pub(super) fn by_chance() -> Self {
        let mut chance = shuttle::rand::thread_rng();
        let cap = chance.gen_bool(0.7).then(|| chance.gen_range(1..4));
        let queue = chance.gen_range(1..9);
        let people = (0..5)
            .map(|_| {
                let scan = |_| {
                    let person = if chance.gen_ratio(1, 20) { 99 } else { chance.gen_range(1..5) };
                    let device = match chance.gen_range(0..8) {
                        0 => None,
                        1 => Some(1),
                        _ => u8::try_from(person).ok(),
                    };
                    let course = COURSES[[0, 0, 0, 1, 2][chance.gen_range(0..5)]];
                    let hour = [0, 0, 0, 1, 24][chance.gen_range(0..5)];
                    Scan { person, course, hour, device, node: chance.gen_range(0..2) }
                };
                (0..2).map(scan).collect()
            })
            .collect();
        let caps = (0..chance.gen_range(0..3))
            .map(|_| (COURSES[0], chance.gen_bool(0.8).then(|| chance.gen_range(0..5))))
            .collect();
        let end = [End::Stays, End::Stops, End::Dies][chance.gen_range(0..3)];
        Self { cap, queue, people, caps, end }
    }

    /// Plays it in the order of events that the scheduler chooses. Returns the store as it ended.
    pub(super) fn play(self, plan: Plan) -> Arc<Store> {
        let store = Store::open(plan, &COURSES.map(|course| (CourseId(course), self.cap)));
        block_on(self.run(&store));
        store
    }

    async fn run(self, store: &Arc<Store>) {
        let nodes: Rc<[_]> = (0..2).map(|_| Node::start(store, self.queue)).collect();
        let presented: usize = self.people.iter().map(Vec::len).sum();
        let people: Vec<_> = self
            .people
            .into_iter()
            .map(|scans| {
                let nodes = Rc::clone(&nodes);
                spawn_local(async move {
                    let mut told = Vec::new();
                    for scan in scans {
                        told.push((scan, scan.present(&nodes).await));
                    }
                    told
                })
            })
            .collect();
        let caps = spawn_local(change_caps(Arc::clone(store), self.caps));
        let end = spawn_local({
            let (store, first) = (Arc::clone(store), Rc::clone(&nodes[0]));
            async move {
                for _ in 0..shuttle::rand::thread_rng().gen_range(0..40) {
                    store.moment().await;
                }
                match self.end {
                    End::Stays => {}
                    End::Stops => first.stop().await,
                    End::Dies => {
                        store.state().went_wrong = store.plan.faults > 0;
                        first.die().await;
                    }
                }
            }
        });
        let mut told = Vec::new();
        for person in people {
            told.extend(person.await.expect("a person who presents a scan is answered"));
        }
        caps.await.expect("caps can be changed");
        end.await.expect("a node can be stopped");
        for node in &*nodes {
            node.stop().await;
        }
        quiet(store).await;
        store.holds(Invariant::every_waiter_is_answered, told.len() == presented, || {
            format!("{} of {presented} were answered", told.len())
        });
        for (scan, committed) in told {
            if let Committed::Recorded(row) | Committed::Already(row) = committed {
                let stored = store.state().of(row.slot.course).rows.get(&scan.slot()).map(|(row, _)| *row);
                store.holds(Invariant::answered_rows_are_there, stored == Some(row), || {
                    format!("{scan:?} was told {row:?}; stored is {stored:?} in the end")
                });
            }
        }
    }
}

/// Changes caps, each in a transaction that counts the course's version up, as the trigger `course_cap_takes_a_turn` does.
async fn change_caps(store: Arc<Store>, caps: Vec<(i64, Option<i32>)>) {
    for (course, cap) in caps {
        let mut session = Session::open(&store);
        session.lock(CourseId(course)).await;
        let counted = !store.is_planted(Planted::CapWithoutVersion);
        session.stage(CourseId(course), |course| {
            course.version += i64::from(counted && course.cap != cap);
            course.cap = cap;
        });
        session.commit().await;
        store.happened("changed a cap");
    }
}

/// Waits until no statement runs any more, not even one whose caller has gone.
async fn quiet(store: &Store) {
    poll_fn(|context| {
        let mut state = store.state();
        if state.tasks == 0 {
            return Poll::Ready(());
        }
        state.waiting.push(context.waker().clone());
        Poll::Pending
    })
    .await;
}
