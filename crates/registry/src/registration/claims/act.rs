//! What the claimant does: begins a claim, hands it in with the photo, takes it back. Each under the locks of the person whose number it
//! is, of the registration and of the claim, in this order; and counted before anything is looked for.

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::sql::{self, Proposal, SealedPhoto, subject};
use super::{Error, NumberClaimId, notice, photo};
use crate::document::Document;
use crate::people;
use crate::registration::applicant::{
    Done, as_it_stands, count_number, keep, lock as lock_seen, may_write, opened_by,
};
use crate::registration::session::Session;
use crate::registration::sql::{Registration, keep_name, touch};
use crate::registration::{self};
use zaichang_core::MaskedName;
use zaichang_core::clock::{Clock, day_of, instant_of};
use zaichang_core::ids::PersonId;
use zaichang_core::keys::Keys;
use zaichang_core::seal::{Kind as SealKind, Sealer};
use zaichang_platform::change::Changeable as _;
use zaichang_platform::http::IfMatch;
use zaichang_platform::review::{self as kit, Levels, NotNow, Reason, Review, Step, Word};
use zaichang_platform::sealed;

/// How long a photo waits for its verdict at most.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Claims that one registration hands in on a day, and ever.
const A_DAY: i64 = 5;
const IN_ALL: i64 = 20;
/// Claims of one number that wait at once: each is of another proved phone.
const OF_A_NUMBER: usize = 5;

const PURPOSE: &[u8] = b"zaichang/claim-photo/v1";
const PHOTO: &[u8] = b"photo";

/// What is claimed, checked.
pub(super) struct ClaimedNumber {
    pub name: String,
    pub document: Document,
    pub note: Reason,
}

/// Whose number this is. Each one that is looked for is counted first, with those of the form: the holder of a phone learns of a few
/// numbers a day whether they are registered, and of none by whom.
pub(super) async fn whose(
    pool: &PgPool,
    sealer: &Sealer,
    session: Session,
    document: &Document,
    now: Timestamp,
) -> Result<PersonId, Error> {
    let mut connection = pool.acquire().await?;
    count_number(&mut connection, sealer, session, document, now).await?;
    let person = people::of_document(&mut connection, sealer, document).await?.ok_or(Error::NumberFree)?;
    match people::voided_by(&mut connection, sealer, document).await? {
        Some(by) => Err(registration::Error::NumberVoided { by }.into()),
        None => Ok(person),
    }
}

/// The registration under its lock, if its holder may claim something with it.
pub(super) async fn lock(connection: &mut PgConnection, session: Session) -> Result<Registration, Error> {
    Registration::lock(connection, &[session.registration.0]).await?;
    of_nobody(opened_by(connection, session).await?)
}

/// The registration, if it has become no person's yet.
pub(super) fn of_nobody(registration: Registration) -> Result<Registration, Error> {
    if registration.person.is_some() { Err(Error::NotNow(NotNow::Over)) } else { Ok(registration) }
}

/// Begins a claim of this number, or says another name or note of one that is not handed in.
pub(super) async fn begin(
    pool: &PgPool,
    sealer: &Sealer,
    clock: &Clock,
    session: Session,
    seen: &IfMatch,
    wanted: ClaimedNumber,
) -> Result<Done, Error> {
    let person = whose(pool, sealer, session, &wanted.document, clock.now()).await?;
    let mut transaction = pool.begin().await?;
    sql::hold_person(&mut transaction, person).await?;
    // Meanwhile it may have been put right: under the lock it is theirs until the claim is written.
    let indexes: Vec<_> = sealer.indexes(SealKind::IdNumber, &wanted.document.expose()).collect();
    if !sql::has_number(&mut transaction, person, &indexes).await? {
        return Err(Error::NumberFree);
    }
    let registration = match lock_seen(&mut transaction, session, seen).await? {
        Ok(registration) => of_nobody(registration)?,
        standing => return Ok(as_it_stands(&mut transaction, standing).await?),
    };
    may_write(&registration.state())?;
    if !registration.consents() {
        return Err(registration::Error::Incomplete("consent").into());
    }
    if sql::stands(&mut transaction, registration.id).await? {
        return Err(Error::NotNow(NotNow::AuthoritysTurn));
    }
    let proposal = Proposal {
        name: MaskedName::of(&wanted.name).as_str().to_owned(),
        document: wanted.document.kind(),
        number: wanted.document.masked(),
        note: wanted.note.into(),
    };
    let now = clock.now();
    keep_name(&mut transaction, sealer, &registration, wanted.name).await?;
    let claim = sql::keep(&mut transaction, registration.id, person, &indexes, now).await?;
    match sql::review_of(&mut transaction, claim).await? {
        Some(review) if review.state.turn().is_some() => {
            kit::propose(&mut transaction, review, proposal).await?;
        }
        _ => drop(kit::begin(&mut transaction, subject(claim), Levels::ONE, None, proposal).await?),
    }
    touch(&mut transaction, registration.id, now).await?;
    Ok(keep(transaction, registration.id).await?)
}

/// Refuses a photo that could not be handed in, before it is read from the line: most of what `submit` asks again under the locks.
pub(super) async fn may_submit(pool: &PgPool, session: Session, now: Timestamp) -> Result<(), Error> {
    let mut connection = pool.acquire().await?;
    let registration = of_nobody(opened_by(&mut connection, session).await?)?;
    let begun = sql::of_registration(&mut connection, registration.id).await?;
    admits_photo(&mut connection, &registration, begun.as_ref(), now).await
}

