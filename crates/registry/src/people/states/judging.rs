//! What a verdict on changes of state does, one or several at once, and what its preview counts. The kit says which are judged.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use sqlx::{PgConnection, query_scalar};
use utoipa::ToSchema;

use super::act::approve;
use super::effects::Row;
use super::entry::StateChange;
use super::{Error, act, sql, subject};
use crate::people::of_unit::{self, Person};
use crate::people::standing::{State, States};
use zaichang_core::clock::day_of;
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_platform::change::{Change, Changeable, LastChange};
use zaichang_platform::http::Version;
use zaichang_platform::review::{self as kit, Found, Judging, Refused, Review, Step, StepRequest, StepWord};

/// A person and the newest change of their state: it is judged by the person's version.
#[derive(Clone, Debug)]
pub(super) struct Changing {
    pub person: Person,
    pub review: Review<StateChange>,
}

/// Those of these people whose state was ever to be changed, each as far as it can be read, in any order.
pub(super) async fn each(
    connection: &mut PgConnection,
    ids: &[i64],
) -> sqlx::Result<Vec<(PersonId, sqlx::Result<Changing>)>> {
    let people = of_unit::each(&mut *connection, ids).await?;
    let reviews = kit::newest::<StateChange>(connection, subject(PersonId(0)).noun, ids).await?;
    let mut reviews: HashMap<_, _> = reviews.into_iter().collect();
    let changes = people.into_iter().filter_map(|(id, person)| {
        let review = reviews.remove(&id.0)?;
        let changing = || Ok(Changing { person: person?, review: review? });
        Some((id, changing()))
    });
    Ok(changes.collect())
}

impl Changeable for Changing {
    const NOUN: &'static str = Person::NOUN;

    fn id(&self) -> i64 {
        self.person.id.0
    }

    fn version(&self) -> Version {
        self.person.version
    }

    async fn read(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<Self>> {
        each(connection, ids).await?.into_iter().map(|(_, row)| row).collect()
    }

    async fn lock(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<()> {
        Person::lock(connection, ids).await
    }

    async fn last_change(connection: &mut PgConnection, id: i64) -> sqlx::Result<LastChange> {
        Person::last_change(connection, id).await
    }
}

/// Changes of state as they are judged.
pub(super) struct StateReviews;

impl Judging for StateReviews {
    const NOUN: &'static str = subject(PersonId(0)).noun;
    type Row = Changing;
    type Error = Error;

    async fn below(
        &self,
        connection: &mut PgConnection,
        ids: &[i64],
        above: UnitId,
    ) -> sqlx::Result<Vec<i64>> {
        let below = query_scalar!(
            "with units as materialized (select distinct unit_id from people where id = any($1))
             select id from people
             where id = any($1) and unit_id in (select unit_id from units where $2 in (select unit_and_above(unit_id)))
                 and exists (select from reviews where noun = 'person_state' and noun_id = people.id)",
            ids,
            above.0,
        );
        below.fetch_all(connection).await
    }

    async fn read_each(
        &self,
        connection: &mut PgConnection,
        ids: &[i64],
    ) -> Result<Vec<Found<Changing>>, Error> {
        let rows = each(connection, ids).await?.into_iter();
        Ok(rows.map(|(id, row)| (id.0, row.map_err(|error| Error::from(error).into()))).collect())
    }

    async fn refused(
        &self,
        connection: &mut PgConnection,
        asked: &StepRequest<'_>,
        rows: &[Changing],
    ) -> Result<Vec<Refused>, Error> {
        let ids: Vec<_> = rows.iter().map(Changing::id).collect();
        let mut stand: HashMap<i64, Vec<Row>> = HashMap::new();
        if asked.step == StepWord::Approve {
            for (person, row) in sql::rows_of_all(connection, &ids).await? {
                stand.entry(person).or_default().push(row);
            }
        }
        let refused = rows.iter().filter_map(|Changing { person, review }| {
            let stand = stand.remove(&person.id.0).unwrap_or_default();
            Some((person.id.0, may_be_judged(person, review, stand, asked).err()?.into()))
        });
        Ok(refused.collect())
    }

    async fn take(
        &self,
        change: &mut Change<'_>,
        rows: Vec<Changing>,
        step: &Step,
    ) -> Result<Vec<Refused>, Error> {
        for Changing { person, review } in rows {
            let (stood, now_in) = match step {
                Step::Approve => {
                    let (stood, now_in) = approve(change, &person, &review.after).await?;
                    (Some(stood), Some(now_in))
                }
                _ => (None, None),
            };
            act::take(change, &person, review, step.clone(), stood, now_in).await?;
        }
        Ok(Vec::new())
    }
}

/// Whether it may be judged as it stands, beside the states that its person has by their days.
fn may_be_judged(
    person: &Person,
    review: &Review<StateChange>,
    stand: Vec<Row>,
    asked: &StepRequest<'_>,
) -> Result<(), Error> {
    // Who it is from now on has a row of their own.
    if person.merged_into.is_some() {
        return Err(of_unit::Error::IsMerged.into());
    }
    review.state.admits(asked.step).map_err(Error::NotNow)?;
    if asked.step == StepWord::Approve {
        let stand = match person.states {
            States::WithoutDays(_) => act::without_days(person, day_of(asked.now)),
            States::Dated(_) => stand,
        };
        review.after.wanted().effects(&stand)?;
    }
    Ok(())
}

/// Figures of the changes on which a verdict would be given.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonStateNumbers)]
pub(super) struct Numbers {
    /// Of how many units their people are.
    #[schema(minimum = 0)]
    units: usize,
    /// How many of them are to be cancelled: they can neither log in nor check in then.
    #[schema(minimum = 0)]
    cancelled: usize,
}

impl Numbers {
    pub fn of(rows: &[Changing]) -> Self {
        let units: BTreeSet<_> = rows.iter().map(|row| row.person.unit.id).collect();
        let cancelled = rows.iter().filter(|row| row.review.after.state == State::Cancelled).count();
        Self { units: units.len(), cancelled }
    }
}
