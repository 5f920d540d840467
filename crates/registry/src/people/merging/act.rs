//! A merge and its undoing: each one transaction under the locks of both rows and of all that they lead, with an entry in the log for
//! both. What was previewed is what is merged: both versions are looked at under the lock.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::body::{Phone, ValidMerge};
use super::sql::{self, Merge};
use super::{Built, Error, RecountMerged, effects};
use crate::people::of_unit::{self, Person};
use crate::people::phones::{self, How};
use crate::people::sql::masked_id_number;
use crate::units::lies_below;
use crate::wechat_account;
use zaichang_core::clock::day_of;
use zaichang_core::ids::PersonId;
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::{Account, Guard, TokenHash};
use zaichang_platform::change::{Change, Changeable as _, Current, Outcome};
use zaichang_platform::http::IfMatch;
use zaichang_platform::jobs::{self, RunsOn};
use zaichang_platform::review::Reason;

/// The merged person after it, and the logins that have ended: to be told to `session_changed`.
pub(super) type Done = (Outcome<Person>, Vec<TokenHash>);

/// What both acts reach.
#[derive(Clone, Copy)]
pub(super) struct Acting<'a> {
    pub pool: &'a PgPool,
    pub guard: &'a Guard,
    pub sealer: &'a Sealer,
    pub by: &'a Account,
}

/// Two people under their locks.
struct Two {
    from: Person,
    into: Person,
}

/// Locks both and all that the first leads, in the order of their ids; both are this admin's.
async fn lock(
    change: &mut Change<'_>,
    from: PersonId,
    into: PersonId,
    led: &[i64],
    if_not_own: fn() -> Error,
) -> Result<Two, Error> {
    let ids: Vec<_> = [from.0, into.0].iter().chain(led).copied().collect();
    let mut people = change.lock_all::<Person>(&ids).await?;
    let mut take =
        |id: PersonId| people.iter().position(|person| person.id == id).map(|at| people.swap_remove(at));
    let (from, into) = (take(from).ok_or(Error::NotFound)?, take(into).ok_or_else(if_not_own)?);
    let above = change.by().unit.id;
    if !lies_below(change.connection(), from.unit.id, above).await? {
        return Err(Error::NotFound);
    }
    if !lies_below(change.connection(), into.unit.id, above).await? {
        return Err(if_not_own());
    }
    Ok(Two { from, into })
}

/// How somebody stands whom the writer has seen otherwise.
async fn stands(change: &mut Change<'_>, row: Person) -> Result<Done, Error> {
    let last = Person::last_change(change.connection(), row.id.0).await?;
    Ok((Err(Current { row, last }), Vec::new()))
}

/// Merges a person into another, both as they were seen.
pub(super) async fn merge(
    Acting { pool, guard, sealer, by }: Acting<'_>,
    from: PersonId,
    seen: &IfMatch,
    wanted: ValidMerge,
) -> Result<Done, Error> {
    let ValidMerge { into, into_version, phone, reason } = wanted;
    if from == into {
        return Err(Error::NotMergedInto);
    }
    let mut change = Change::begin(pool, &guard.clock, by).await?;
    let led = sql::led(change.connection(), from).await?;
    let Two { from, into } = lock(&mut change, from, into, &led, || Error::NotMergedInto).await?;
    if from.merged_into.is_some() {
        return Err(of_unit::Error::IsMerged.into());
    }
    if !effects::may_stay(&into, day_of(change.now())) {
        return Err(Error::NotMergedInto);
    }
    // People who were merged into the first since are in its new version, too.
    if !seen.admits(from.version) {
        return stands(&mut change, from).await;
    }
    if into.version != into_version {
        return stands(&mut change, into).await;
    }
    let now = change.now();
    if sql::waits(change.connection(), from.id, day_of(now)).await? {
        return Err(Error::Waits);
    }
    let mut ended = end_logins(&mut change, guard, from.id).await?;
    if phone == Phone::TakenOver {
        ended.extend(exchange_phones(&mut change, guard, sealer, &from, &into).await?);
    }
    sql::lead_on(change.connection(), from.id, into.id).await?;
    sql::set_merged(change.connection(), from.id, Some(into.id), by.id, now).await?;
    sql::count_version(change.connection(), into.id, by.id, now).await?;
    let merge = sql::keep(change.connection(), (&from, &into), phone, &reason, by.id, now).await?;
    for (action, person, other) in [("merge_person", &from, &into), ("take_in_duplicate", &into, &from)] {
        let mut detail = facts(other, sealer, &reason)?;
        detail["phone_replaced"] = json!(phone == Phone::TakenOver);
        detail["sessions"] = json!(ended.len());
        change.record(action, person, detail).await?;
    }
    let recount = RecountMerged { merge, act: 1 };
    jobs::enqueue(change.connection(), &recount, &RunsOn::Anywhere).await?;
    Ok((Ok(change.commit_row(from).await?), ended))
}