/// Whether a photo may be handed in with this claim.
async fn admits_photo(
    connection: &mut PgConnection,
    registration: &Registration,
    begun: Option<&(NumberClaimId, PersonId, Review<Proposal>)>,
    now: Timestamp,
) -> Result<(), Error> {
    may_write(&registration.state())?;
    let (claim, person, review) = begun.ok_or(Error::NotBegun)?;
    match review.state.word() {
        Word::Draft | Word::Returned => {}
        Word::Submitted => return Err(Error::NotNow(NotNow::AuthoritysTurn)),
        Word::Approved | Word::Rejected => return Err(Error::NotBegun),
    }
    let (today, all) = sql::submissions(connection, registration.id, instant_of(day_of(now), 0)).await?;
    if today >= A_DAY || all >= IN_ALL {
        return Err(Error::Used);
    }
    if sql::waiting_of(connection, *person, *claim).await?.len() >= OF_A_NUMBER {
        return Err(Error::Full);
    }
    Ok(())
}

/// The photo as it is kept. Whatever permits it needs are given back once it is decoded, not when the caller hangs up.
pub(super) async fn read_photo(sent: Bytes, permits: impl Send + 'static) -> Result<Vec<u8>, Error> {
    let read = tokio::task::spawn_blocking(move || {
        let read = photo::read(&sent);
        drop(permits);
        read
    });
    // What brings a decoder down is no photo.
    read.await.unwrap_or(Err(photo::Unfit::NoPhoto)).map_err(Error::Photo)
}

/// Hands the claim in, with a photo that was read; whose number it is learns of it, the first time.
pub(super) async fn submit(
    pool: &PgPool,
    keys: &Keys,
    clock: &Clock,
    session: Session,
    seen: &IfMatch,
    jpeg: &[u8],
) -> Result<Done, Error> {
    let id = random_id()?;
    let bytes = sealed::seal(keys, sealed::Place { purpose: PURPOSE, id }, PHOTO, jpeg)?;
    let mut transaction = pool.begin().await?;
    // Read before its lock: whose number it is does not change but by its claimant.
    let begun = sql::of_registration(&mut transaction, session.registration).await?;
    let (_, person, _) = begun.ok_or(Error::NotBegun)?;
    sql::hold_person(&mut transaction, person).await?;
    let registration = match lock_seen(&mut transaction, session, seen).await? {
        Ok(registration) => of_nobody(registration)?,
        standing => return Ok(as_it_stands(&mut transaction, standing).await?),
    };
    let now = clock.now();
    let begun =
        sql::of_registration(&mut transaction, registration.id).await?.filter(|(_, of, _)| *of == person);
    admits_photo(&mut transaction, &registration, begun.as_ref(), now).await?;
    let (claim, _, review) = begun.ok_or(Error::NotBegun)?;
    if sql::never_handed_in(&mut transaction, claim).await? {
        notice::warn(&mut transaction, claim, person, now).await?;
    }
    let photo = SealedPhoto { id, bytes, until: now + KEPT };
    sql::keep_photo(&mut transaction, &[claim.0], Some(&photo), None, now).await?;
    kit::take_as_applicant(&mut transaction, review, Step::Submit, now).await?;
    touch(&mut transaction, registration.id, now).await?;
    Ok(keep(transaction, registration.id).await?)
}

/// Takes the claim back, until its verdict. The photo goes at once.
pub(super) async fn withdraw(
    pool: &PgPool,
    clock: &Clock,
    session: Session,
    seen: &IfMatch,
) -> Result<Done, Error> {
    let mut transaction = pool.begin().await?;
    let registration = match lock_seen(&mut transaction, session, seen).await? {
        Ok(registration) => of_nobody(registration)?,
        standing => return Ok(as_it_stands(&mut transaction, standing).await?),
    };
    let now = clock.now();
    give_up(&mut transaction, &registration, now).await?.then_some(()).ok_or(Error::NotBegun)?;
    touch(&mut transaction, registration.id, now).await?;
    Ok(keep(transaction, registration.id).await?)
}

/// Takes back whatever claim of this registration, which is locked, waits. Whether there was one.
pub(super) async fn give_up(
    connection: &mut PgConnection,
    registration: &Registration,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some((claim, _, review)) = sql::of_registration(connection, registration.id).await? else {
        return Ok(false);
    };
    if review.state.word() != Word::Submitted {
        return Ok(false);
    }
    kit::take_as_applicant(connection, review, Step::Withdraw, now).await?;
    sql::keep_photo(connection, &[claim.0], None, None, now).await?;
    Ok(true)
}

/// A photo in clear.
pub(super) fn opened(keys: &Keys, photo: &SealedPhoto) -> Result<Vec<u8>, Error> {
    sealed::open(keys, sealed::Place { purpose: PURPOSE, id: photo.id }, PHOTO, &photo.bytes).map_err(
        |error| {
            // Its master key is kept no longer.
            tracing::error!(%error, "a claim's photo cannot be opened");
            Error::PhotoGone
        },
    )
}

fn random_id() -> sqlx::Result<Uuid> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(sealed::failed)?;
    Ok(uuid::Builder::from_random_bytes(random).into_uuid())
}
