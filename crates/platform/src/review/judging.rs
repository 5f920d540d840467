//! Verdicts on several things at once, by one rule for all of them: what can be judged is judged, what cannot stays as it is and is
//! named with why. One transaction, so that after a fault all of what would have been answered is done or none; sent twice it comes to
//! the same. A preview looks with the same eyes, before anything is locked or written. What is judged, and what an approval does, is
//! its module's: `Judging`.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sqlx::{PgConnection, PgPool};

use super::{Chosen, Step, StepWord, Verdict, Verdicts, judged_so};
use crate::auth::Account;
use crate::change::{Change, Changeable};
use crate::http::{Problem, refusals};
use zaichang_core::clock::Clock;
use zaichang_core::ids::UnitId;

/// A row by its id, as it stands, or why it cannot be read.
pub type Found<R> = (i64, Result<R, Problem>);
/// A row by its id, and why it is left.
pub type Refused = (i64, Problem);

/// A kind of thing that is judged, one or several at once: what its module writes of its own.
pub trait Judging: Sync {
    /// What its reviews are about, as in their `Subject`.
    const NOUN: &'static str;
    type Row: Changeable + Sync;
    type Error: From<sqlx::Error> + Into<Problem> + Send;

    /// Those of these that lie under this unit and whose reviews its admins see. Another unit's is as one that there is not. It reads
    /// nothing that a row may have wrong.
    fn below(
        &self,
        connection: &mut PgConnection,
        ids: &[i64],
        above: UnitId,
    ) -> impl Future<Output = sqlx::Result<Vec<i64>>> + Send;

    /// Those of these that there are, each as it stands; one that cannot be read stops no other.
    fn read_each(
        &self,
        connection: &mut PgConnection,
        ids: &[i64],
    ) -> impl Future<Output = Result<Vec<Found<Self::Row>>, Self::Error>> + Send;

    /// Those on which it cannot be given now, and why; whose turn it is before what is wrong. It writes and locks nothing.
    fn refused(
        &self,
        connection: &mut PgConnection,
        asked: &StepRequest<'_>,
        rows: &[Self::Row],
    ) -> impl Future<Output = Result<Vec<Refused>, Self::Error>> + Send;

    /// Takes the step of each of these, which are locked and not refused, does what an approval does, and writes the log. Those are
    /// left that somebody else has come before in between; of them nothing is written.
    fn take(
        &self,
        change: &mut Change<'_>,
        rows: Vec<Self::Row>,
        step: &Step,
    ) -> impl Future<Output = Result<Vec<Refused>, Self::Error>> + Send;
}

/// What is asked for.
#[derive(Clone, Copy)]
pub struct StepRequest<'a> {
    pub by: &'a Account,
    pub step: StepWord,
    pub now: Timestamp,
    /// Whether others are judged with it: who judges one alone has looked at it.
    pub several: bool,
}

/// One that is left as it is.
pub struct Left<R> {
    pub id: i64,
    /// As it stands, if it can be read.
    pub row: Option<R>,
    pub problem: Problem,
}

/// What a verdict would come to.
pub struct Preview<R> {
    /// Those on which it would be given.
    pub rows: Vec<R>,
    pub left: Vec<Left<R>>,
}

/// What a verdict came to.
pub struct Judged<R> {
    /// Those on which it was given, as they are from now on.
    pub rows: Vec<R>,
    pub left: Vec<Left<R>>,
}

fn fault<J: Judging>(error: sqlx::Error) -> Problem {
    J::Error::from(error).into()
}

/// What a verdict on these would come to now. Not found if none of them is.
pub async fn preview<J: Judging>(
    judging: &J,
    (pool, clock): (&PgPool, &Clock),
    by: &Account,
    chosen: &[Chosen],
    verdict: Verdict,
) -> Result<Preview<J::Row>, Problem> {
    let mut connection = pool.acquire().await.map_err(fault::<J>)?;
    let own = below(judging, &mut connection, by, chosen.iter().map(|one| one.id).collect()).await?;
    let asked = StepRequest { by, step: verdict.word(), now: clock.now(), several: chosen.len() > 1 };
    look(judging, &mut connection, &asked, chosen, &own).await
}

