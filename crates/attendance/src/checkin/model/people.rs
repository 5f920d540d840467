//! The people of the model: each presents a scan until there is an answer, and the answer is compared with the store.

use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::Error;
use super::commit::Committed;
use super::invariant::Invariant;
use super::nodes::Node;
use super::record::{Basis, Evidence, Handover, NewCheckIn, Slot};
use super::store::Store;
use super::{Device, Network};
use crate::checkin::refusals;
use zaichang_core::ids::{AccountId, CourseId, PersonId, ScreenNumber};
use zaichang_platform::auth::ClientKind;

/// Whose rows the store refuses for a reason of their own.
const UNWRITABLE: PersonId = PersonId(99);

pub(super) fn cannot_be_written(check_in: &NewCheckIn) -> bool {
    check_in.slot.person == UNWRITABLE
}

/// A scan, or an assisted check-in where there is no device.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan {
    pub person: i64,
    pub course: i64,
    /// Hours after the first slot; a day has 24.
    pub hour: i64,
    pub device: Option<u8>,
    /// The node that is asked first.
    pub node: usize,
}

impl Scan {
    fn at(self) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(self.hour)
    }

    pub(super) fn slot(self) -> Slot {
        Slot::of(PersonId(self.person), CourseId(self.course), self.at(), 600)
    }

    /// Presents the scan, to the next node after each failure, until there is an answer.
    pub(super) async fn present(self, nodes: &[Rc<Node>]) -> Committed {
        let store = Store::of_schedule();
        let slot = self.slot();
        let mut presented = Vec::new();
        for attempt in self.node.. {
            store.moment().await;
            let asked = store.state().past(slot.course).len() - 1;
            let check_in = check_in(slot, self.at(), self.device.map(|device| Device([device; 16])));
            presented.push(check_in.id);
            let Some(answer) = nodes[attempt % nodes.len()].commit(check_in.clone()).await else { continue };
            match answer {
                Err(Error::Busy) => store.happened("busy"),
                Err(error) => panic!("a commit knows no other error than a full queue: {error}"),
                Ok(Committed::Away) => {
                    let went_wrong = store.state().went_wrong;
                    store.holds(Invariant::every_waiter_is_answered, went_wrong, || {
                        format!("{self:?} was sent away though nothing went wrong")
                    });
                    store.happened("sent away");
                }
                Ok(committed) => {
                    let earlier = &presented[..presented.len() - 1];
                    if matches!(committed, Committed::Already(row) if earlier.contains(&row.id)) {
                        store.happened("a retry found its row");
                    }
                    judge(&store, &check_in, asked, &committed);
                    return committed;
                }
            }
            shuttle::future::yield_now().await;
        }
        unreachable!("there is always another attempt")
    }
}

/// Compares an answer with what is stored, and with every state of the course since the person `asked`.
fn judge(store: &Store, check_in: &NewCheckIn, asked: usize, told: &Committed) {
    let (slot, past) = (check_in.slot, store.state().past(check_in.slot.course)[asked..].to_vec());
    let course = &past[past.len() - 1];
    let stored = course.rows.get(&slot).map(|(row, _)| *row);
    let (invariant, is_so) = match told {
        Committed::Recorded(row) => {
            (Invariant::answered_rows_are_there, stored == Some(*row) && row.id == check_in.id)
        }
        Committed::Already(row) => (Invariant::answered_rows_are_there, stored == Some(*row)),
        Committed::Refused(refusals::CAP_REACHED) => {
            let was_full = past.iter().any(|then| then.is_full() && !then.people().contains(&slot.person));
            (Invariant::refusals_are_true, was_full)
        }
        Committed::Refused(refusals::DEVICE_IN_USE) => {
            let holders = check_in.device().map(|device| course.holders(slot.day, device));
            let others = holders.into_iter().flatten().any(|holder| holder != slot.person);
            (Invariant::refusals_are_true, others)
        }
        Committed::Refused(_) => (Invariant::refusals_are_true, false),
        Committed::Broken => (Invariant::every_waiter_is_answered, cannot_be_written(check_in)),
        Committed::Away => (Invariant::every_waiter_is_answered, false),
    };
    store.holds(invariant, is_so, || format!("{slot:?} was told {told:?}; stored is {stored:?}"));
    store.happened(match told {
        Committed::Recorded(_) => "recorded",
        Committed::Already(_) => "already recorded",
        Committed::Refused(refusals::CAP_REACHED) => "cap reached",
        Committed::Refused(_) => "device in use",
        Committed::Broken => "broken",
        Committed::Away => "sent away",
    });
}

/// A check-in as the check-in pipeline would make it, with an id of its own.
pub(super) fn check_in(slot: Slot, at: Timestamp, device: Option<Device>) -> NewCheckIn {
    let scan = |device| Evidence {
        screen: ScreenNumber(1),
        step: 1,
        code_age_ms: 100,
        device,
        network: Network([1; 8]),
    };
    NewCheckIn {
        id: Uuid::from_u128(u128::from(shuttle::rand::RngCore::next_u64(&mut shuttle::rand::thread_rng()))),
        slot,
        others: None,
        at,
        basis: device.map_or_else(
            || Basis::Assisted { by: AccountId(1), reason: "手机没电".to_owned() },
            |device| Basis::Scan(scan(device), Handover::default()),
        ),
        client: ClientKind::H5,
        scene: None,
        approved_afterwards: false,
    }
}
