//! Who becomes a person or takes a number over, beside those who submit a registration with the same one: they wait for each other, so
//! that the later one sees the earlier. It must not know how a registration is judged.

use sqlx::{PgConnection, query};

/// Holds up, until the transaction ends, all that take numbers over; a submission calls it before it looks whose a number is.
pub async fn submits(transaction: &mut PgConnection) -> sqlx::Result<()> {
    query!("select pg_advisory_xact_lock_shared(hashtextextended('registrations are submitted', 0))")
        .execute(transaction)
        .await?;
    Ok(())
}

/// Waits for those who are submitting, and has the next ones wait until the transaction ends. Once the numbers are written, as
/// a submission that writes the same ones may be waiting for them.
pub(in crate::people) async fn wait_for_submissions(transaction: &mut PgConnection) -> sqlx::Result<()> {
    query!("select pg_advisory_xact_lock(hashtextextended('registrations are submitted', 0))")
        .execute(transaction)
        .await?;
    Ok(())
}

/// Of what somebody waits for a verdict with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::people) enum Waits {
    Number,
    Phone,
}

/// Whether somebody waits for a verdict with this document number or phone, by its indexes: their registration would be lost to who has
/// just written it. None is submitted from now on until the transaction ends, nowhere: all else is written before.
pub(in crate::people) async fn registers(
    transaction: &mut PgConnection,
    numbers: &[Vec<u8>],
    phones: &[Vec<u8>],
) -> sqlx::Result<Option<Waits>> {
    wait_for_submissions(transaction).await?;
    // Each by an index of its own, of which all is asked: looking for the first of many, Postgres would go over all registrations.
    let waits = query!(
        r#"with held as materialized (
               select id, true as by_number from registrations where person_id is null and number_indexes && $1
               union all select id, false from registrations where person_id is null and phone_index = any($2)
               union all select id, false from registrations where person_id is null and phone_indexes && $2
           ), waiting as (
               select by_number from held
               where (select count(*) from reviews where noun = 'registration' and noun_id = held.id and state = 'submitted') > 0
           )
           select exists (select from waiting where by_number) as "number!", exists (select from waiting where not by_number) as "phone!""#,
        numbers,
        phones,
    );
    let waits = waits.fetch_one(transaction).await?;
    Ok(if waits.number { Some(Waits::Number) } else { waits.phone.then_some(Waits::Phone) })
}
