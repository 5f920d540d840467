//! What is done to an announcement: drafted, changed, published, withdrawn. Each is in the log; what is done to one that is there is by
//! the version that was seen.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::Error;
use super::entry::{AnnouncementChange, Publishing, Words};
use super::sql::{self, Announcement, AnnouncementId};
use super::standing::MOST;
use zaichang_core::clock::Clock;
use zaichang_platform::auth::Account;
use zaichang_platform::change::{Change, Current, Outcome};
use zaichang_platform::http::{IfMatch, Problem};

/// Drafts of a unit in this time, at most.
const A_DAY: i64 = 50;
const DAY: SignedDuration = SignedDuration::from_hours(24);

pub(super) async fn draft(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    wanted: &Words,
) -> Result<Announcement, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let (unit, now) = (by.unit.id, change.now());
    if sql::drafted_since(change.connection(), unit, now - DAY).await? >= A_DAY {
        return Err(Error::Used);
    }
    units_are_below(&mut change, wanted).await?;
    let id = sql::draft(change.connection(), unit, wanted, (by.id, now)).await?;
    let drafted = sql::read(change.connection(), &[id]).await?.pop().ok_or(Error::NotFound)?;
    change.record("draft_announcement", &drafted, facts(&drafted, 0)).await?;
    change.commit().await?;
    Ok(drafted)
}

/// Those that are chosen lie at or below the unit of who writes.
async fn units_are_below(change: &mut Change<'_>, wanted: &Words) -> Result<(), Error> {
    let (unit, ids) = (change.by().unit.id, &wanted.only_units);
    let chosen = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    if chosen > 0 && sql::open_below(change.connection(), unit, ids).await? < chosen {
        return Err(Error::NoSuchUnit);
    }
    Ok(())
}

/// As the log tells it. `from` is the character from which on its text is told: the log keeps a part of a long one.
fn facts(one: &Announcement, from: usize) -> Value {
    let units: Vec<_> = one.only_units.iter().map(|unit| unit.name.as_str()).collect();
    json!({
        "announcement_title": one.title, "text": excerpt(&one.body, from), "to_admins": one.to_admins,
        "to_people": one.to_people, "pinned": one.pinned, "units": units.join("、"), "ends_at": one.shown_until,
    })
}

/// The most characters of a text that an entry of the log holds.
const TOLD: usize = 500;

fn excerpt(text: &str, from: usize) -> String {
    let mut told: String = text.chars().skip(from).take(TOLD).collect();
    if from > 0 {
        told.insert(0, '…');
    }
    if text.chars().count() > from + TOLD {
        told.push('…');
    }
    told
}

/// Where two texts begin to differ, with some characters before it; the beginning, where they do not.
fn differ_from(one: &str, other: &str) -> usize {
    const BEFORE: usize = 20;
    if one == other {
        return 0;
    }
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count().saturating_sub(BEFORE)
}

/// One that is there, under its lock: this unit's own, as it was seen, and not withdrawn.
async fn locked(
    change: &mut Change<'_>,
    id: AnnouncementId,
    seen: &IfMatch,
) -> Result<Outcome<Announcement>, Error> {
    let outcome = change.lock::<Announcement>(id.0, seen).await?.ok_or(Error::NotFound)?;
    let (Ok(stands) | Err(Current { row: stands, .. })) = &outcome;
    if stands.unit.id != change.by().unit.id {
        return Err(Error::NotFound);
    }
    if outcome.as_ref().is_ok_and(|stands| stands.withdrawn_at.is_some()) {
        return Err(Error::Withdrawn);
    }
    Ok(outcome)
}

pub(super) async fn change(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    (id, seen): (AnnouncementId, &IfMatch),
    wanted: AnnouncementChange,
) -> Result<Outcome<Announcement>, Problem> {
    let mut change = Change::begin(pool, clock, by).await.map_err(Error::from)?;
    let before = match locked(&mut change, id, seen).await? {
        Ok(announcement) => announcement,
        standing => return Ok(standing),
    };
    let stood = before.words();
    let wanted = wanted.over(stood.clone(), change.now())?;
    if wanted == stood {
        return Ok(Ok(before));
    }
    Ok(changed(change, before, &stood, &wanted).await?)
}

