//! Who becomes a person or takes a number over, beside those who submit a registration with the same one: they wait for each other, so
//! that the later one sees the earlier. It must not know how a registration is judged.

use sqlx::{PgConnection, query, query_scalar};

/// Holds up, until the transaction ends, whoever takes numbers over; who submits a registration calls it before they look who stands.
pub async fn submits(transaction: &mut PgConnection) -> sqlx::Result<()> {
    query!("select pg_advisory_xact_lock_shared(hashtextextended('registrations are submitted', 0))")
        .execute(transaction)
        .await?;
    Ok(())
}

/// Waits for those who are submitting, and has the next ones wait until the transaction ends. Once the numbers are written, as whoever
/// writes the same ones may be waiting for them.
pub(in crate::people) async fn wait_for_submissions(transaction: &mut PgConnection) -> sqlx::Result<()> {
    query!("select pg_advisory_xact_lock(hashtextextended('registrations are submitted', 0))")
        .execute(transaction)
        .await?;
    Ok(())
}

/// Whether somebody waits for a verdict with this phone or document number, by its indexes: their registration would be lost to who has
/// just written it. None is submitted from now on until the transaction ends.
pub(in crate::people) async fn registers(
    transaction: &mut PgConnection,
    indexes: &[Vec<u8>],
) -> sqlx::Result<bool> {
    wait_for_submissions(transaction).await?;
    let waits = query_scalar!(
        r#"select exists (
               select from registrations
               where person_id is null and (phone_index = any($1) or phone_indexes && $1 or number_indexes && $1) and exists (
                   select from reviews where noun = 'registration' and noun_id = registrations.id and state = 'submitted'
               )
           ) as "waits!""#,
        indexes,
    );
    waits.fetch_one(transaction).await
}
