//! A registration is opened by proving a phone: the one that this phone has already, or a new draft. Two logins at once find one
//! row, and a login beside the approval finds the person whom the approval has made.
//!
//! What happens to a login beside an approval, in each order:
//! - approved before the login asks whose phone it is: it never comes here, it is that person's login;
//! - approved after that question, and before the one asked here: the person is found here, no second draft is begun;
//! - approved while this waits for the row: the row is a person's once the lock is free, so it is looked for again, and the
//!   person is found;
//! - opened first: the row stays locked until the caller commits. The approval waits, and the job that it enqueues finds the
//!   scan that the caller kept.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgPool, Postgres, Transaction, query, query_scalar};

use super::Error;
use super::sql::{Proposal, subject};
use zaichang_core::Phone;
use zaichang_core::ids::{PersonId, RegistrationId};
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::review::{self, Word};

/// How long a registration stays that its applicant does not go on with and that no unit waits to judge.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What a proved phone opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Its registration, and how far that is. The row is locked until the caller's transaction ends.
    Registration { registration: RegistrationId, state: Word },
    /// Nothing: the phone is a registered person's by now.
    Person(PersonId),
}

/// The open registration of this phone, which its holder has just proved; a new one if there is none.
pub async fn open(
    transaction: &mut Transaction<'_, Postgres>,
    sealer: &Sealer,
    phone: &Phone,
    now: Timestamp,
) -> Result<Opened, Error> {
    let indexes: Vec<_> = sealer.indexes(Kind::Phone, phone.expose()).collect();
    take_turn(transaction, &indexes).await?;
    // Each round but the last has met what another transaction committed in between.
    let id = loop {
        match of_phone(transaction, &indexes).await? {
            (Some(person), _) => return Ok(Opened::Person(PersonId(person))),
            (None, Some(id)) => {
                if go_on_with(transaction, id, now).await? {
                    break id;
                }
            }
            (None, None) => {
                if let Some(id) = begin(transaction, sealer, phone, &indexes, now).await? {
                    break id;
                }
            }
        }
    };
    let registration = RegistrationId(id);
    let reviews = review::newest::<Proposal>(&mut **transaction, subject(registration).noun, &[id]).await?;
    let review = reviews.into_iter().next().map(|(_, review)| review).transpose()?;
    let state = review.map_or(Word::Draft, |review| review.state.word());
    Ok(Opened::Registration { registration, state })
}

/// Two logins with one phone come one after the other, also on nodes whose newest master keys differ: they have one key in
/// common. Until the transaction ends.
async fn take_turn(transaction: &mut Transaction<'_, Postgres>, indexes: &[Vec<u8>]) -> sqlx::Result<()> {
    let mut keys: Vec<_> =
        indexes.iter().map(|index| format!("registration:{}", hex::encode(index))).collect();
    keys.sort_unstable();
    for key in keys {
        query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", key)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

/// Whose phone it is, and which registration is open for it. Asked in one statement: an approval that commits meanwhile shows in
/// both or in neither.
async fn of_phone(
    transaction: &mut Transaction<'_, Postgres>,
    indexes: &[Vec<u8>],
) -> sqlx::Result<(Option<i64>, Option<i64>)> {
    let found = query!(
        "select coalesce(
                (select id from people where phone_index = any($1) limit 1),
                (select person_id from number_indexes where kind = 'phone' and index = any($1) limit 1)
            ) as person,
            (select id from registrations where (phone_index = any($1) or phone_indexes && $1) and person_id is null
                order by id limit 1) as registration",
        indexes,
    );
    let found = found.fetch_one(&mut **transaction).await?;
    Ok((found.person, found.registration))
}

/// Locks the registration and notes that its applicant goes on with it. False if it has become a person's, or was taken away.
async fn go_on_with(
    transaction: &mut Transaction<'_, Postgres>,
    id: i64,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let open = query_scalar!(
        "update registrations set touched_at = $2 where id = $1 and person_id is null returning id",
        id,
        now.to_sqlx() as _
    );
    Ok(open.fetch_optional(&mut **transaction).await?.is_some())
}

/// None if there is one by now.
async fn begin(
    transaction: &mut Transaction<'_, Postgres>,
    sealer: &Sealer,
    phone: &Phone,
    indexes: &[Vec<u8>],
    now: Timestamp,
) -> Result<Option<i64>, Error> {
    let sealed = sealer.seal(Kind::Phone, phone.expose())?;
    let key_id = sealer.key_id();
    let begun = query_scalar!(
        "insert into registrations (phone_sealed, phone_index, key_id, touched_at, phone_indexes) values ($1, $2, $3, $4, $5)
         on conflict (phone_index) where person_id is null do nothing returning id",
        sealed.bytes,
        sealed.index,
        key_id.as_slice(),
        now.to_sqlx() as _,
        indexes,
    );
    Ok(begun.fetch_optional(&mut **transaction).await?)
}

/// Takes away what its applicant has not gone on with for thirty days: not what waits for a verdict, its own or that of a claim, nor what has become a person.
pub async fn sweep(pool: &PgPool, now: Timestamp) -> sqlx::Result<()> {
    query!(
        "delete from registrations where person_id is null and touched_at < $1 and not exists (
             select from reviews where noun = 'registration' and noun_id = registrations.id and state = 'submitted'
         ) and not exists (
             select from number_claims join reviews on noun = 'number_claim' and noun_id = number_claims.id and state = 'submitted'
             where registration_id = registrations.id
         )",
        (now - KEPT).to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}