/// Undoes the merge of a person, as long as nothing was built on it.
pub(super) async fn undo(
    Acting { pool, guard, sealer, by }: Acting<'_>,
    from: PersonId,
    seen: &IfMatch,
    reason: Reason,
) -> Result<Done, Error> {
    let mut change = Change::begin(pool, &guard.clock, by).await?;
    let Merge { id, into, .. } = sql::standing(change.connection(), from).await?.ok_or(Error::Over)?;
    let led = sql::merged_before(change.connection(), from).await?;
    // Of whom it was merged into this admin may see nothing any more.
    let Two { from, into } = lock(&mut change, from, into, &led, || Error::NotFound).await?;
    if !seen.admits(from.version) {
        return stands(&mut change, from).await;
    }
    let merge = sql::standing(change.connection(), from.id).await?.filter(|merge| merge.id == id);
    let merge = merge.ok_or(Error::Over)?;
    let built = built_on(&mut change, &merge, &led, (&from, &into)).await?;
    if !built.is_empty() {
        return Err(Error::BuiltOn(built));
    }
    let now = change.now();
    let ended = match merge.phone {
        Phone::TakenOver => exchange_phones(&mut change, guard, sealer, &from, &into).await?,
        Phone::Kept => Vec::new(),
    };
    sql::set_merged(change.connection(), from.id, None, by.id, now).await?;
    sql::lead_back(change.connection(), from.id).await?;
    sql::count_version(change.connection(), into.id, by.id, now).await?;
    sql::keep_undone(change.connection(), &merge, from.id, &reason, by.id, now).await?;
    for (person, other) in [(&from, &into), (&into, &from)] {
        change.record("undo_person_merge", person, facts(other, sealer, &reason)?).await?;
    }
    let recount = RecountMerged { merge: merge.id, act: 2 };
    jobs::enqueue(change.connection(), &recount, &RunsOn::Anywhere).await?;
    Ok((Ok(change.commit_row(from).await?), ended))
}

/// Who the other is, as the log of the one tells it: the number masked.
fn facts(other: &Person, sealer: &Sealer, reason: &Reason) -> Result<Value, Error> {
    let number = masked_id_number(sealer, &other.sealed.key_id, &other.sealed.id_number)?;
    let (name, unit) = (&other.name, &other.unit.name);
    Ok(json!({ "person": other.id, "name": name, "number": number, "unit": unit, "reason": reason.as_str() }))
}

/// What was done with the person who stays since the merge.
async fn built_on(
    change: &mut Change<'_>,
    merge: &Merge,
    led: &[i64],
    (from, into): (&Person, &Person),
) -> Result<Vec<Built>, Error> {
    let mut built = Vec::new();
    if into.merged_into.is_some() {
        built.push(Built::Merged);
    } else if into.version != merge.into_version {
        built = sql::built_since(change.connection(), merge, into.id).await?;
        if built.is_empty() {
            built.push(Built::Change);
        }
    }
    let merged: Vec<_> = led.iter().copied().chain([from.id.0]).collect();
    built.extend(sql::came_since(change.connection(), &merged, into.id, merge.at).await?);
    Ok(built)
}

/// Ends all logins of somebody, and what they have bound to WeChat.
async fn end_logins(
    change: &mut Change<'_>,
    guard: &Guard,
    person: PersonId,
) -> Result<Vec<TokenHash>, Error> {
    let now = change.now();
    wechat_account::unbind(change.connection(), person, now).await?;
    let ended = guard.sessions.end_all_of(change.connection(), person, None, now).await;
    ended.map_err(Error::Sessions)
}

/// Each has the other's phone from now on; who stays logs in again with it, and the phone that they had is told.
async fn exchange_phones(
    change: &mut Change<'_>,
    guard: &Guard,
    sealer: &Sealer,
    from: &Person,
    into: &Person,
) -> Result<Vec<TokenHash>, Error> {
    let (how, now) = (How::Unit(change.by().id), change.now());
    phones::exchange(change.connection(), sealer, (from.id, into.id), how, now).await?;
    end_logins(change, guard, into.id).await
}