/// Gives the verdict on each of these that is as it was seen and can be judged so. Not found if none of them is.
pub async fn judge_all<J: Judging>(
    judging: &J,
    (pool, clock): (&PgPool, &Clock),
    by: &Account,
    Verdicts { chosen, step, several }: Verdicts,
) -> Result<Judged<J::Row>, Problem> {
    let mut change = Change::begin(pool, clock, by).await.map_err(fault::<J>)?;
    // Proved before anything is locked, so that no admin makes the rows of others wait; and again under the lock, those alone that are
    // locked: one that has come under the unit in between is not judged.
    let own = below(judging, change.connection(), by, chosen.iter().map(|one| one.id).collect()).await?;
    change.lock_rows::<J::Row>(&own).await.map_err(fault::<J>)?;
    let own = below(judging, change.connection(), by, own).await?;
    let asked = StepRequest { by, step: step.word(), now: change.now(), several };
    let Preview { rows, left } = look(judging, change.connection(), &asked, &chosen, &own).await?;
    let (mut left, mut given) = repeated::<J>(&mut change, left, &step).await?;
    if !rows.is_empty() {
        let taken: Vec<_> = rows.iter().map(Changeable::id).collect();
        let refused = judging.take(&mut change, rows, &step).await.map_err(Into::into)?;
        let is_left: HashSet<_> = refused.iter().map(|(id, _)| *id).collect();
        given.extend(taken.into_iter().filter(|id| !is_left.contains(id)));
        left.extend(refused.into_iter().map(|(id, problem)| Left { id, row: None, problem }));
    }
    left.sort_unstable_by_key(|left| left.id);
    let mut rows = J::Row::read(change.connection(), &given).await.map_err(fault::<J>)?;
    rows.sort_unstable_by_key(Changeable::id);
    change.commit().await.map_err(fault::<J>)?;
    Ok(Judged { rows, left })
}

/// Gives the verdict on one row that the caller has locked and proved, without committing it.
pub async fn judge_one<J: Judging>(
    judging: &J,
    change: &mut Change<'_>,
    row: J::Row,
    step: &Step,
) -> Result<(), Problem> {
    let asked = StepRequest { by: change.by(), step: step.word(), now: change.now(), several: false };
    let rows = vec![row];
    let refused = judging.refused(change.connection(), &asked, &rows).await.map_err(Into::into)?;
    let refused = match refused.into_iter().next() {
        Some(refused) => Some(refused),
        None => judging.take(change, rows, step).await.map_err(Into::into)?.into_iter().next(),
    };
    refused.map_or(Ok(()), |(_, problem)| Err(problem))
}

/// Those of these that lie under the admin's unit. Not found if none does.
async fn below<J: Judging>(
    judging: &J,
    connection: &mut PgConnection,
    by: &Account,
    ids: Vec<i64>,
) -> Result<Vec<i64>, Problem> {
    let own = judging.below(connection, &ids, by.unit.id).await.map_err(fault::<J>)?;
    if own.is_empty() { Err(refusals::NOT_FOUND.into()) } else { Ok(own) }
}

/// Which of the chosen can be judged, and why each other cannot; only `own` are theirs.
async fn look<J: Judging>(
    judging: &J,
    connection: &mut PgConnection,
    asked: &StepRequest<'_>,
    chosen: &[Chosen],
    own: &[i64],
) -> Result<Preview<J::Row>, Problem> {
    let found = judging.read_each(&mut *connection, own).await.map_err(Into::into)?;
    let (rows, mut left) = as_seen(chosen, found);
    let refused = judging.refused(connection, asked, &rows).await.map_err(Into::into)?;
    let mut refused: HashMap<_, _> = refused.into_iter().collect();
    let mut fit = Vec::with_capacity(rows.len());
    for row in rows {
        match refused.remove(&row.id()) {
            Some(problem) => left.push(Left { id: row.id(), row: Some(row), problem }),
            None => fit.push(row),
        }
    }
    left.sort_unstable_by_key(|left| left.id);
    Ok(Preview { rows: fit, left })
}

/// Those that stand as they were chosen, and the others. Pure.
fn as_seen<R: Changeable>(chosen: &[Chosen], found: Vec<Found<R>>) -> (Vec<R>, Vec<Left<R>>) {
    let mut found: HashMap<_, _> = found.into_iter().collect();
    let (mut rows, mut left) = (Vec::new(), Vec::new());
    for Chosen { id, version } in chosen.iter().copied() {
        let (row, problem) = match found.remove(&id) {
            Some(Ok(row)) if row.version() == version => {
                rows.push(row);
                continue;
            }
            Some(Ok(row)) => (Some(row), refusals::CHANGED_MEANWHILE.into()),
            Some(Err(problem)) => (None, problem),
            None => (None, refusals::NOT_FOUND.into()),
        };
        left.push(Left { id, row, problem });
    }
    (rows, left)
}

/// Of what has changed since it was seen, those are judged already on which the same account has just given the same verdict: it was
/// sent twice. Gives what is left, and these.
async fn repeated<J: Judging>(
    change: &mut Change<'_>,
    left: Vec<Left<J::Row>>,
    step: &Step,
) -> Result<(Vec<Left<J::Row>>, Vec<i64>), Problem> {
    let changed = |left: &&Left<J::Row>| left.problem.refusal == refusals::CHANGED_MEANWHILE;
    let ids: Vec<_> = left.iter().filter(changed).map(|left| left.id).collect();
    if ids.is_empty() {
        return Ok((left, ids));
    }
    let by = change.by();
    let given = judged_so(change.connection(), J::NOUN, &ids, step, by).await.map_err(fault::<J>)?;
    Ok((left.into_iter().filter(|left| !given.contains(&left.id)).collect(), given))
}

#[cfg(test)]
mod tests;
