//! The queries of verdicts.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::presence::verdict::Word;
use zaichang_core::ids::{AccountId, CourseId};

/// Gives a verdict on these check-ins of the course, with an act in the audit log for each. How many there were.
pub(in crate::presence) async fn give(
    connection: &mut PgConnection,
    course: CourseId,
    check_ins: &[Uuid],
    verdict: Word,
    reason: &str,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let given = query!(
        "with given as (
             insert into verdicts (person_id, course_id, day, slot, verdict, reason, given_by, given_at)
             select person_id, course_id, day, slot, $3, $4, $5, $6 from check_ins
             where course_id = $1 and id = any($2)
             order by person_id, day, slot
             returning person_id, day, slot
         )
         insert into audit_log (at, account_id, unit_id, action, noun, noun_id, detail)
         select $6, $5, unit_id, 'give_verdict', 'person', person_id,
             jsonb_build_object('course', $1::bigint, 'day', day, 'slot', slot, 'verdict', $3::text, 'reason', $4::text)
         from given join accounts on accounts.id = $5",
        course.0,
        check_ins,
        verdict.word(),
        reason,
        by.0,
        now.to_sqlx() as _,
    );
    Ok(given.execute(connection).await?.rows_affected())
}
