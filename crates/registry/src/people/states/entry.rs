//! A change of state as it is asked for, and as it stands in its review. Read and checked at the edge, pure.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::effects::{RequestedState, Row};
use crate::people::standing::State;
use zaichang_platform::http::{Problem, Text};
use zaichang_platform::review::Reason;

/// The longest maternity leave, in days.
const LONGEST_LEAVE: i32 = 366;
/// How many years back a first day may lie, and how many ahead.
const YEARS_BACK: i16 = 3;
const YEARS_AHEAD: i16 = 1;
/// How many years later the last day may lie.
const LONGEST: i16 = 10;

/// A state that a person is to have, from a day on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPersonStateChange)]
pub(super) struct NewChange {
    state: State,
    /// Its first day: of the last three years or the next one, or that of a state of its kind that stands.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Its last day: required of `maternity`, left out where there is no end yet; `normal` and `cancelled` have none.
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// Why, 2 to 200 characters: the authority reads it.
    #[schema(value_type = String, min_length = 2, max_length = 200, example = "产假证明已核对")]
    reason: Text<400>,
}

/// A change of state as it is proposed, submitted and judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PersonStateChange)]
pub(super) struct StateChange {
    pub state: State,
    /// Both days are included.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    pub reason: String,
}

impl NewChange {
    pub fn read(&self) -> Result<StateChange, Problem> {
        let Self { state, from, to, .. } = *self;
        let wrong = |explanation: &'static str| Err(Problem::field("to", explanation));
        match (state, to) {
            (State::Normal | State::Cancelled, Some(_)) => {
                return wrong("this state has no last day: another change ends it");
            }
            (State::Maternity, None) => return wrong("maternity leave has a last day"),
            (_, Some(to)) if to < from => return wrong("it is not before the first day"),
            (State::Maternity, Some(to)) if days(from, to) > LONGEST_LEAVE => {
                return wrong("maternity leave is 366 days at most");
            }
            (_, Some(to)) if to.year() > from.year() + LONGEST => {
                return wrong("it is within ten years of the first day");
            }
            _ => {}
        }
        let reason = Reason::read(&self.reason)?.into();
        Ok(StateChange { state, from, to, reason })
    }
}

/// How many days these are, both included.
fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days().saturating_add(1))
}

/// The years in which the first day may lie.
pub(super) fn years(today: Date) -> RangeInclusive<i16> {
    today.year() - YEARS_BACK..=today.year() + YEARS_AHEAD
}

impl StateChange {
    /// Whether its first day lies near enough, or is that of a state of its kind whose days it puts right, however old that is.
    pub fn begins_in_time(&self, today: Date, rows: &[Row]) -> bool {
        let repeats = |row: &Row| (row.held.state, row.held.from) == (self.state, Some(self.from));
        years(today).contains(&self.from.year()) || rows.iter().any(repeats)
    }

    pub const fn wanted(&self) -> RequestedState {
        RequestedState { state: self.state, from: self.from, to: self.to }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::people::standing::Held;

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let read = |json: &str| serde_json::from_str::<NewChange>(json).unwrap().read();
        let leave = read(
            r#"{"state":"maternity","from":"2026-10-01","to":"2027-03-07","reason":" 产假证明已核对 "}"#,
        );
        let leave = leave.unwrap();
        assert_eq!((leave.to, leave.reason.as_str()), (Some(date(2027, 3, 7)), "产假证明已核对"));
        for fits in [
            r#"{"state":"maternity","from":"2027-01-01","to":"2028-01-01","reason":"产假"}"#,
            r#"{"state":"exempt","from":"2023-01-01","reason":"已退休返聘"}"#,
            r#"{"state":"not_in_post","from":"2026-01-01","to":"2036-12-31","reason":"外出进修"}"#,
            r#"{"state":"cancelled","from":"2027-12-31","to":null,"reason":"已离职"}"#,
            r#"{"state":"normal","from":"2026-11-30","reason":"返岗"}"#,
        ] {
            assert!(read(fits).is_ok(), "{fits}");
        }
        for (wrong, field) in [
            (r#"{"state":"maternity","from":"2026-10-01","reason":"产假"}"#, "to"),
            (r#"{"state":"maternity","from":"2027-01-01","to":"2028-01-02","reason":"产假"}"#, "to"),
            (r#"{"state":"exempt","from":"2026-10-02","to":"2026-10-01","reason":"退休"}"#, "to"),
            (r#"{"state":"exempt","from":"2026-10-02","to":"2037-01-01","reason":"退休"}"#, "to"),
            (r#"{"state":"exempt","from":"2026-10-02","to":"9999-01-01","reason":"退休"}"#, "to"),
            (r#"{"state":"normal","from":"2026-10-02","to":"2026-10-03","reason":"返岗"}"#, "to"),
            (r#"{"state":"cancelled","from":"2026-10-02","to":"2026-10-03","reason":"离职"}"#, "to"),
            (r#"{"state":"cancelled","from":"2026-10-02","reason":"离"}"#, "reason"),
            (r#"{"state":"cancelled","from":"2026-10-02","reason":"联系 13800001234"}"#, "reason"),
        ] {
            assert_eq!(read(wrong).unwrap_err().field.as_deref(), Some(field), "{wrong}");
        }
    }

    #[test]
    fn a_first_day_is_near_or_that_of_a_state_of_its_kind() {
        let change =
            |state, from| StateChange {
                state, from, to: Some(date(2027, 6, 30)), reason: "外出进修".into()
            };
        let old = date(2022, 9, 1);
        let held = Held { state: State::NotInPost, from: Some(old), to: Some(date(2028, 8, 31)) };
        let (rows, today) = ([Row { id: 1, held }], date(2026, 11, 30));
        for (state, from, fits) in [
            (State::NotInPost, date(2022, 12, 31), false),
            (State::NotInPost, date(2023, 1, 1), true),
            (State::NotInPost, date(2027, 12, 31), true),
            (State::NotInPost, date(2028, 1, 1), false),
            (State::NotInPost, old, true),
            (State::Exempt, old, false),
        ] {
            assert_eq!(change(state, from).begins_in_time(today, &rows), fits, "{from}");
        }
    }
}
