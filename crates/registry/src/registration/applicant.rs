//! What the applicant does: enters fields, submits, withdraws, leaves the phone. What changes the registration does so under the
//! row's lock and by the version that they have seen, so that two devices of theirs never write over each other unseen. A
//! session whose phone was left finds nothing.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query_scalar};

use super::entry::ValidEntry;
use super::session::Session;
use super::shown::{Shown, beside};
use super::sql::{Registration, hold_chosen, read, stand_in_the_tree, subject, submissions, touch, write};
use super::{Error, claims, proposing, sql};
use crate::document::Document;
use crate::named::Named;
use crate::people;
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::ids::RegistrationId;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::change::{Changeable as _, Current, Outcome};
use zaichang_platform::http::IfMatch;
use zaichang_platform::review::{self, Levels, NotNow, State, Step};

/// How many different numbers may be entered a day: a number that was typed wrong takes two or three.
const NUMBERS_A_DAY: i16 = 10;
/// How often a registration may be submitted.
const SUBMISSIONS: i64 = 20;

/// The registration that this session opens.
pub(super) async fn find(pool: &PgPool, session: Session) -> Result<Registration, Error> {
    let mut connection = pool.acquire().await?;
    opened_by(&mut connection, session).await
}

/// The same, with what stands beside it.
pub(super) async fn see(pool: &PgPool, session: Session) -> Result<(Registration, Shown), Error> {
    let mut connection = pool.acquire().await?;
    let registration = opened_by(&mut connection, session).await?;
    let shown = beside(&mut connection, &registration).await?;
    Ok((registration, shown))
}

/// What came of an act, and what stands beside it. Both are read before it is kept: what an applicant is told has happened has, and
/// of what has not happened they are not told that it has.
pub(super) type Done = (Outcome<Registration>, Shown);
type Doing = Result<Done, Error>;

/// The registration as it stands, where its applicant had seen another version.
pub(super) async fn as_it_stands(connection: &mut PgConnection, outcome: Outcome<Registration>) -> Doing {
    let (Ok(stands) | Err(Current { row: stands, .. })) = &outcome;
    let shown = beside(connection, stands).await?;
    Ok((outcome, shown))
}

pub(super) async fn opened_by(
    connection: &mut PgConnection,
    session: Session,
) -> Result<Registration, Error> {
    let row = read(connection, &[session.registration.0]).await?.pop();
    row.filter(|row| !session.was_left(row.left_at)).ok_or(Error::NotFound)
}

/// Ends this session and every other that was opened before now.
pub(super) async fn leave(pool: &PgPool, session: Session, now: Timestamp) -> Result<(), Error> {
    let mut connection = pool.acquire().await?;
    let registration = opened_by(&mut connection, session).await?;
    Ok(sql::leave(&mut connection, registration.id, now).await?)
}

/// Locks the row and gives it, if the applicant has seen this version.
pub(super) async fn lock(
    connection: &mut PgConnection,
    session: Session,
    seen: &IfMatch,
) -> Result<Outcome<Registration>, Error> {
    let id = session.registration;
    Registration::lock(connection, &[id.0]).await?;
    let row = opened_by(connection, session).await?;
    if seen.admits(row.version) {
        return Ok(Ok(row));
    }
    let last = Registration::last_change(connection, id.0).await?;
    Ok(Err(Current { row, last }))
}

/// Whether the applicant may write: not while it waits for a verdict, nor once it is approved. What was rejected may be put
/// right and submitted again.
pub(super) fn may_write(state: &State) -> Result<(), Error> {
    match state {
        State::Draft | State::Returned { .. } | State::Rejected { .. } => Ok(()),
        State::Submitted { .. } => Err(Error::NotNow(NotNow::AuthoritysTurn)),
        State::Approved => Err(Error::NotNow(NotNow::Over)),
    }
}

/// Saves what was entered.
pub(super) async fn save(
    pool: &PgPool,
    sealer: &Sealer,
    clock: &Clock,
    session: Session,
    seen: &IfMatch,
    wanted: &ValidEntry,
) -> Doing {
    let id = session.registration;
    if let Some(document) = &wanted.document {
        try_number(pool, sealer, session, document, clock.now()).await?;
    }
    let mut transaction = pool.begin().await?;
    let registration = match lock(&mut transaction, session, seen).await? {
        Ok(registration) => registration,
        standing => return as_it_stands(&mut transaction, standing).await,
    };
    may_write(&registration.state())?;
    let now = clock.now();
    write(&mut transaction, sealer, &registration, wanted, now).await?;
    query_scalar!(
        "update registrations set touched_at = $2 where id = $1 returning id",
        id.0,
        now.to_sqlx() as _
    )
    .fetch_one(&mut *transaction)
    .await?;
    keep(transaction, id).await
}

/// Whether the number is free. Each one that is not the one that stands is counted before it is looked for: the holder of one
/// phone learns of a few numbers a day whether they are registered, and of none by whom.
async fn try_number(
    pool: &PgPool,
    sealer: &Sealer,
    session: Session,
    document: &Document,
    now: Timestamp,
) -> Result<(), Error> {
    let mut connection = pool.acquire().await?;
    count_number(&mut connection, sealer, session, document, now).await?;
    is_free(&mut connection, sealer, document).await
}

