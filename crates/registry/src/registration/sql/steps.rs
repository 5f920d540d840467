//! What a step of its review, or an act of its applicant, makes of a registration's row.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query, query_scalar};

use zaichang_core::ids::{AccountId, PersonId, RegistrationId};

/// The applicant has acted: it is a new version, which no account has written.
pub(in crate::registration) async fn touch(
    connection: &mut PgConnection,
    id: RegistrationId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update registrations set version = version + 1, changed_by = null, changed_at = $2, touched_at = $2 where id = $1",
        id.0,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends every session of it that began until now.
pub(in crate::registration) async fn leave(
    connection: &mut PgConnection,
    id: RegistrationId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!("update registrations set left_at = $2 where id = $1", id.0, now.to_sqlx() as _)
        .execute(connection)
        .await?;
    Ok(())
}

/// A step of the review of each was taken: it is a new version, and its applicant has their time from now on to go on with it.
pub(in crate::registration) async fn count_steps(
    connection: &mut PgConnection,
    ids: &[i64],
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update registrations set version = version + 1, changed_by = $2, changed_at = $3, touched_at = $3 where id = any($1)",
        ids,
        by.0,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The same where they were approved, or have claimed a person's number as their own: notes the person that each has become. What was sealed here is in their own row from now on, and
/// here no longer.
pub(in crate::registration) async fn become_people(
    connection: &mut PgConnection,
    people: &[(i64, PersonId)],
    by: Option<AccountId>,
    now: Timestamp,
) -> sqlx::Result<()> {
    let (ids, people): (Vec<_>, Vec<_>) = people.iter().map(|(id, person)| (*id, person.0)).unzip();
    query!(
        "update registrations set person_id = became.person, phone_sealed = null, applicant_sealed = null, number_index = null,
             version = version + 1, changed_by = $3, changed_at = $4, touched_at = $4
         from unnest($1::bigint[], $2::bigint[]) became (id, person) where registrations.id = became.id",
        &ids,
        &people,
        by.map(|by| by.0),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How often it was submitted.
pub(in crate::registration) async fn submissions(
    connection: &mut PgConnection,
    id: RegistrationId,
) -> sqlx::Result<i64> {
    let count = query_scalar!(
        r#"select count(*) as "count!" from reviews join review_steps on review_id = reviews.id
           where noun = 'registration' and noun_id = $1 and step = 'submit'"#,
        id.0,
    );
    count.fetch_one(connection).await
}
