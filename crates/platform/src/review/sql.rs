//! The queries of reviews. Every one that writes runs in the caller's transaction, under the lock of what is reviewed.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor, query, query_scalar};

use super::{Error, Levels, NotNow, State, Step, StepWord, Turn, Word};
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
    id: i64,
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

fn told<P: Serialize>(proposal: &P) -> Value {
    serde_json::to_value(proposal).expect("a proposal is JSON")
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

/// Begins the review of a proposal, as a draft.
pub async fn begin<P: Serialize>(
    connection: &mut PgConnection,
    subject: Subject,
    levels: Levels,
    before: Option<P>,
    after: P,
) -> sqlx::Result<Review<P>> {
    let id = query_scalar!(
        "insert into reviews (noun, noun_id, levels, before, after) values ($1, $2, $3, $4, $5) returning id",
        subject.noun,
        subject.id,
        i16::from(levels.number()),
        before.as_ref().map(told),
        told(&after),
    )
    .fetch_one(connection)
    .await?;
    Ok(Review { id, state: State::Draft, levels, before, after, submission: None })
}

/// Proposes something else, while it is the applicant's turn.
pub async fn propose<P: Serialize>(
    connection: &mut PgConnection,
    review: Review<P>,
    after: P,
) -> Result<Review<P>, Error> {
    review.state.may_be_changed().map_err(Error::NotNow)?;
    query!("update reviews set after = $2 where id = $1", review.id, told(&after))
        .execute(connection)
        .await?;
    Ok(Review { after, ..review })
}

/// Puts right what was submitted, by whoever judges it, before their verdict.
pub async fn correct<P: Serialize>(
    connection: &mut PgConnection,
    review: Review<P>,
    after: P,
) -> Result<Review<P>, Error> {
    match review.state.turn() {
        Some(Turn::Authority) => {}
        Some(Turn::Unit) => return Err(Error::NotNow(NotNow::ApplicantsTurn)),
        None => return Err(Error::NotNow(NotNow::Over)),
    }
    query!("update reviews set after = $2 where id = $1", review.id, told(&after))
        .execute(connection)
        .await?;
    Ok(Review { after, ..review })
}

/// The same of every one of these that waits for a verdict, where what is put right is the same of all: these members of what is
/// proposed.
pub async fn correct_all(
    connection: &mut PgConnection,
    noun: &'static str,
    ids: &[i64],
    members: &Value,
) -> sqlx::Result<()> {
    query!(
        "update reviews set after = after || $3 where noun = $1 and noun_id = any($2) and state = 'submitted'",
        noun,
        ids,
        members,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a review while it is the applicant's turn, where it is theirs no longer: it is over, and nobody has judged it.
pub async fn end(connection: &mut PgConnection, subject: Subject, reason: &str) -> sqlx::Result<()> {
    query!(
        "update reviews set state = 'rejected', level = coalesce(level, 1), reason = $3
         where noun = $1 and noun_id = $2 and state in ('draft', 'returned')",
        subject.noun,
        subject.id,
        reason,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the step: the review is consumed, and comes back as it stands then. The step is kept for good.
pub async fn take<P: Serialize>(
    connection: &mut PgConnection,
    review: Review<P>,
    step: Step,
    by: &Account,
    now: Timestamp,
) -> Result<Review<P>, Error> {
    take_by(connection, review, step, Some(by), now).await
}

/// The same by an applicant who has no account: they submit and withdraw, and judge nothing.
pub async fn take_as_applicant<P: Serialize>(
    connection: &mut PgConnection,
    review: Review<P>,
    step: Step,
    now: Timestamp,
) -> Result<Review<P>, Error> {
    debug_assert!(!step.word().judges(), "only accounts judge");
    take_by(connection, review, step, None, now).await
}

async fn take_by<P: Serialize>(
    connection: &mut PgConnection,
    review: Review<P>,
    step: Step,
    by: Option<&Account>,
    now: Timestamp,
) -> Result<Review<P>, Error> {
    let (word, reason) = (step.word(), step.reason().cloned());
    let judged = review.state.level().filter(|_| word.judges());
    let state = review.state.take(step, review.levels).map_err(Error::NotNow)?;
    let kept = query_scalar!(
        "insert into review_steps (review_id, step, level, reason, account_id, at, before, after)
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        review.id,
        word.word(),
        judged.map(i16::from),
        reason.as_ref().map(super::Reason::as_str),
        by.map(|account| account.id.0),
        now.to_sqlx() as _,
        review.before.as_ref().map(told),
        told(&review.after),
    )
    .fetch_one(&mut *connection)
    .await?;
    let submitted = word == StepWord::Submit;
    query!(
        "update reviews set state = $2, level = $3, reason = $4, submission = coalesce($5, submission) where id = $1",
        review.id,
        state.word().word(),
        state.level().map(i16::from),
        state.reason().map(super::Reason::as_str),
        submitted.then_some(kept),
    )
    .execute(connection)
    .await?;
    let by = by.map(|account| account.name.clone());
    let submission = if submitted { Some(Submission { at: now, by }) } else { review.submission };
    Ok(Review { state, submission, ..review })
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
