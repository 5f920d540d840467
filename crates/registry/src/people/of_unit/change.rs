//! What a unit changes of a person's work: department, title, specialty, and whether they take part. By version, under the
//! person's lock, with before and after in the log.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgPool;
use utoipa::ToSchema;

use super::person::Person;
use super::{Error, sql};
use crate::entered::{SpecialtyText, given, read_specialty};
use crate::people::titles;
use crate::title::{TitleLevel, TitleSeries, title};
use crate::units::lies_below;
use zaichang_core::clock::Clock;
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_platform::auth::Account;
use zaichang_platform::change::{Change, Current, Outcome};
use zaichang_platform::http::{IfMatch, Problem};

/// What is to stand from now on; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "what is left out stays, null takes it away")]
pub(super) struct PersonChange {
    /// An open one of the person's unit, at whatever depth; null where there is none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<UnitId>)]
    department_id: Option<Option<UnitId>>,
    title_series: Option<TitleSeries>,
    title_level: Option<TitleLevel>,
    /// Since when the title in force holds: puts its day right. A new title is another act.
    #[schema(value_type = Option<String>, format = Date)]
    title_from: Option<Date>,
    #[schema(value_type = Option<String>, max_length = 60, example = "心血管内科")]
    specialty: Option<SpecialtyText>,
    /// Whether they take part in CME.
    takes_part: Option<bool>,
}

/// The same, checked.
#[expect(clippy::option_option, reason = "what is left out stays, null takes it away")]
pub(super) struct ValidWork {
    department: Option<Option<UnitId>>,
    series: Option<TitleSeries>,
    level: Option<TitleLevel>,
    title_from: Option<Date>,
    specialty: Option<String>,
    takes_part: Option<bool>,
}

impl PersonChange {
    pub fn read(self, today: Date) -> Result<ValidWork, Problem> {
        let title_from =
            self.title_from.map(|day| titles::first_day("title_from", day, today)).transpose()?;
        Ok(ValidWork {
            department: self.department_id,
            series: self.title_series,
            level: self.title_level,
            title_from,
            specialty: self.specialty.as_deref().map(read_specialty).transpose()?,
            takes_part: self.takes_part,
        })
    }
}

impl ValidWork {
    /// The person as they stand afterwards, but for the department.
    fn applied_to(&self, person: &Person) -> Result<Person, Error> {
        let mut after = person.clone();
        if self.series.is_some() || self.level.is_some() {
            let series = self.series.or(person.titled.map(|(series, _)| series));
            let level = self.level.or(person.titled.map(|(_, level)| level));
            let series = series.ok_or(Error::HalfATitle("title_series"))?;
            let level = level.ok_or(Error::HalfATitle("title_level"))?;
            if person.titled != Some((series, level)) {
                after.titled = Some((series, level));
                title(series, level).clone_into(&mut after.title);
            }
        }
        if self.title_from.is_some() {
            after.titled.ok_or(Error::HalfATitle("title_series"))?;
            after.title_from = self.title_from;
        }
        if let Some(specialty) = &self.specialty {
            after.specialty.clone_from(specialty);
        }
        after.takes_part = self.takes_part.unwrap_or(person.takes_part);
        Ok(after)
    }
}

/// The person under their lock, or how they stand if they were seen otherwise. What the route has proved may be old: meanwhile the
/// person may be another unit's.
pub(in crate::people) async fn locked(
    change: &mut Change<'_>,
    id: PersonId,
    seen: &IfMatch,
    above: UnitId,
) -> Result<Outcome<Person>, Error> {
    let outcome = change.lock::<Person>(id.0, seen).await?.ok_or(Error::NotFound)?;
    let (Ok(person) | Err(Current { row: person, .. })) = &outcome;
    let unit = person.unit.id;
    if !lies_below(change.connection(), unit, above).await? {
        return Err(Error::NotFound);
    }
    // Who it is from now on has a row of their own.
    if matches!(&outcome, Ok(person) if person.merged_into.is_some()) {
        Err(Error::IsMerged)
    } else {
        Ok(outcome)
    }
}

/// Changes a person of the version that the writer has seen; gives them as they stand if that is another.
pub(super) async fn change(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: PersonId,
    seen: &IfMatch,
    wanted: &ValidWork,
) -> Result<Outcome<Person>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    // Before the person, as who closes units does; judged only afterwards.
    let department = match wanted.department.flatten() {
        Some(id) => sql::hold_department(change.connection(), id, by.unit.id).await?,
        None => None,
    };
    let before = match locked(&mut change, id, seen, by.unit.id).await? {
        Ok(person) => person,
        standing => return Ok(standing),
    };
    let mut after = wanted.applied_to(&before)?;
    match wanted.department {
        Some(None) => after.department = None,
        // The one that stands may be closed by now: it stays.
        Some(Some(id)) if before.department.as_ref().is_none_or(|stands| stands.id != id) => {
            let department = department.ok_or(Error::NoSuchDepartment)?;
            if !lies_below(change.connection(), department.id, before.unit.id).await? {
                return Err(Error::NoSuchDepartment);
            }
            after.department = Some(department);
        }
        Some(Some(_)) | None => {}
    }
    let (stood, stands) = (facts(&before), facts(&after));
    // What changes nothing is no act.
    if stood == stands {
        return Ok(Ok(before));
    }
    if (before.titled, before.title_from) != (after.titled, after.title_from) {
        titles::correct(&mut change, &before, &after).await?;
    }
    sql::keep(change.connection(), &after).await?;
    change.record("change_person", &after, json!({ "before": stood, "after": stands })).await?;
    Ok(Ok(change.commit_row(after).await?))
}

/// What may be changed, as the log tells it.
fn facts(person: &Person) -> Value {
    json!({
        "department": person.department.as_ref().map(|department| &department.name),
        "title": person.title,
        "title_series": person.titled.map(|(series, _)| series),
        "title_level": person.titled.map(|(_, level)| level),
        "title_from": person.title_from,
        "specialty": person.specialty,
        "takes_part": person.takes_part,
    })
}
