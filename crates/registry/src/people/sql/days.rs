//! People's standing, asked for in one statement: the days of their states are read beside their rows, and only of those whose states
//! have days.

use jiff::civil::Date;
use sqlx::types::Json;

use crate::people::Standing;
use crate::people::standing::{Held, Merged, States};
use zaichang_platform::db;

/// The days of a person's states beside their row: id, state, first and last day of each, in their order.
pub(in crate::people) type Days = Json<Vec<(i64, String, Option<Date>, Option<Date>)>>;

/// A query of people with their standing, which `standing` reads: what else is read of them, how the statement goes on behind
/// `from people`, and its arguments. Without days `people.state` says in which state somebody is.
macro_rules! query_with_standing {
    ($more:literal, $on:literal $(, $argument:expr)* $(,)?) => {
        ::sqlx::query!(
            r#"select people.id as "id!", registration as "registration!", people.state as "state!", case when states_dated then (
                       select coalesce(jsonb_agg(jsonb_build_array(days.id, days.state, first_day, last_day)
                           order by first_day nulls first), '[]')
                       from person_states days where person_id = people.id and holds
                   ) end as "days: crate::people::sql::Days", merged_into,
                   array(select merged.id from people merged where merged.merged_into = people.id) as "merged_with!""#
                + $more
                + " from people "
                + $on
            $(, $argument)*
        )
    };
}
pub(super) use query_with_standing;

/// A person's standing from the words of their row, as of somebody who was never merged.
pub(in crate::people) fn standing(
    id: i64,
    registration: &str,
    state: &str,
    days: Option<Days>,
) -> sqlx::Result<Standing> {
    let states = match days {
        None => States::WithoutDays(db::word("people", "state", id, state)?),
        Some(Json(days)) => {
            let held = days.into_iter().map(|(row, state, from, to)| {
                Ok(Held { state: db::word("person_states", "state", row, &state)?, from, to })
            });
            States::Dated(held.collect::<sqlx::Result<Vec<_>>>()?.into())
        }
    };
    let registration = db::word("people", "registration", id, registration)?;
    Ok(Standing { registration, states, merged: Merged::No, approved_at: None })
}
