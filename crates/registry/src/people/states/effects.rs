//! What a change of state does to the states that stand: which end before their time, which it replaces, and where the two cannot
//! stand together. Pure.

use jiff::civil::Date;

use crate::people::standing::{Held, State};

/// A state that covers its days, by its row; 0 of one that has no row yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub id: i64,
    pub held: Held,
}

/// What is asked for, read: the state from its first day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RequestedState {
    pub state: State,
    pub from: Date,
    pub to: Option<Date>,
}

/// What becomes of the states that stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Effects {
    /// These end with this day.
    pub end: Vec<(Row, Date)>,
    /// These hold no longer at all.
    pub replace: Vec<Row>,
}

/// Why it cannot stand beside what stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::people) enum Conflict {
    /// The person is in this state already.
    AlreadySo,
    /// On some of its days another state holds that has an end of its own, or the registration is cancelled; or it would take the
    /// days behind its last one from a state of its own kind.
    Overlaps,
    /// The person is cancelled on its first day.
    IsCancelled,
}

impl RequestedState {
    /// 正常 ends what holds on its first day. 注销 ends it, too, and replaces what was to come. A period takes the place of others of
    /// its own kind, so that its days can be put right, and ends one of another kind that has begun and has no end. It is shorter than
    /// one of its kind only if it begins with it.
    pub fn effects(&self, rows: &[Row]) -> Result<Effects, Conflict> {
        let stands = rows.iter().find(|row| row.held.covers(self.from));
        let mut effects = Effects::default();
        match self.state {
            State::Normal => effects.give_way(stands.ok_or(Conflict::AlreadySo)?, self.from),
            State::Cancelled if stands.is_some_and(|row| row.held.state == State::Cancelled) => {
                return Err(Conflict::AlreadySo);
            }
            State::Cancelled => rows
                .iter()
                .filter(|row| row.held.to.is_none_or(|to| to >= self.from))
                .for_each(|row| effects.give_way(row, self.from)),
            State::Maternity | State::Exempt | State::NotInPost => {
                if stands.is_some_and(|row| row.held.state == State::Cancelled) {
                    return Err(Conflict::IsCancelled);
                }
                for row in rows.iter().filter(|row| self.meets(&row.held)) {
                    let own = row.held.state == self.state;
                    if own && row.held.from == Some(self.from) && row.held.to == self.to {
                        return Err(Conflict::AlreadySo);
                    }
                    let runs = row.held.to.is_none()
                        && row.held.from.is_none_or(|from| from < self.from)
                        && row.held.state != State::Cancelled;
                    // What it covered behind the new last day would be without a state: it is shortened only by giving its first day again.
                    let goes_on = self.to.is_some_and(|to| row.held.to.is_none_or(|last| last > to));
                    let loses = own && goes_on && row.held.from != Some(self.from);
                    if loses || !own && !runs {
                        return Err(Conflict::Overlaps);
                    }
                    effects.give_way(row, self.from);
                }
            }
        }
        Ok(effects)
    }

    /// Whether the two have a day in common.
    fn meets(&self, other: &Held) -> bool {
        self.to.is_none_or(|to| other.from.is_none_or(|from| from <= to))
            && other.to.is_none_or(|to| to >= self.from)
    }
}

