//! Which of those that were chosen are judged, whatever stands.

use proptest::prelude::*;

use super::*;
use crate::change::LastChange;
use crate::http::Version;

#[derive(Debug)]
struct Row {
    id: i64,
    version: Version,
}

impl Changeable for Row {
    const NOUN: &'static str = "row";

    fn id(&self) -> i64 {
        self.id
    }

    fn version(&self) -> Version {
        self.version
    }

    async fn read(_: &mut PgConnection, _: &[i64]) -> sqlx::Result<Vec<Self>> {
        unreachable!("nothing is read here")
    }

    async fn lock(_: &mut PgConnection, _: &[i64]) -> sqlx::Result<()> {
        unreachable!("nothing is locked here")
    }

    async fn last_change(_: &mut PgConnection, _: i64) -> sqlx::Result<LastChange> {
        unreachable!("nothing is read here")
    }
}

/// How one that was chosen stands.
#[derive(Clone, Copy, Debug)]
enum Stands {
    AsSeen,
    Changed,
    Unreadable,
    Gone,
}

proptest! {
    #[test]
    fn each_that_was_chosen_is_judged_or_left_with_its_reason(
        chosen in proptest::collection::vec(
            prop_oneof![Just(Stands::AsSeen), Just(Stands::Changed), Just(Stands::Unreadable), Just(Stands::Gone)], 0..50
        ),
        shuffle in any::<bool>(),
    ) {
        let seen = |id: i64| Chosen { id, version: Version(id + 7) };
        let chosen: HashMap<i64, Stands> = (0..).zip(chosen).collect();
        let mut asked: Vec<_> = chosen.keys().copied().map(seen).collect();
        asked.sort_unstable();
        let mut found: Vec<Found<Row>> = chosen.iter().filter_map(|(id, stands)| {
            let Chosen { id, version } = seen(*id);
            let row = match stands {
                Stands::AsSeen => Ok(Row { id, version }),
                Stands::Changed => Ok(Row { id, version: Version(version.0 + 1) }),
                Stands::Unreadable => Err(refusals::INTERNAL.into()),
                Stands::Gone => return None,
            };
            Some((id, row))
        }).collect();
        if shuffle {
            found.reverse();
        }
        let (rows, left) = as_seen(&asked, found);
        prop_assert_eq!(rows.len() + left.len(), chosen.len());
        prop_assert!(rows.iter().all(|row| matches!(chosen[&row.id], Stands::AsSeen)));
        for left in left {
            let expected = match chosen[&left.id] {
                Stands::AsSeen => None,
                Stands::Changed => Some(refusals::CHANGED_MEANWHILE),
                Stands::Unreadable => Some(refusals::INTERNAL),
                Stands::Gone => Some(refusals::NOT_FOUND),
            };
            prop_assert_eq!(Some(left.problem.refusal), expected);
            prop_assert_eq!(left.row.is_some(), expected == Some(refusals::CHANGED_MEANWHILE));
        }
    }
}
