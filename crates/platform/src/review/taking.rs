//! The statements that write reviews: each in the caller's transaction, under the lock of what is reviewed. It must not know who may
//! take which step.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, query, query_scalar};

use super::{Error, Levels, NotNow, Reason, Review, State, Step, StepWord, Subject, Submission, Turn};
use crate::auth::Account;

fn as_json<P: Serialize>(proposal: &P) -> Value {
    serde_json::to_value(proposal).expect("a proposal is JSON")
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
        before.as_ref().map(as_json),
        as_json(&after),
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
    query!("update reviews set after = $2 where id = $1", review.id, as_json(&after))
        .execute(connection)
        .await?;
    Ok(Review { after, ..review })
}

/// Corrects what was submitted, by the admin who judges it, before their verdict.
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
    query!("update reviews set after = $2 where id = $1", review.id, as_json(&after))
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

/// Ends a review while it is the applicant's turn, where it is theirs no longer: it is over without a verdict.
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
    take_by(connection, vec![review], &step, Some(by), now).await.map(only)
}

/// The same of each of these, in their order: all of them or, where one does not admit it, none.
pub async fn take_all<P: Serialize>(
    connection: &mut PgConnection,
    reviews: Vec<Review<P>>,
    step: &Step,
    by: &Account,
    now: Timestamp,
) -> Result<Vec<Review<P>>, Error> {
    take_by(connection, reviews, step, Some(by), now).await
}

/// The same by an applicant who has no account: they submit and withdraw, and judge nothing.
pub async fn take_as_applicant<P: Serialize>(
    connection: &mut PgConnection,
    review: Review<P>,
    step: Step,
    now: Timestamp,
) -> Result<Review<P>, Error> {
    debug_assert!(!step.word().judges(), "only accounts judge");
    take_by(connection, vec![review], &step, None, now).await.map(only)
}

fn only<P>(mut reviews: Vec<Review<P>>) -> Review<P> {
    reviews.pop().expect("as many come back as were taken")
}

async fn take_by<P: Serialize>(
    connection: &mut PgConnection,
    reviews: Vec<Review<P>>,
    step: &Step,
    by: Option<&Account>,
    now: Timestamp,
) -> Result<Vec<Review<P>>, Error> {
    let word = step.word();
    let (mut ids, mut judged, mut before, mut after) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut states, mut levels) = (Vec::new(), Vec::new());
    let mut taken = Vec::with_capacity(reviews.len());
    for review in reviews {
        ids.push(review.id);
        judged.push(review.state.level().filter(|_| word.judges()).map(i16::from));
        before.push(review.before.as_ref().map(as_json));
        after.push(as_json(&review.after));
        let state = review.state.take(step.clone(), review.levels).map_err(Error::NotNow)?;
        states.push(state.word().word().to_owned());
        levels.push(state.level().map(i16::from));
        let by = by.map(|account| account.name.clone());
        let submission = match word {
            StepWord::Submit => Some(Submission { at: now, by }),
            _ => review.submission,
        };
        taken.push(Review { state, submission, ..review });
    }
    // Only those steps have a reason whose states have it, too.
    query!(
        "with taking as (
             select * from unnest($1::bigint[], $2::smallint[], $3::jsonb[], $4::jsonb[], $5::text[], $6::smallint[])
                 taking (review_id, judged, before, after, state, level)
         ), kept as (
             insert into review_steps (review_id, step, level, reason, account_id, at, before, after)
             select review_id, $7, judged, $8, $9, $10, before, after from taking
             returning id, review_id
         )
         update reviews set state = taking.state, level = taking.level, reason = $8,
             submission = case when $7 = 'submit' then kept.id else submission end
         from taking join kept using (review_id) where reviews.id = taking.review_id",
        &ids,
        &judged as _,
        &before as _,
        &after,
        &states,
        &levels as _,
        word.word(),
        step.reason().map(Reason::as_str),
        by.map(|account| account.id.0),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(taken)
}
