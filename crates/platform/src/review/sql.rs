//! Reviews as they stand in their rows, and every step of them. It must not write any.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::{PgExecutor, query, query_scalar};

use super::{Levels, Reason, State, Step, StepWord, Word};
use crate::auth::Account;
use crate::db;

/// What is reviewed: the noun of its table, and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    pub noun: &'static str,
    pub id: i64,
}

/// One proposal about something, and where its review stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Review<P> {
    pub(super) id: i64,
    pub state: State,
    pub levels: Levels,
    /// What is in force meanwhile; none of what has never been approved.
    pub before: Option<P>,
    pub after: P,
    /// When it was last submitted, and by whom.
    pub submission: Option<Submission>,
}

/// When something was submitted, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    pub at: Timestamp,
    /// An account, by name; none where an applicant without one did it.
    pub by: Option<String>,
}

/// A step as it was taken.
pub struct TakenStep<P> {
    pub step: StepWord,
    /// Of a verdict: the level that gave it.
    pub level: Option<u8>,
    pub reason: Option<String>,
    /// An account, by name; none where an applicant without one did it.
    pub by: Option<String>,
    pub at: Timestamp,
    pub before: Option<P>,
    pub after: P,
}

fn read<P: DeserializeOwned>(proposal: Value) -> sqlx::Result<P> {
    serde_json::from_value(proposal).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

fn level_of(level: Option<i16>) -> Option<u8> {
    level.and_then(|level| u8::try_from(level).ok())
}

/// The newest review of each of these, with the id of what it is about; what was never reviewed is left out. One that cannot be
/// read stops no other.
pub async fn newest<P: DeserializeOwned>(
    executor: impl PgExecutor<'_>,
    noun: &'static str,
    ids: &[i64],
) -> sqlx::Result<Vec<(i64, sqlx::Result<Review<P>>)>> {
    let rows = query!(
        r#"select distinct on (noun_id) reviews.id, noun_id, state, reviews.level, levels, reviews.reason, reviews.before,
               reviews.after, submitted.at as "submitted_at?", accounts.name as "submitted_by?"
           from reviews
           left join review_steps submitted on submitted.id = submission
           left join accounts on accounts.id = submitted.account_id
           where noun = $1 and noun_id = any($2)
           order by noun_id, reviews.id desc"#,
        noun,
        ids,
    )
    .fetch_all(executor)
    .await?;
    let reviews = rows.into_iter().map(|row| {
        let review = || {
            let word: Word = db::word("reviews", "state", row.id, &row.state)?;
            let state = State::of_row(word, level_of(row.level), row.reason);
            let levels = u8::try_from(row.levels).ok().and_then(Levels::new);
            let submitted = row.submitted_at.map(jiff_sqlx::Timestamp::to_jiff);
            Ok(Review {
                id: row.id,
                state: state
                    .expect("review_that_is_judged_has_a_level and review_sent_back_has_a_reason hold"),
                levels: levels.expect("review_level_is_one_of_its_levels holds"),
                before: row.before.map(read).transpose()?,
                after: read(row.after)?,
                submission: submitted.map(|at| Submission { at, by: row.submitted_by }),
            })
        };
        (row.noun_id, review())
    });
    Ok(reviews.collect())
}

/// Every step of every review of something, the newest first: at most 200.
pub async fn steps<P: DeserializeOwned>(
    executor: impl PgExecutor<'_>,
    subject: Subject,
) -> sqlx::Result<Vec<TakenStep<P>>> {
    let rows = query!(
        r#"select review_steps.id, step, review_steps.level, review_steps.reason, accounts.name as "by?", at,
               review_steps.before, review_steps.after
           from reviews
           join review_steps on review_id = reviews.id
           left join accounts on accounts.id = account_id
           where noun = $1 and noun_id = $2
           order by review_steps.id desc limit 200"#,
        subject.noun,
        subject.id,
    )
    .fetch_all(executor)
    .await?;
    let steps = rows.into_iter().map(|row| {
        Ok(TakenStep {
            step: db::word("review_steps", "step", row.id, &row.step)?,
            level: level_of(row.level),
            reason: row.reason,
            by: row.by,
            at: row.at.to_jiff(),
            before: row.before.map(read).transpose()?,
            after: read(row.after)?,
        })
    });
    steps.collect()
}

/// Of these, those whose newest step is this one, and was taken by this account.
pub(super) async fn judged_so(
    executor: impl PgExecutor<'_>,
    noun: &'static str,
    ids: &[i64],
    step: &Step,
    by: &Account,
) -> sqlx::Result<Vec<i64>> {
    let judged = query_scalar!(
        "select noun_id from (
             select distinct on (noun_id) noun_id, step, review_steps.reason, account_id
             from reviews join review_steps on review_id = reviews.id
             where noun = $1 and noun_id = any($2)
             order by noun_id, review_steps.id desc
         ) newest
         where step = $3 and reason is not distinct from $4 and account_id = $5",
        noun,
        ids,
        step.word().word(),
        step.reason().map(Reason::as_str),
        by.id.0,
    );
    judged.fetch_all(executor).await
}