/// Counts a number that is about to be looked for, unless it is the one that stands.
pub(super) async fn count_number(
    connection: &mut PgConnection,
    sealer: &Sealer,
    session: Session,
    document: &Document,
    now: Timestamp,
) -> Result<(), Error> {
    let id = opened_by(connection, session).await?.id;
    let number = document.expose();
    let indexes: Vec<_> = sealer.indexes(Kind::IdNumber, &number).collect();
    let allowed = query_scalar!(
        "update registrations set
             numbers_tried = case when known then numbers_tried when tried_on = $3 then numbers_tried + 1 else 1 end,
             tried_on = case when known then tried_on else $3 end
         from (
             select exists (select from registrations where id = $1 and number_index = any($2))
                 or exists (select from number_claims where registration_id = $1 and number_indexes && $2) as known
         ) counted
         where id = $1 and (known or tried_on is distinct from $3 or numbers_tried < $4)
         returning id",
        id.0,
        &indexes,
        day_of(now).to_sqlx() as _,
        NUMBERS_A_DAY,
    );
    allowed.fetch_optional(connection).await?.map(drop).ok_or(Error::TooManyNumbers)
}

/// Refuses a number that is somebody's, or that an authority has made void: of that one it tells which, and never whose it is.
async fn is_free(connection: &mut PgConnection, sealer: &Sealer, document: &Document) -> Result<(), Error> {
    if !people::is_registered(connection, sealer, document).await? {
        return Ok(());
    }
    Err(match people::voided_by(connection, sealer, document).await? {
        Some(by) => Error::NumberVoided { by },
        None => Error::NumberTaken,
    })
}

/// Submits it to the unit.
pub(super) async fn submit(
    pool: &PgPool,
    sealer: &Sealer,
    clock: &Clock,
    session: Session,
    seen: &IfMatch,
) -> Doing {
    let id = session.registration;
    let mut transaction = pool.begin().await?;
    let now = clock.now();
    let proposed = proposing::hold_proposed(&mut transaction, id, now).await?;
    let held = hold_chosen(&mut transaction, id).await?;
    let registration = match lock(&mut transaction, session, seen).await? {
        Ok(registration) => registration,
        standing => return as_it_stands(&mut transaction, standing).await,
    };
    may_write(&registration.state())?;
    let joins = proposed.as_ref().map(|(_, unit)| unit);
    if held != registration.unit.as_ref().map(|unit| unit.id) || joins != registration.proposed.as_ref() {
        return Err(Error::ChangedMeanwhile);
    }
    let applicant = registration.applicant(sealer)?;
    if let Some(field) = registration.missing(&applicant).first() {
        return Err(Error::Incomplete(field));
    }
    let proposal = registration.proposal(&applicant)?;
    // The department may have been moved since it was chosen, and either closed.
    let id_of = |named: &Option<Named>| named.as_ref().map(|named| named.id);
    stand_in_the_tree(&mut transaction, id_of(&registration.unit), id_of(&registration.department)).await?;
    if claims::stands(&mut transaction, id).await? {
        return Err(Error::ClaimWaits);
    }
    if submissions(&mut transaction, id).await? >= SUBMISSIONS {
        return Err(Error::SentBackTooOften);
    }
    people::submits(&mut transaction).await?;
    if let Some(phone) = registration.phone(sealer)?
        && people::is_phone_registered(&mut transaction, sealer, &phone).await?
    {
        return Err(Error::PhoneGiven);
    }
    let document = applicant.document.as_deref().and_then(Document::of_sealed);
    is_free(&mut transaction, sealer, &document.ok_or(Error::Incomplete("number"))?).await?;
    let review = match registration.review {
        Some(review) if review.state.turn().is_some() => {
            review::propose(&mut transaction, review, proposal).await?
        }
        _ => review::begin(&mut transaction, subject(id), Levels::ONE, None, proposal).await?,
    };
    let now = clock.now();
    review::take_as_applicant(&mut transaction, review, Step::Submit, now).await?;
    proposing::join(&mut transaction, id, proposed.map(|(proposal, _)| proposal), now).await?;
    finish(transaction, id, now).await
}

/// Withdraws it, until the unit's verdict.
pub(super) async fn withdraw(pool: &PgPool, clock: &Clock, session: Session, seen: &IfMatch) -> Doing {
    let id = session.registration;
    let mut transaction = pool.begin().await?;
    let registration = match lock(&mut transaction, session, seen).await? {
        Ok(registration) => registration,
        standing => return as_it_stands(&mut transaction, standing).await,
    };
    let now = clock.now();
    let review = registration.review.ok_or(Error::NotNow(NotNow::ApplicantsTurn))?;
    review::take_as_applicant(&mut transaction, review, Step::Withdraw, now).await?;
    finish(transaction, id, now).await
}

async fn finish(
    mut transaction: sqlx::Transaction<'_, sqlx::Postgres>,
    id: RegistrationId,
    now: Timestamp,
) -> Doing {
    touch(&mut transaction, id, now).await?;
    keep(transaction, id).await
}

/// Keeps what an act has written, and gives the registration as it is from now on.
pub(super) async fn keep(
    mut transaction: sqlx::Transaction<'_, sqlx::Postgres>,
    id: RegistrationId,
) -> Doing {
    let kept = read(&mut transaction, &[id.0]).await?.pop().ok_or(Error::NotFound)?;
    let shown = beside(&mut transaction, &kept).await?;
    transaction.commit().await?;
    Ok((Ok(kept), shown))
}