impl Effects {
    /// The row ends the day before this one; as a whole, if it has not begun by then.
    fn give_way(&mut self, row: &Row, day: Date) {
        match day.yesterday() {
            Ok(last) if row.held.from.is_none_or(|from| from <= last) => self.end.push((*row, last)),
            _ => self.replace.push(*row),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use State::{Cancelled, Exempt, Maternity, Normal, NotInPost};

    fn row(id: i64, state: State, from: Option<Date>, to: Option<Date>) -> Row {
        Row { id, held: Held { state, from, to } }
    }

    fn wanted(state: State, from: Date, to: Option<Date>) -> RequestedState {
        RequestedState { state, from, to }
    }

    type Ids = (Vec<(i64, Date)>, Vec<i64>);

    fn ids(effects: Effects) -> Ids {
        let ends = effects.end.into_iter().map(|(row, last)| (row.id, last)).collect();
        (ends, effects.replace.into_iter().map(|row| row.id).collect())
    }

    #[test]
    fn each_change_ends_or_replaces_what_it_may_and_says_what_stands_against_it() {
        let (march, may, june) = (date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 1));
        let open = row(1, NotInPost, Some(date(2026, 1, 1)), None);
        let leave = row(2, Maternity, Some(march), Some(may));
        let gone = row(3, Cancelled, Some(june), None);
        let unknown = row(0, Exempt, None, None);
        let none: Ids = (vec![], vec![]);
        let april = date(2026, 4, 1);
        let table: Vec<(Vec<Row>, RequestedState, Result<Ids, Conflict>)> = vec![
            (vec![], wanted(Maternity, march, Some(may)), Ok(none.clone())),
            (vec![], wanted(Normal, march, None), Err(Conflict::AlreadySo)),
            (vec![leave], wanted(Normal, june, None), Err(Conflict::AlreadySo)),
            (vec![leave], wanted(Normal, april, None), Ok((vec![(2, date(2026, 3, 31))], vec![]))),
            // What begins on that day has never held.
            (vec![leave], wanted(Normal, march, None), Ok((vec![], vec![2]))),
            (vec![gone], wanted(Normal, june, None), Ok((vec![], vec![3]))),
            (vec![gone], wanted(Normal, date(2026, 7, 1), None), Ok((vec![(3, date(2026, 6, 30))], vec![]))),
            // One without an end gives way to a period; one with an end does not, unless it is of the same kind.
            (vec![open], wanted(Maternity, march, Some(may)), Ok((vec![(1, date(2026, 2, 28))], vec![]))),
            (vec![unknown], wanted(Maternity, march, Some(may)), Ok((vec![(0, date(2026, 2, 28))], vec![]))),
            (vec![open], wanted(Maternity, date(2026, 1, 1), Some(may)), Err(Conflict::Overlaps)),
            (vec![leave], wanted(Exempt, april, None), Err(Conflict::Overlaps)),
            (vec![leave], wanted(Exempt, date(2026, 2, 1), Some(march)), Err(Conflict::Overlaps)),
            (vec![leave], wanted(Exempt, june, None), Ok(none.clone())),
            (vec![leave], wanted(Maternity, march, Some(june)), Ok((vec![], vec![2]))),
            (vec![leave], wanted(Maternity, april, Some(june)), Ok((vec![(2, date(2026, 3, 31))], vec![]))),
            (vec![leave], wanted(Maternity, march, Some(may)), Err(Conflict::AlreadySo)),
            // One of its kind is made longer at both ends, or shorter from its own first day; no day of another is lost.
            (vec![leave], wanted(Maternity, date(2026, 2, 1), Some(june)), Ok((vec![], vec![2]))),
            (vec![leave], wanted(Maternity, march, Some(april)), Ok((vec![], vec![2]))),
            (vec![leave], wanted(Maternity, date(2026, 3, 2), Some(april)), Err(Conflict::Overlaps)),
            (vec![leave], wanted(Maternity, date(2026, 2, 1), Some(april)), Err(Conflict::Overlaps)),
            (vec![open], wanted(NotInPost, march, Some(may)), Err(Conflict::Overlaps)),
            (vec![open], wanted(NotInPost, date(2026, 1, 1), Some(may)), Ok((vec![], vec![1]))),
            (vec![unknown], wanted(Exempt, march, Some(may)), Err(Conflict::Overlaps)),
            (vec![unknown], wanted(Exempt, march, None), Ok((vec![(0, date(2026, 2, 28))], vec![]))),
            // Who is cancelled is so until they are 正常 again.
            (vec![gone], wanted(Exempt, june, None), Err(Conflict::IsCancelled)),
            (vec![gone], wanted(Exempt, april, None), Err(Conflict::Overlaps)),
            (vec![gone], wanted(Exempt, april, Some(may)), Ok(none)),
            (vec![gone], wanted(Cancelled, date(2026, 8, 1), None), Err(Conflict::AlreadySo)),
            (vec![leave, gone], wanted(Cancelled, april, None), Ok((vec![(2, date(2026, 3, 31))], vec![3]))),
            (vec![unknown], wanted(Cancelled, april, None), Ok((vec![(0, date(2026, 3, 31))], vec![]))),
        ];
        for (rows, wanted, expected) in table {
            assert_eq!(wanted.effects(&rows).map(ids), expected, "{rows:?} {wanted:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_approved_one_after_the_other_no_day_has_two_states(
            changes in proptest::collection::vec((0..5_usize, 0..60_i64, proptest::option::of(0..30_i64)), 0..30)
        ) {
            let mut rows: Vec<Row> = Vec::new();
            let first = date(2026, 1, 1);
            let day = |number: i64| first.checked_add(jiff::Span::new().days(number)).unwrap();
            for (id, (state, from, length)) in (1..).zip(changes) {
                let state = [Normal, Maternity, Exempt, NotInPost, Cancelled][state];
                let ends = !matches!(state, Normal | Cancelled);
                let wanted = wanted(state, day(from), length.filter(|_| ends).map(|length| day(from + length)));
                let Ok(effects) = wanted.effects(&rows) else { continue };
                rows.retain(|row| !effects.replace.contains(row));
                for (ended, last) in effects.end {
                    rows.iter_mut().filter(|row| **row == ended).for_each(|row| row.held.to = Some(last));
                }
                if state != Normal {
                    rows.push(Row { id, held: Held { state, from: Some(wanted.from), to: wanted.to } });
                }
                for number in 0..100 {
                    let held = rows.iter().filter(|row| row.held.covers(day(number))).count();
                    proptest::prop_assert!(held <= 1, "{number} {rows:?}");
                }
                let now = rows.iter().find(|row| row.held.covers(wanted.from)).map_or(Normal, |row| row.held.state);
                proptest::prop_assert_eq!(now, state);
            }
        }
    }
}
