//! The queries of face checks.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgPool, query, query_scalar};
use uuid::Uuid;

use super::check::{Check, CheckSubject, State};
use zaichang_core::ids::PersonId;
use zaichang_platform::db;

/// The words of the constraint `face_check_state_is_known`.
#[derive(strum::EnumString)]
#[strum(serialize_all = "snake_case")]
enum StateWord {
    Pending,
    Passed,
    Failed,
}

fn state(id: Uuid, word: &str, failure: Option<i64>) -> sqlx::Result<State> {
    Ok(match db::word("face_checks", "state", id, word)? {
        StateWord::Pending => State::Pending,
        StateWord::Passed => State::Passed,
        StateWord::Failed => State::Failed(failure),
    })
}

pub(super) async fn one(pool: &PgPool, id: Uuid) -> sqlx::Result<Option<Check>> {
    let row = query!(
        "select person_id, reference, openid, state, failure, expires_at from face_checks where id = $1",
        id,
    );
    let row = row.fetch_optional(pool).await?;
    row.map(|row| {
        Ok(Check {
            id,
            person: PersonId(row.person_id),
            reference: row.reference,
            openid: row.openid,
            state: state(id, &row.state, row.failure)?,
            expires_at: row.expires_at.to_jiff(),
        })
    })
    .transpose()
}

/// The check that the phone may still go through.
pub(super) async fn waiting(
    pool: &PgPool,
    subject: CheckSubject,
    openid: &str,
    now: Timestamp,
) -> sqlx::Result<Option<Check>> {
    let row = query!(
        "select id, reference, expires_at from face_checks
         where person_id = $1 and course_id = $2 and day = $3 and openid = $4 and state = 'pending' and expires_at > $5
         order by asked_at desc limit 1",
        subject.person.0,
        subject.course.0,
        subject.day.to_sqlx() as _,
        openid,
        now.to_sqlx() as _,
    );
    let row = row.fetch_optional(pool).await?;
    Ok(row.map(|row| Check {
        id: row.id,
        person: subject.person,
        reference: row.reference,
        openid: openid.to_owned(),
        state: State::Pending,
        expires_at: row.expires_at.to_jiff(),
    }))
}

/// How often it was asked.
pub(super) async fn asked(pool: &PgPool, subject: CheckSubject) -> sqlx::Result<i64> {
    query_scalar!(
        r#"select count(*) as "asked!" from face_checks where person_id = $1 and course_id = $2 and day = $3"#,
        subject.person.0,
        subject.course.0,
        subject.day.to_sqlx() as _,
    )
    .fetch_one(pool)
    .await
}

pub(super) async fn insert(
    pool: &PgPool,
    subject: CheckSubject,
    check: &Check,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "insert into face_checks (id, person_id, course_id, day, provider, reference, openid, asked_at, expires_at)
         values ($1, $2, $3, $4, 'wechat', $5, $6, $7, $8)",
        check.id,
        subject.person.0,
        subject.course.0,
        subject.day.to_sqlx() as _,
        check.reference,
        check.openid,
        now.to_sqlx() as _,
        check.expires_at.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Takes the person's turn to ask until then; false while another request has it, on whichever node.
pub(super) async fn take_turn(
    pool: &PgPool,
    person: PersonId,
    until: Timestamp,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let taken = query!(
        "insert into face_turns as kept (person_id, ends_at) values ($1, $2)
         on conflict (person_id) do update set ends_at = excluded.ends_at where kept.ends_at <= $3",
        person.0,
        until.to_sqlx() as _,
        now.to_sqlx() as _,
    );
    Ok(taken.execute(pool).await?.rows_affected() == 1)
}

pub(super) async fn give_turn_back(pool: &PgPool, person: PersonId, until: Timestamp) -> sqlx::Result<()> {
    query!("delete from face_turns where person_id = $1 and ends_at = $2", person.0, until.to_sqlx() as _,)
        .execute(pool)
        .await?;
    Ok(())
}

/// Decides it once: a second decision changes nothing.
pub(super) async fn decide(pool: &PgPool, id: Uuid, state: State, now: Timestamp) -> sqlx::Result<()> {
    let failure = if let State::Failed(number) = state { number } else { None };
    query!(
        "update face_checks set state = $2, failure = $3, decided_at = $4 where id = $1 and state = 'pending'",
        id,
        state.word(),
        failure,
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}
