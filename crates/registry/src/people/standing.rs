//! Whether a person may take part: registered and approved by their unit, and not cancelled on the day. Pure.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

use crate::people::refusals;
use zaichang_core::clock::day_of;
use zaichang_core::ids::PersonId;
use zaichang_platform::http::Refusal;

/// How far the unit's review of a registration is: the words of the constraint `person_registration_is_known`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = PersonRegistration)]
pub enum Registration {
    /// 单位待审
    Pending,
    /// 单位审核不过
    Rejected,
    /// 单位审核通过
    Approved,
}

/// The person's state: the words of the constraint `person_state_of_days_is_known`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = PersonState)]
pub enum State {
    /// 正常
    Normal,
    /// 产假
    Maternity,
    /// 不计达标: may attend, is not measured against the standard.
    Exempt,
    /// 非工作岗位: may attend, as above.
    NotInPost,
    /// 注销
    Cancelled,
}

impl State {
    /// The word in SQL and JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// What a release that knows no days is told in its place: it does not know 非工作岗位.
    pub(super) const fn without_days(self) -> Self {
        match self {
            Self::NotInPost => Self::Exempt,
            known => known,
        }
    }
}

/// A state and the days that it covers, both included; none where it has no known first day, or no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub state: State,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

impl Held {
    pub fn covers(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// In which states a person is. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum States {
    /// This one; from when was not entered.
    WithoutDays(State),
    /// Each on its days, in their order; 正常 on every other.
    Dated(Arc<[Held]>),
}

impl States {
    /// What is not 正常 on this day.
    pub fn held_on(&self, day: Date) -> Option<Held> {
        match self {
            Self::WithoutDays(State::Normal) => None,
            Self::WithoutDays(state) => Some(Held { state: *state, from: None, to: None }),
            Self::Dated(held) => held.iter().copied().find(|held| held.covers(day)),
        }
    }

    pub fn on(&self, day: Date) -> State {
        self.held_on(day).map_or(State::Normal, |held| held.state)
    }
}

/// What merges of people who were registered twice have made of a row. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Merged {
    /// Nothing, as of nearly everybody.
    #[default]
    No,
    /// It is this one's from now on, and opens no login and no check-in.
    Into(PersonId),
    /// It has the records of these as well.
    With(Arc<[PersonId]>),
}

impl Merged {
    /// As a row and the query beside it say.
    pub(super) fn of(into: Option<i64>, with: Vec<i64>) -> Self {
        match into {
            Some(into) => Self::Into(PersonId(into)),
            None if with.is_empty() => Self::No,
            None => Self::With(with.into_iter().map(PersonId).collect()),
        }
    }

    /// Those whose records are this one's as well.
    pub fn others(&self) -> Option<&Arc<[PersonId]>> {
        match self {
            Self::With(others) => Some(others),
            Self::No | Self::Into(_) => None,
        }
    }
}

/// All together: what admission asks of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub registration: Registration,
    pub states: States,
    pub merged: Merged,
    /// When the unit approved the registration; none where that is not known, and of who has been approved all along.
    pub approved_at: Option<Timestamp>,
}

/// Why a person may not take part.
pub const NOT_ADMITTED: &[Refusal] =
    &[refusals::PERSON_INACTIVE, refusals::PERSON_NOT_APPROVED, refusals::PERSON_MERGED];

impl Standing {
    /// Whether this person may log in or check in at that instant.
    pub fn admits(&self, at: Timestamp) -> Result<(), Refusal> {
        if matches!(self.merged, Merged::Into(_)) {
            return Err(refusals::PERSON_MERGED);
        }
        match (self.states.on(day_of(at)), self.registration) {
            (State::Cancelled, _) => Err(refusals::PERSON_INACTIVE),
            (_, Registration::Pending | Registration::Rejected) => Err(refusals::PERSON_NOT_APPROVED),
            (State::Normal | State::Maternity | State::Exempt | State::NotInPost, Registration::Approved) => {
                Ok(())
            }
        }
    }

    /// Whether the unit had approved the registration by then.
    pub fn was_approved(&self, at: Timestamp) -> bool {
        self.registration == Registration::Approved
            && self.approved_at.is_none_or(|approved_at| approved_at < at)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn only_approved_people_who_are_not_cancelled_may_take_part() {
        use {Registration as R, State as S};
        let table = [
            (R::Approved, S::Normal, Ok(())),
            (R::Approved, S::Maternity, Ok(())),
            (R::Approved, S::Exempt, Ok(())),
            (R::Approved, S::NotInPost, Ok(())),
            (R::Approved, S::Cancelled, Err(refusals::PERSON_INACTIVE)),
            (R::Pending, S::Normal, Err(refusals::PERSON_NOT_APPROVED)),
            (R::Rejected, S::Normal, Err(refusals::PERSON_NOT_APPROVED)),
            (R::Pending, S::Cancelled, Err(refusals::PERSON_INACTIVE)),
        ];
        for (registration, state, expected) in table {
            let states = States::WithoutDays(state);
            let standing = Standing { registration, states, merged: Merged::No, approved_at: None };
            let admitted = standing.admits(Timestamp::UNIX_EPOCH);
            assert_eq!(admitted, expected, "{registration:?} {state:?}");
            assert!(admitted.err().is_none_or(|refusal| NOT_ADMITTED.contains(&refusal)));
        }
    }

    #[test]
    fn nobody_takes_part_by_a_row_that_was_merged_and_who_it_was_merged_into_does() {
        let states = States::WithoutDays(State::Normal);
        let table = [
            (Merged::of(None, vec![]), Ok(())),
            (Merged::of(None, vec![7, 8]), Ok(())),
            (Merged::of(Some(9), vec![]), Err(refusals::PERSON_MERGED)),
        ];
        for (merged, expected) in table {
            let states = states.clone();
            let standing =
                Standing { registration: Registration::Approved, states, merged, approved_at: None };
            assert_eq!(standing.admits(Timestamp::UNIX_EPOCH), expected);
        }
        assert_eq!(Merged::of(None, vec![7]).others().map(|others| others.to_vec()), Some(vec![PersonId(7)]));
    }

    #[test]
    fn a_state_begins_with_its_first_day_in_shanghai_and_ends_with_its_last() {
        let held = |state, from, to| Held { state, from, to };
        let states = States::Dated(Arc::new([
            held(State::Maternity, None, Some(date(2026, 3, 31))),
            held(State::Cancelled, Some(date(2026, 12, 1)), Some(date(2026, 12, 9))),
            held(State::Cancelled, Some(date(2027, 1, 1)), None),
        ]));
        for (day, expected) in [
            (date(1999, 1, 1), State::Maternity),
            (date(2026, 3, 31), State::Maternity),
            (date(2026, 4, 1), State::Normal),
            (date(2026, 12, 9), State::Cancelled),
            (date(2026, 12, 10), State::Normal),
            (date(2030, 1, 1), State::Cancelled),
        ] {
            assert_eq!(states.on(day), expected, "{day}");
        }
        let standing =
            Standing { registration: Registration::Approved, states, merged: Merged::No, approved_at: None };
        // Midnight in Shanghai is 16:00 UTC of the day before.
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(standing.admits(at("2026-11-30T15:59:59.999Z")), Ok(()));
        assert_eq!(standing.admits(at("2026-11-30T16:00:00Z")), Err(refusals::PERSON_INACTIVE));
        assert_eq!(standing.admits(at("2026-12-09T16:00:00Z")), Ok(()));
    }
}
