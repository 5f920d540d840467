//! After a rotation of master keys: open registrations of older keys are opened and sealed again, one at a time. One that cannot be
//! stops none of the others. It must not know when it is done.

use std::collections::BTreeMap;

use sqlx::{PgConnection, PgPool, query, query_as, query_scalar};

use super::Error;
use super::sql::Applicant;
use crate::people::Left;
use zaichang_core::ids::RegistrationId;
use zaichang_core::seal::{self, Kind, Sealed, Sealer};
use zaichang_platform::db::Constraint as _;

/// A registration that an older key sealed.
struct OldSeal {
    id: i64,
    key_id: Vec<u8>,
    phone: Vec<u8>,
    applicant: Option<Vec<u8>>,
}

/// The same under the newest key; of the applicant's number the indexes alone, the newest key's first.
struct SealedAgain {
    phone: Sealed,
    applicant: Option<Vec<u8>>,
    number_indexes: Option<Vec<Vec<u8>>>,
}

/// Seals every open registration again that an older key sealed and that can be: how many were, and how many are left, by why.
/// Several nodes may do it at once.
pub async fn reseal(pool: &PgPool, sealer: &Sealer) -> Result<(u64, BTreeMap<Left, u64>), Error> {
    let (mut sealed, mut left, mut after) = (0, BTreeMap::new(), 0);
    loop {
        let mut transaction = pool.begin().await?;
        let Some(row) = next(&mut transaction, &sealer.key_id(), after).await? else {
            return Ok((sealed, left));
        };
        after = row.id;
        match again(&mut transaction, sealer, &row).await {
            Ok(()) => {
                transaction.commit().await?;
                sealed += 1;
            }
            Err(error) => {
                transaction.rollback().await?;
                *left.entry(why(error)?).or_default() += 1;
            }
        }
    }
}

/// How many open registrations older keys sealed, and of the first `look` of them those that cannot be sealed again, each with why.
/// It changes nothing.
pub async fn left_behind(
    connection: &mut PgConnection,
    sealer: &Sealer,
    look: i64,
) -> Result<(i64, Vec<(RegistrationId, Left)>), Error> {
    let key_id = sealer.key_id();
    let rows = query_as!(
        OldSeal,
        r#"select id, key_id, phone_sealed as "phone!", applicant_sealed as applicant from registrations
           where person_id is null and (key_id < $1 or key_id > $1) order by id limit $2"#,
        key_id.as_slice(),
        look,
    );
    let mut behind = Vec::new();
    for row in rows.fetch_all(&mut *connection).await? {
        if let Err(error) = sealed_again(sealer, &row) {
            behind.push((RegistrationId(row.id), why(error)?));
        }
    }
    let count = query_scalar!(
        r#"select count(*) as "count!" from registrations where person_id is null and (key_id < $1 or key_id > $1)"#,
        key_id.as_slice(),
    );
    Ok((count.fetch_one(connection).await?, behind))
}

/// The next after this one, locked; without those that are locked already.
async fn next(connection: &mut PgConnection, key_id: &[u8], after: i64) -> sqlx::Result<Option<OldSeal>> {
    let row = query_as!(
        OldSeal,
        r#"select id, key_id, phone_sealed as "phone!", applicant_sealed as applicant from registrations
           where person_id is null and (key_id < $1 or key_id > $1) and id > $2
           order by id limit 1 for update skip locked"#,
        key_id,
        after,
    );
    row.fetch_optional(connection).await
}

async fn again(connection: &mut PgConnection, sealer: &Sealer, row: &OldSeal) -> Result<(), Error> {
    let SealedAgain { phone, applicant, number_indexes } = sealed_again(sealer, row)?;
    let key_id = sealer.key_id();
    query!(
        "update registrations set phone_sealed = $2, phone_index = $3, applicant_sealed = $4, number_index = $5,
             number_indexes = $6, key_id = $7
         where id = $1",
        row.id,
        phone.bytes,
        phone.index,
        applicant,
        number_indexes.as_ref().and_then(|indexes| indexes.first()),
        number_indexes.as_deref(),
        key_id.as_slice(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn sealed_again(sealer: &Sealer, row: &OldSeal) -> Result<SealedAgain, Error> {
    let phone = sealer.open(Kind::Phone, &row.key_id, &row.phone)?;
    let phone = sealer.seal(Kind::Phone, &phone)?;
    let Some(applicant) = &row.applicant else {
        return Ok(SealedAgain { phone, applicant: None, number_indexes: None });
    };
    let clear = sealer.open(Kind::Applicant, &row.key_id, applicant)?;
    let entered: Applicant = serde_json::from_str(&clear).map_err(|_| seal::Error::Altered)?;
    let number = entered.document.as_deref();
    let number_indexes = number.map(|number| sealer.indexes(Kind::IdNumber, number).collect());
    let applicant = Some(sealer.seal(Kind::Applicant, &clear)?.bytes);
    Ok(SealedAgain { phone, applicant, number_indexes })
}

/// What is wrong with this row alone; anything else concerns all of them.
fn why(error: Error) -> Result<Left, Error> {
    match error {
        Error::Seal(seal::Error::UnknownKey(_)) => Ok(Left::UnknownKey),
        Error::Seal(seal::Error::Altered) => Ok(Left::Altered),
        // Two were begun for one phone, at nodes whose lists of keys differed.
        Error::Database(error) if error.breaks("registration_is_the_only_open_one_of_its_phone") => {
            Ok(Left::Collides)
        }
        error => Err(error),
    }
}