async fn changed(
    mut change: Change<'_>,
    before: Announcement,
    stood: &Words,
    wanted: &Words,
) -> Result<Outcome<Announcement>, Error> {
    if wanted.only_units != stood.only_units {
        units_are_below(&mut change, wanted).await?;
    }
    let ends_before = |until: Timestamp| before.published_at.is_some_and(|at| until <= at);
    if wanted.shown_until.is_some_and(ends_before) {
        return Err(Error::EndsBefore);
    }
    let now = change.now();
    let had_ended = stood.shown_until.is_some_and(|until| until <= now);
    if before.published_at.is_some() && had_ended {
        room(&mut change, now).await?;
    }
    sql::change(change.connection(), before.id, wanted).await?;
    let after = sql::read(change.connection(), &[before.id.0]).await?.pop().ok_or(Error::NotFound)?;
    let from = differ_from(&before.body, &after.body);
    let (was, is) = differing(facts(&before, from), facts(&after, from));
    change.record("change_announcement", &after, json!({ "before": was, "after": is })).await?;
    Ok(Ok(change.commit_row(after).await?))
}

/// Of both what is not alike: the text is long.
fn differing(mut before: Value, mut after: Value) -> (Value, Value) {
    if let (Value::Object(before), Value::Object(after)) = (&mut before, &mut after) {
        before.retain(|name, was| {
            let differs = after.get(name) != Some(was);
            if !differs {
                after.remove(name);
            }
            differs
        });
    }
    (before, after)
}

/// Whether one more may stand.
async fn room(change: &mut Change<'_>, now: Timestamp) -> Result<(), Error> {
    let unit = change.by().unit.id;
    if sql::standing(change.connection(), unit, now).await? >= MOST { Err(Error::Full) } else { Ok(()) }
}

/// Has it read from now on, or later. One that waits for its hour is given another.
pub(super) async fn publish(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    (id, seen): (AnnouncementId, &IfMatch),
    publishing: &Publishing,
) -> Result<Outcome<Announcement>, Problem> {
    let mut change = Change::begin(pool, clock, by).await.map_err(Error::from)?;
    let announcement = match locked(&mut change, id, seen).await? {
        Ok(announcement) => announcement,
        standing => return Ok(standing),
    };
    let at = publishing.read(change.now())?;
    Ok(published(change, announcement, at).await?)
}

async fn published(
    mut change: Change<'_>,
    announcement: Announcement,
    at: Timestamp,
) -> Result<Outcome<Announcement>, Error> {
    let now = change.now();
    match announcement.published_at {
        Some(published) if published <= now => return Err(Error::Published),
        Some(_) => {}
        None => room(&mut change, now).await?,
    }
    if announcement.shown_until.is_some_and(|until| until <= at) {
        return Err(Error::EndsBefore);
    }
    sql::publish(change.connection(), announcement.id, at).await?;
    let detail = json!({ "announcement_title": announcement.title, "published_at": at });
    change.record("publish_announcement", &announcement, detail).await?;
    Ok(Ok(change.commit_row(announcement).await?))
}

/// Takes it away from its readers; the unit keeps it. A draft is put away so, too.
pub(super) async fn withdraw(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    (id, seen): (AnnouncementId, &IfMatch),
) -> Result<Outcome<Announcement>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let announcement = match locked(&mut change, id, seen).await? {
        Ok(announcement) => announcement,
        standing => return Ok(standing),
    };
    let now = change.now();
    sql::withdraw(change.connection(), id, now).await?;
    let detail = json!({ "announcement_title": announcement.title });
    change.record("withdraw_announcement", &announcement, detail).await?;
    Ok(Ok(change.commit_row(announcement).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_tells_what_was_changed_alone() {
        assert_eq!(excerpt("一二三", 1), "…二三");
        assert_eq!(excerpt(&"长".repeat(501), 0), format!("{}…", "长".repeat(500)));
        assert_eq!(differ_from(&"长".repeat(60), &format!("{}短", "长".repeat(59))), 39);
        assert_eq!((differ_from("一", "一"), differ_from("一", "一二")), (0, 0));
        let before = json!({ "title": "一", "text": "正文", "pinned": false });
        let after = json!({ "title": "二", "text": "正文", "pinned": false });
        assert_eq!(differing(before, after), (json!({ "title": "一" }), json!({ "title": "二" })));
    }
}
