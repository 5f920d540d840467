//! After a rotation of master keys: rows of older keys are opened and sealed again, a few at a time, until none is left
//! that can be. One that cannot be opened, or whose number is another row's too, stops none of the others.

use std::collections::BTreeMap;

use sqlx::{Connection as _, PgConnection, PgPool};
use strum::{EnumIter, IntoStaticStr};

use super::{Error, sql};
use zaichang_core::ids::PersonId;
use zaichang_core::seal::{self, Kind, Sealer};
use zaichang_platform::db::Constraint as _;

/// Rows in one transaction: so few that requests do not wait for their locks.
const AT_ONCE: i64 = 200;

/// Why a row is left under its older key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "snake_case")]
pub enum Left {
    /// The key that sealed it is not in the list.
    UnknownKey,
    /// What is sealed has been altered.
    Altered,
    /// Another row has the same number: one of the two was entered when it should not have been.
    Collides,
}

/// What a re-sealing came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ResealedPeople {
    pub people: u64,
    /// How many rows are left, by why.
    pub left: BTreeMap<Left, u64>,
}

/// Seals every row again that an older key sealed and that can be. Several nodes may do it at once.
pub async fn reseal(pool: &PgPool, sealer: &Sealer) -> Result<ResealedPeople, Error> {
    let mut people = 0;
    loop {
        let pass = pass(pool, sealer).await?;
        people += pass.people;
        // Rows that another node or a request had locked are met by the next pass.
        if pass.people == 0 {
            return Ok(ResealedPeople { people, left: pass.left });
        }
    }
}

/// Goes once through all rows of older keys.
async fn pass(pool: &PgPool, sealer: &Sealer) -> Result<ResealedPeople, Error> {
    let mut pass = ResealedPeople::default();
    let mut after = 0;
    loop {
        let mut transaction = pool.begin().await?;
        let rows = sql::sealed_by_older_keys(&mut transaction, &sealer.key_id(), after, AT_ONCE).await?;
        let Some(last) = rows.last() else { return Ok(pass) };
        after = last.id;
        for row in rows {
            let mut one = transaction.begin().await?;
            match again(&mut one, sealer, &row).await {
                Ok(()) => {
                    one.commit().await?;
                    pass.people += 1;
                }
                Err(error) => {
                    one.rollback().await?;
                    *pass.left.entry(left(error)?).or_default() += 1;
                }
            }
        }
        transaction.commit().await?;
    }
}

async fn again(connection: &mut PgConnection, sealer: &Sealer, row: &sql::OldSeal) -> Result<(), Error> {
    let (id_number, phone) = opened(sealer, row)?;
    let id_number = sealer.seal(Kind::IdNumber, &id_number)?;
    let phone = sealer.seal(Kind::Phone, &phone)?;
    sql::reseal(connection, row.id, &id_number, &phone, &sealer.key_id()).await
}

fn opened(sealer: &Sealer, row: &sql::OldSeal) -> Result<(String, String), seal::Error> {
    let id_number = sealer.open(Kind::IdNumber, &row.key_id, &row.id_number_sealed)?;
    Ok((id_number, sealer.open(Kind::Phone, &row.key_id, &row.phone_sealed)?))
}

/// What is wrong with this row alone; anything else concerns all of them.
fn left(error: Error) -> Result<Left, Error> {
    match error {
        Error::Seal(seal::Error::UnknownKey(_)) => Ok(Left::UnknownKey),
        Error::Seal(seal::Error::Altered) => Ok(Left::Altered),
        Error::IdNumberUsed | Error::PhoneUsed => Ok(Left::Collides),
        error => Err(error),
    }
}

/// How many rows older keys sealed, and of the first `look` of them those that cannot be sealed again, each with why and, if
/// it collides, with whom. It changes nothing.
pub async fn left_behind(
    connection: &mut PgConnection,
    sealer: &Sealer,
    look: i64,
) -> Result<(i64, Vec<(PersonId, Left, Option<PersonId>)>), Error> {
    let rows = sql::older_seals(connection, &sealer.key_id(), look).await?;
    let mut behind = Vec::new();
    for row in rows {
        let id = PersonId(row.id);
        match opened(sealer, &row) {
            Ok((id_number, phone)) => {
                let id_numbers: Vec<_> = sealer.indexes(Kind::IdNumber, &id_number).collect();
                let phones: Vec<_> = sealer.indexes(Kind::Phone, &phone).collect();
                if let Some(other) = sql::another_with(connection, id, &id_numbers, &phones).await? {
                    behind.push((id, Left::Collides, Some(other)));
                }
            }
            Err(error) => behind.push((id, left(error.into())?, None)),
        }
    }
    Ok((sql::count_older_seals(connection, &sealer.key_id()).await?, behind))
}

/// Whether this error says that a number is another person's.
pub(super) fn used(error: sqlx::Error) -> Error {
    match error {
        error if error.breaks("person_id_number_is_unique") => Error::IdNumberUsed,
        error if error.breaks("person_phone_is_unique") => Error::PhoneUsed,
        error => error.into(),
    }
}
