//! After a rotation of master keys: rows of older keys are opened and sealed again, a few at a time, until none is left.

use sqlx::PgPool;

use super::{Error, sql};
use crate::seal::{Kind, Sealer};

/// Rows in one transaction: small enough that nobody waits for them.
const AT_ONCE: i64 = 200;

/// Seals every row again that an older key sealed. Several nodes may do it at once. Gives how many it did.
pub async fn reseal(pool: &PgPool, sealer: &Sealer) -> Result<u64, Error> {
    let mut done = 0;
    loop {
        let mut transaction = pool.begin().await?;
        let rows = sql::sealed_by_older_keys(&mut transaction, &sealer.key_id(), AT_ONCE).await?;
        if rows.is_empty() {
            return Ok(done);
        }
        for row in rows {
            let id_number = sealer.open(Kind::IdNumber, &row.key_id, &row.id_number_sealed)?;
            let phone = sealer.open(Kind::Phone, &row.key_id, &row.phone_sealed)?;
            let id_number = sealer.seal(Kind::IdNumber, &id_number)?;
            let phone = sealer.seal(Kind::Phone, &phone)?;
            sql::reseal(&mut transaction, row.id, &id_number, &phone, &sealer.key_id()).await?;
            done += 1;
        }
        transaction.commit().await?;
    }
}
