//! The readings of names that have none yet: of people and units that were written before readings were kept, by a node of the
//! release before, or with another name. A few at a time, so that no request waits for their locks.

use sqlx::{Connection as _, PgPool};

use super::sql;
use zaichang_core::reading::Reading;

/// Rows in one transaction.
const AT_ONCE: i64 = 500;

/// Reads every person's name that is not read yet. How many. Several nodes may do it at once: each takes what the others have not locked.
pub async fn read_names(pool: &PgPool) -> sqlx::Result<u64> {
    let mut connection = pool.acquire().await?;
    let (mut read, mut after) = (0, 0);
    loop {
        let mut transaction = connection.begin().await?;
        let names = sql::unread(&mut transaction, after, AT_ONCE).await?;
        let Some((last, _)) = names.last() else { return Ok(read) };
        after = *last;
        read += sql::keep_readings(&mut transaction, &each(&names, Reading::of_name)).await?;
        transaction.commit().await?;
    }
}

/// The same of units.
pub async fn read_unit_names(pool: &PgPool) -> sqlx::Result<u64> {
    let mut connection = pool.acquire().await?;
    let (mut read, mut after) = (0, 0);
    loop {
        let mut transaction = connection.begin().await?;
        let names = sql::unread_units(&mut transaction, after, AT_ONCE).await?;
        let Some((last, _)) = names.last() else { return Ok(read) };
        after = *last;
        read += sql::keep_readings_of_units(&mut transaction, &each(&names, Reading::of_unit)).await?;
        transaction.commit().await?;
    }
}

fn each(names: &[(i64, String)], read: impl Fn(&str) -> Reading) -> Vec<(i64, Reading)> {
    names.iter().map(|(id, name)| (*id, read(name))).collect()
}
