//! What a unit does about its people's titles: a new one from a day on, or an earlier one that was missing; and a wrong entry put right
//! or taken out. Each in a change under the person's lock, by the version that was seen. The title of the newest day is the one in
//! force.

use jiff::SignedDuration;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::Error;
use super::sql::{self, Entry, Title};
use crate::people::of_unit::{self, Person, locked};
use zaichang_core::clock::Clock;
use zaichang_core::ids::PersonId;
use zaichang_platform::auth::Account;
use zaichang_platform::change::{Change, Outcome};
use zaichang_platform::http::IfMatch;

/// Titles that stand of one person, at most.
const TITLES: usize = 50;
/// Titles of one person that are entered or put right in this time, at most: each is kept for good.
const ENTERED: i64 = 20;
const IN: SignedDuration = SignedDuration::from_hours(24);

/// Whether one more may be entered now.
async fn not_too_often(change: &mut Change<'_>, person: PersonId) -> sqlx::Result<bool> {
    let since = change.now() - IN;
    Ok(sql::entered_since(change.connection(), person, since).await? < ENTERED)
}

/// Enters a title beside those that stand.
pub(super) async fn add(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: PersonId,
    seen: &IfMatch,
    wanted: Title,
) -> Result<Outcome<Person>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let person = match locked(&mut change, id, seen, by.unit.id).await? {
        Ok(person) => person,
        standing => return Ok(standing),
    };
    let entries = stand(&mut change, id).await?;
    if entries.len() >= TITLES {
        return Err(Error::Full);
    }
    fits(&entries, &wanted)?;
    not_too_often(&mut change, id).await?.then_some(()).ok_or(Error::TooOften)?;
    if may_be_of_before(&entries, &wanted) {
        return Err(Error::DayUnknown);
    }
    let now = change.now();
    sql::enter(change.connection(), id, &wanted, by.id, now).await?;
    let in_force = in_force(&mut change, id).await?;
    let detail = json!({
        "before": for_log(&of(&person)),
        "after": for_log(&in_force),
        "entered_title": wanted.title,
        "first_day": wanted.from,
    });
    change.record("add_person_title", &person, detail).await?;
    Ok(Ok(change.commit_row(person).await?))
}

/// Whether a title can be entered beside these, the newest first: on a day of its own, and unlike the ones before and after it.
fn fits(entries: &[Entry], wanted: &Title) -> Result<(), Error> {
    if entries.iter().any(|one| one.title.from == wanted.from) {
        return Err(Error::DayTaken);
    }
    let earlier = entries.iter().position(|one| one.title.from < wanted.from).unwrap_or(entries.len());
    let (later, earlier) = entries.split_at(earlier);
    let is_same = |one: &Entry| (&one.title.title, one.title.titled) == (&wanted.title, wanted.titled);
    let beside = [earlier.first(), later.last()];
    if beside.into_iter().flatten().any(is_same) { Err(Error::HoldsAlready) } else { Ok(()) }
}

/// Whether it may have been held before the title in force, of which no day is known: it is a lower one. It would take its place.
fn may_be_of_before(entries: &[Entry], wanted: &Title) -> bool {
    let undated = entries.first().map(|one| &one.title).filter(|held| held.from.is_none());
    let levels = undated.and_then(|held| held.titled).zip(wanted.titled);
    levels.is_some_and(|((_, held), (_, wanted))| wanted > held)
}

/// Takes a wrong entry out; one stays.
pub(super) async fn remove(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    (id, wrong): (PersonId, i64),
    seen: &IfMatch,
) -> Result<Outcome<Person>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let person = match locked(&mut change, id, seen, by.unit.id).await? {
        Ok(person) => person,
        standing => return Ok(standing),
    };
    let entries = sql::entries(change.connection(), id).await?;
    let entry = entries.iter().find(|one| one.id == wrong).ok_or(Error::NotFound)?;
    if entries.len() == 1 {
        return Err(Error::TheOnlyOne);
    }
    let now = change.now();
    sql::remove(change.connection(), wrong, by.id, now).await?;
    let in_force = in_force(&mut change, id).await?;
    let detail = json!({
        "before": for_log(&of(&person)),
        "after": for_log(&in_force),
        "removed_title": entry.title.title,
        "first_day": entry.title.from,
    });
    change.record("remove_person_title", &person, detail).await?;
    Ok(Ok(change.commit_row(person).await?))
}

