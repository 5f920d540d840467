//! A claim by the phone of record: who holds it and the registration's phone, both proved, and knows the number, is that person, and
//! has the second phone from then on. It must not know how a phone is proved, nor which session follows.

use sqlx::PgPool;

use super::act::{give_up, lock, of_nobody, whose};
use super::{Error, sql};
use crate::document::Document;
use crate::people::phones::{self, How};
use crate::registration::applicant::{may_write, opened_by};
use crate::registration::of_applicant::ended;
use crate::registration::session::Session;
use crate::registration::sql::{become_people, subject};
use zaichang_core::Phone;
use zaichang_core::ids::PersonId;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::auth::{Guard, TokenHash};
use zaichang_platform::http::Problem;
use zaichang_platform::review as kit;

/// What becomes of a registration that was sent back before, in the words of its review.
pub(super) const CLAIMED: &str = "本人已认领原有的注册信息";

/// Whose the registration's phone is now.
pub struct ByPhone {
    pub person: PersonId,
    pub phone: Phone,
    /// Logins that have ended: to be told to `session_changed`.
    pub ended: Vec<TokenHash>,
}

/// Refuses a session by which nothing is claimed any more: it opens no registration, or this one has become a person's, by an answer
/// that was lost, say.
pub async fn may_claim(pool: &PgPool, session: Session) -> Result<(), Problem> {
    let mut connection = pool.acquire().await.map_err(Error::from)?;
    let registration = opened_by(&mut connection, session).await.map_err(ended)?;
    of_nobody(registration)?;
    Ok(())
}

/// Gives the person of this number the phone of the session's registration. `of_record` is a phone that the caller has had proved just
/// now: whether it is the number's is not told before.
pub async fn claim_by_phone(
    pool: &PgPool,
    guard: &Guard,
    sealer: &Sealer,
    session: Session,
    document: &Document,
    of_record: &Phone,
) -> Result<ByPhone, Error> {
    let person = whose(pool, sealer, session, document, guard.clock.now()).await?;
    let mut transaction = pool.begin().await?;
    let owned = phones::hold(&mut transaction, person).await?;
    let proved: Vec<_> = sealer.indexes(Kind::Phone, of_record.expose()).collect();
    if !phones::keeps_phone(&mut transaction, person, &proved).await? {
        return Err(Error::NotOfRecord);
    }
    let registration = lock(&mut transaction, session).await?;
    may_write(&registration.state())?;
    let now = guard.clock.now();
    give_up(&mut transaction, &registration, now).await?;
    let phone = registration.phone(sealer)?.ok_or(crate::registration::Error::NotFound)?;
    phones::replace(&mut transaction, sealer, &owned, &phone, How::OldPhone, now).await?;
    let ended = guard.sessions.end_all_of(&mut transaction, person, None, now).await;
    let ended = ended.map_err(Error::Sessions)?;
    become_people(&mut transaction, &[(registration.id.0, person)], None, now).await?;
    kit::end(&mut transaction, subject(registration.id), CLAIMED).await?;
    for claim in sql::all_of(&mut transaction, registration.id).await? {
        kit::end(&mut transaction, sql::subject(claim), CLAIMED).await?;
    }
    transaction.commit().await?;
    Ok(ByPhone { person, phone, ended })
}
