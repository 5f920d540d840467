//! The days of people's states, read beside their rows: of those alone whose states have days, so that nobody else costs a query.

use std::collections::HashMap;

use sqlx::{PgExecutor, query};

use crate::people::Standing;
use crate::people::standing::{Held, States};
use zaichang_platform::db;

/// The states of some people, each as far as it can be read.
#[derive(Debug, Default)]
pub(in crate::people) struct DaysOfStates(HashMap<i64, sqlx::Result<Vec<Held>>>);

/// Reads the days of these people, by their ids and whether their states have days.
pub(in crate::people) async fn days_of_states(
    executor: impl PgExecutor<'_>,
    people: impl Iterator<Item = (i64, bool)>,
) -> sqlx::Result<DaysOfStates> {
    let dated: Vec<_> = people.filter_map(|(id, dated)| dated.then_some(id)).collect();
    if dated.is_empty() {
        return Ok(DaysOfStates::default());
    }
    let rows = query!(
        "select id, person_id, state, first_day, last_day from person_states
         where person_id = any($1) and holds order by person_id, first_day nulls first",
        &dated,
    );
    let mut days: HashMap<_, sqlx::Result<Vec<_>>> = HashMap::new();
    for row in rows.fetch_all(executor).await? {
        let held = db::word("person_states", "state", row.id, &row.state).map(|state| Held {
            state,
            from: row.first_day.map(jiff_sqlx::Date::to_jiff),
            to: row.last_day.map(jiff_sqlx::Date::to_jiff),
        });
        let of_person = days.entry(row.person_id).or_insert_with(|| Ok(Vec::new()));
        match (of_person.as_mut(), held) {
            (Ok(known), Ok(held)) => known.push(held),
            (Ok(_), Err(error)) => *of_person = Err(error),
            (Err(_), _) => {}
        }
    }
    Ok(DaysOfStates(days))
}

impl DaysOfStates {
    /// A person's standing from the words of their row. To be asked once of each person.
    pub fn standing(
        &mut self,
        id: i64,
        registration: &str,
        state: &str,
        dated: bool,
    ) -> sqlx::Result<Standing> {
        let states = if dated {
            States::Dated(self.0.remove(&id).transpose()?.unwrap_or_default().into())
        } else {
            States::WithoutDays(db::word("people", "state", id, state)?)
        };
        let registration = db::word("people", "registration", id, registration)?;
        Ok(Standing { registration, states, approved_at: None })
    }
}