/// The titles that stand, the newest first; a first one is kept as an entry from now on.
async fn stand(change: &mut Change<'_>, person: PersonId) -> sqlx::Result<Vec<Entry>> {
    sql::keep_first(change.connection(), person).await?;
    sql::entries(change.connection(), person).await
}

/// Writes the title in force where lists read it, and gives it.
async fn in_force(change: &mut Change<'_>, person: PersonId) -> Result<Title, Error> {
    let mut entries = sql::entries(change.connection(), person).await?.into_iter();
    let newest = entries.next().ok_or(Error::TheOnlyOne)?.title;
    let (by, now) = (change.by().id, change.now());
    sql::note(change.connection(), person, &newest, by, now).await?;
    Ok(newest)
}

/// The title that a person has now.
fn of(person: &Person) -> Title {
    Title { title: person.title.clone(), titled: person.titled, from: person.title_from }
}

/// The title in force, as the log tells it.
fn for_log(title: &Title) -> Value {
    json!({ "title": title.title, "title_from": title.from })
}

/// Puts the title in force right, before the change writes the person: as they are to stand. It does not pass an earlier one.
pub(in crate::people) async fn correct(
    change: &mut Change<'_>,
    before: &Person,
    after: &Person,
) -> Result<(), of_unit::Error> {
    let entries = stand(change, before.id).await?;
    let mut earlier = entries.iter().skip(1).map(|one| one.title.from);
    let day = after.title_from;
    if day != before.title_from {
        if earlier.clone().any(|one| one == day) {
            return Err(of_unit::Error::TitleDayTaken);
        }
        if earlier.any(|one| one > day) {
            return Err(of_unit::Error::TitleOutOfOrder);
        }
    }
    if !not_too_often(change, before.id).await? {
        return Err(of_unit::Error::TitlesTooOften);
    }
    let (by, now, title) = (change.by().id, change.now(), of(after));
    sql::correct(change.connection(), before.id, &title, by, now).await?;
    sql::note(change.connection(), before.id, &title, by, now).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::*;
    use crate::title::{TitleLevel, TitleSeries, title};

    fn titled(level: TitleLevel, from: Option<Date>) -> Title {
        let series = TitleSeries::Physician;
        Title { title: title(series, level).to_owned(), titled: Some((series, level)), from }
    }

    fn entry(level: TitleLevel, from: Option<Date>) -> Entry {
        Entry { id: 1, title: titled(level, from), entered_by: None, entered_at: None, corrects: None }
    }

    #[test]
    fn a_title_is_entered_on_a_day_of_its_own_and_is_another_than_those_beside_it() {
        use TitleLevel::{AssociateSenior, Intermediate, Junior, Senior};
        let stand = [
            entry(AssociateSenior, Some(date(2020, 1, 1))),
            entry(Intermediate, Some(date(2010, 1, 1))),
            entry(Junior, None),
        ];
        let fits = |level, day| fits(&stand, &titled(level, Some(day)));
        assert!(matches!(fits(Senior, date(2020, 1, 1)), Err(Error::DayTaken)));
        assert!(matches!(fits(AssociateSenior, date(2024, 1, 1)), Err(Error::HoldsAlready)));
        assert!(matches!(fits(AssociateSenior, date(2019, 1, 1)), Err(Error::HoldsAlready)));
        assert!(matches!(fits(Junior, date(2009, 1, 1)), Err(Error::HoldsAlready)));
        fits(Senior, date(2024, 1, 1)).unwrap();
        // Once more what one was long before.
        fits(Intermediate, date(2024, 1, 1)).unwrap();
        fits(TitleLevel::Assistant, date(2005, 1, 1)).unwrap();
        super::fits(&[], &titled(Junior, Some(date(2005, 1, 1)))).unwrap();
    }
}
