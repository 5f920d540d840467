//! A registration is opened by proving a phone: the one that this phone has already, or a new draft. Whoever opens it twice at
//! once finds one row.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::Error;
use super::sql::{Proposal, subject};
use zaichang_core::Phone;
use zaichang_core::ids::RegistrationId;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::review::{self, Word};

/// How long a registration stays that its applicant does not go on with and that no unit waits to judge.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A registration of a proved phone, and how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    pub registration: RegistrationId,
    pub state: Word,
}

/// The open registration of this phone, which its holder has just proved; a new one if there is none.
pub async fn open(
    connection: &mut PgConnection,
    sealer: &Sealer,
    phone: &Phone,
    now: Timestamp,
) -> Result<Opened, Error> {
    let id = match of_phone(connection, sealer, phone).await? {
        Some(id) => id,
        None => match begin(connection, sealer, phone, now).await? {
            Some(id) => id,
            // Somebody was quicker on another device of theirs.
            None => of_phone(connection, sealer, phone).await?.ok_or(Error::NotFound)?,
        },
    };
    query!("update registrations set touched_at = $2 where id = $1", id, now.to_sqlx() as _)
        .execute(&mut *connection)
        .await?;
    let registration = RegistrationId(id);
    let reviews = review::newest::<Proposal>(connection, subject(registration).noun, &[id]).await?;
    let review = reviews.into_iter().next().map(|(_, review)| review).transpose()?;
    let state = review.map_or(Word::Draft, |review| review.state.word());
    Ok(Opened { registration, state })
}

async fn of_phone(
    connection: &mut PgConnection,
    sealer: &Sealer,
    phone: &Phone,
) -> sqlx::Result<Option<i64>> {
    let indexes: Vec<_> = sealer.indexes(Kind::Phone, phone.expose()).collect();
    let found = query_scalar!(
        "select id from registrations where phone_index = any($1) and person_id is null order by id limit 1",
        &indexes,
    );
    found.fetch_optional(connection).await
}

/// None if there is one by now.
async fn begin(
    connection: &mut PgConnection,
    sealer: &Sealer,
    phone: &Phone,
    now: Timestamp,
) -> Result<Option<i64>, Error> {
    let sealed = sealer.seal(Kind::Phone, phone.expose())?;
    let key_id = sealer.key_id();
    let begun = query_scalar!(
        "insert into registrations (phone_sealed, phone_index, key_id, touched_at) values ($1, $2, $3, $4)
         on conflict (phone_index) where person_id is null do nothing returning id",
        sealed.bytes,
        sealed.index,
        key_id.as_slice(),
        now.to_sqlx() as _,
    );
    Ok(begun.fetch_optional(connection).await?)
}

/// Takes away what nobody has gone on with for thirty days: not what waits for a verdict, nor what has become a person.
pub async fn sweep(pool: &PgPool, now: Timestamp) -> sqlx::Result<()> {
    query!(
        "delete from registrations where person_id is null and touched_at < $1 and not exists (
             select from reviews where noun = 'registration' and noun_id = registrations.id and state = 'submitted'
         )",
        (now - KEPT).to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}
