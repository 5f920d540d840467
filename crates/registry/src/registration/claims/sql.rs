//! Claims as they stand in their rows, each with its registration, with the person whose number it is, and with its newest review.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool, query, query_scalar};
use utoipa::ToSchema;
use uuid::Uuid;

use super::NumberClaimId;
use crate::document::DocumentKind;
use crate::named::Named;
use crate::registration::sql::{Registration, read_each as read_registrations};
use zaichang_core::ids::{AccountId, PersonId, RegistrationId, UnitId};
use zaichang_platform::change::{Changeable, LastChange};
use zaichang_platform::db;
use zaichang_platform::http::Version;
use zaichang_platform::review::{self as kit, Review, Subject, Word};

/// What is reviewed: it is kept for good with each step, so name and number stand in it masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NumberClaimProposal)]
pub(in crate::registration) struct Proposal {
    /// Masked.
    pub name: String,
    pub document: DocumentKind,
    /// Masked.
    pub number: String,
    /// What the claimant says.
    pub note: String,
}

/// What a review calls a claim.
pub(super) const fn subject(NumberClaimId(id): NumberClaimId) -> Subject {
    Subject { noun: "number_claim", id }
}

/// Whose number it is, numbers sealed.
#[derive(Clone)]
pub(super) struct Record {
    pub person: PersonId,
    pub name: String,
    pub document: DocumentKind,
    pub key_id: Vec<u8>,
    pub id_number_sealed: Vec<u8>,
    pub phone_sealed: Vec<u8>,
    pub unit: Named,
    pub department: Option<Named>,
    pub is_merged: bool,
    /// Whether their unit can judge: it is open and has an admin who may.
    pub unit_judges: bool,
}

/// A claim as it stands.
#[derive(Clone)]
pub(super) struct Claim {
    pub id: NumberClaimId,
    pub version: Version,
    /// Whose phone is to be put in.
    pub registration: Registration,
    pub record: Record,
    /// The number that was claimed, by its indexes under every key of that day; none of a claim of before they were kept.
    pub number_indexes: Option<Vec<Vec<u8>>>,
    /// Until when it is kept, if one is.
    pub photo_until: Option<Timestamp>,
    /// The admins who have looked at it.
    pub photo_seen_by: Vec<AccountId>,
    /// How many others of the same number wait.
    pub others: i64,
    pub review: Review<Proposal>,
}

/// Those of these claims that there are and that were ever begun, each by itself.
pub(super) async fn read_each(
    connection: &mut PgConnection,
    ids: &[i64],
) -> sqlx::Result<Vec<(NumberClaimId, sqlx::Result<Claim>)>> {
    let rows = query!(
        r#"select number_claims.id, number_claims.version, registration_id, photo_until, photo_seen_by,
               number_claims.number_indexes, people.id as person, people.name, people.document,
               people.key_id, people.id_number_sealed, people.phone_sealed, people.merged_into is not null as "is_merged!",
               units.id as unit, units.name as unit_name, departments.id as "department?", departments.name as "department_name?",
               units.closed_at is null and has_admin_for(units.id, 'people') as "unit_judges!",
               (select count(*) from number_claims other
                where other.person_id = number_claims.person_id and other.id <> number_claims.id
                    and exists (select from reviews where noun = 'number_claim' and noun_id = other.id and state = 'submitted'))
                   as "others!"
           from number_claims
           join people on people.id = number_claims.person_id
           join units on units.id = people.unit_id
           left join units departments on departments.id = people.department_id
           where number_claims.id = any($1) order by number_claims.id"#,
        ids,
    );
    let rows = rows.fetch_all(&mut *connection).await?;
    let registrations: Vec<_> = rows.iter().map(|row| row.registration_id).collect();
    let mut registrations = read_registrations(&mut *connection, &registrations).await?;
    let mut reviews = kit::newest::<Proposal>(connection, subject(NumberClaimId(0)).noun, ids).await?;
    let claims = rows.into_iter().filter_map(|row| {
        let registration = registrations.iter().position(|(id, _)| id.0 == row.registration_id)?;
        let registration = registrations.swap_remove(registration).1;
        let review = reviews.iter().position(|(id, _)| *id == row.id)?;
        let review = reviews.swap_remove(review).1;
        let claim = || {
            let record = Record {
                person: PersonId(row.person),
                document: db::word("people", "document", row.person, &row.document)?,
                name: row.name,
                key_id: row.key_id,
                id_number_sealed: row.id_number_sealed,
                phone_sealed: row.phone_sealed,
                unit: Named { id: UnitId(row.unit), name: row.unit_name },
                department: row
                    .department
                    .zip(row.department_name)
                    .map(|(id, name)| Named { id: UnitId(id), name }),
                is_merged: row.is_merged,
                unit_judges: row.unit_judges,
            };
            Ok(Claim {
                id: NumberClaimId(row.id),
                version: Version(row.version),
                registration: registration?,
                record,
                number_indexes: row.number_indexes,
                photo_until: row.photo_until.map(jiff_sqlx::Timestamp::to_jiff),
                photo_seen_by: row.photo_seen_by.into_iter().map(AccountId).collect(),
                others: row.others,
                review: review?,
            })
        };
        Some((NumberClaimId(row.id), claim()))
    });
    Ok(claims.collect())
}

impl Changeable for Claim {
    const NOUN: &'static str = subject(NumberClaimId(0)).noun;

    fn id(&self) -> i64 {
        self.id.0
    }

    fn version(&self) -> Version {
        self.version
    }

    async fn read(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<Self>> {
        read_each(connection, ids).await?.into_iter().map(|(_, row)| row).collect()
    }

    /// With the people whose numbers they are, and whatever else waits of theirs: one verdict may end the others. The order is that of
    /// all who change a claim: people, registrations, claims.
    async fn lock(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<()> {
        let people = query_scalar!("select distinct person_id from number_claims where id = any($1)", ids);
        let people = people.fetch_all(&mut *connection).await?;
        lock_of(connection, &people).await
    }

    async fn last_change(connection: &mut PgConnection, id: i64) -> sqlx::Result<LastChange> {
        let last = query!(
            r#"select accounts.name as "by?", changed_at from number_claims left join accounts on accounts.id = changed_by
               where number_claims.id = $1"#,
            id,
        );
        let last = last.fetch_one(connection).await?;
        Ok(LastChange { by: last.by, at: last.changed_at.map(jiff_sqlx::Timestamp::to_jiff) })
    }
}

/// Locks these people, and all claims of their numbers with their registrations.
async fn lock_of(connection: &mut PgConnection, people: &[i64]) -> sqlx::Result<()> {
    query_scalar!("select id from people where id = any($1) order by id for no key update", people)
        .fetch_all(&mut *connection)
        .await?;
    query_scalar!(
        "select id from registrations where id in (select registration_id from number_claims where person_id = any($1))
         order by id for no key update",
        people,
    )
    .fetch_all(&mut *connection)
    .await?;
    query_scalar!(
        "select id from number_claims where person_id = any($1) order by id for no key update",
        people
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// Holds the person, before anything of a claim is locked.
pub(super) async fn hold_person(connection: &mut PgConnection, person: PersonId) -> sqlx::Result<()> {
    query_scalar!("select id from people where id = $1 for no key update", person.0)
        .fetch_one(connection)
        .await?;
    Ok(())
}

/// Whether this person still has the document number of these indexes, under whatever key; the caller holds the person.
pub(super) async fn has_number(
    connection: &mut PgConnection,
    PersonId(person): PersonId,
    indexes: &[Vec<u8>],
) -> sqlx::Result<bool> {
    let has = query_scalar!(
        r#"select exists (select from people where id = $1 and id_number_index = any($2))
               or exists (select from number_indexes where person_id = $1 and kind = 'id_number' and index = any($2)) as "has!""#,
        person,
        indexes,
    );
    has.fetch_one(connection).await
}

/// The claim that a registration, which the caller has locked, has begun last, and where it stands; none that was never begun.
pub(super) async fn of_registration(
    connection: &mut PgConnection,
    registration: RegistrationId,
) -> sqlx::Result<Option<(NumberClaimId, PersonId, Review<Proposal>)>> {
    let row = query!(
        "select id, person_id from number_claims where registration_id = $1 order by begun_at desc, id desc limit 1",
        registration.0
    );
    let Some(row) = row.fetch_optional(&mut *connection).await? else { return Ok(None) };
    let id = NumberClaimId(row.id);
    let review = review_of(connection, id).await?;
    Ok(review.map(|review| (id, PersonId(row.person_id), review)))
}

/// Where a claim stands; nowhere, if its review was never begun.
pub(super) async fn review_of(
    connection: &mut PgConnection,
    id: NumberClaimId,
) -> sqlx::Result<Option<Review<Proposal>>> {
    let review = kit::newest::<Proposal>(connection, subject(id).noun, &[id.0]).await?.pop();
    review.map(|(_, review)| review).transpose()
}

/// All claims of a registration: of each number one.
pub(super) async fn all_of(
    connection: &mut PgConnection,
    registration: RegistrationId,
) -> sqlx::Result<Vec<NumberClaimId>> {
    let ids =
        query_scalar!("select id from number_claims where registration_id = $1 order by id", registration.0);
    Ok(ids.fetch_all(connection).await?.into_iter().map(NumberClaimId).collect())
}

/// The claim as its claimant is shown it; none that was never handed in.
pub(in crate::registration) async fn mine(
    connection: &mut PgConnection,
    registration: RegistrationId,
) -> sqlx::Result<Option<Review<Proposal>>> {
    let found = of_registration(connection, registration).await?;
    Ok(found.map(|(_, _, review)| review).filter(|review| review.submission.is_some()))
}

/// Whether a claim of this registration waits for its verdict.
pub(in crate::registration) async fn stands(
    connection: &mut PgConnection,
    registration: RegistrationId,
) -> sqlx::Result<bool> {
    let review = mine(connection, registration).await?;
    Ok(review.is_some_and(|review| review.state.word() == Word::Submitted))
}

/// The row of a registration's claim of this person's number, by the number's indexes under every key. A photo of before goes.
pub(super) async fn keep(
    connection: &mut PgConnection,
    registration: RegistrationId,
    person: PersonId,
    indexes: &[Vec<u8>],
    now: Timestamp,
) -> sqlx::Result<NumberClaimId> {
    let id = query_scalar!(
        "insert into number_claims as kept (registration_id, person_id, number_indexes, begun_at, changed_at)
         values ($1, $2, $3, $4, $4)
         on conflict on constraint number_claim_is_the_only_one_of_its_number do update
         set number_indexes = $3, begun_at = $4, photo_id = null, photo_sealed = null, photo_until = null, photo_seen_by = '{}',
             version = kept.version + 1, changed_by = null, changed_at = $4
         returning id",
        registration.0,
        person.0,
        indexes,
        now.to_sqlx() as _,
    );
    Ok(NumberClaimId(id.fetch_one(connection).await?))
}

/// A photo, sealed.
pub(super) struct SealedPhoto {
    pub id: Uuid,
    pub bytes: Vec<u8>,
    pub until: Timestamp,
}

/// Keeps the photo of a claim; or none from now on. It is a new version either way.
pub(super) async fn keep_photo(
    connection: &mut PgConnection,
    claims: &[i64],
    photo: Option<&SealedPhoto>,
    by: Option<AccountId>,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update number_claims set photo_id = $2, photo_sealed = $3, photo_until = $4, photo_seen_by = '{}', version = version + 1,
             changed_by = $5, changed_at = $6
         where id = any($1)",
        claims,
        photo.map(|photo| photo.id),
        photo.map(|photo| photo.bytes.as_slice()),
        photo.map(|photo| photo.until.to_sqlx()) as _,
        by.map(|by| by.0),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The photo of a claim, as long as it is kept.
pub(super) async fn photo(
    connection: &mut PgConnection,
    claim: NumberClaimId,
    now: Timestamp,
) -> sqlx::Result<Option<SealedPhoto>> {
    let row = query!(
        r#"select photo_id as "id!", photo_sealed as "bytes!", photo_until as "until!" from number_claims
           where id = $1 and photo_until > $2"#,
        claim.0,
        now.to_sqlx() as _,
    );
    let row = row.fetch_optional(connection).await?;
    Ok(row.map(|row| SealedPhoto { id: row.id, bytes: row.bytes, until: row.until.to_jiff() }))
}

/// Writes down that this admin has looked at this photo, if it is still that claim's.
pub(super) async fn keep_look(
    connection: &mut PgConnection,
    claim: NumberClaimId,
    photo: Uuid,
    AccountId(by): AccountId,
) -> sqlx::Result<()> {
    query!(
        "update number_claims set photo_seen_by = photo_seen_by || $3::bigint
         where id = $1 and photo_id = $2 and $3 <> all(photo_seen_by)",
        claim.0,
        photo,
        by,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether a claim was never handed in.
pub(super) async fn never_handed_in(
    connection: &mut PgConnection,
    claim: NumberClaimId,
) -> sqlx::Result<bool> {
    let never = query_scalar!(
        r#"select not exists (
               select from reviews join review_steps on review_id = reviews.id
               where noun = 'number_claim' and noun_id = $1 and step = 'submit'
           ) as "never!""#,
        claim.0,
    );
    never.fetch_one(connection).await
}

/// How often this registration has handed a claim in, since then and in all.
pub(super) async fn submissions(
    connection: &mut PgConnection,
    registration: RegistrationId,
    since: Timestamp,
) -> sqlx::Result<(i64, i64)> {
    let row = query!(
        r#"select count(*) filter (where at >= $2) as "lately!", count(*) as "all!"
           from reviews join review_steps on review_id = reviews.id
           where noun = 'number_claim' and noun_id in (select id from number_claims where registration_id = $1)
               and step = 'submit'"#,
        registration.0,
        since.to_sqlx() as _,
    );
    let row = row.fetch_one(connection).await?;
    Ok((row.lately, row.all))
}

/// The other claims of a person's number that wait.
pub(super) async fn waiting_of(
    connection: &mut PgConnection,
    person: PersonId,
    but: NumberClaimId,
) -> sqlx::Result<Vec<i64>> {
    let ids = query_scalar!(
        "select id from number_claims where person_id = $1 and id <> $2
             and exists (select from reviews where noun = 'number_claim' and noun_id = number_claims.id and state = 'submitted')
         order by id",
        person.0,
        but.0,
    );
    ids.fetch_all(connection).await
}

/// Takes away photos whose time is over.
pub(in crate::registration) async fn sweep_photos(pool: &PgPool, now: Timestamp) -> sqlx::Result<()> {
    query!(
        "update number_claims set photo_id = null, photo_sealed = null, photo_until = null, photo_seen_by = '{}'
         where photo_until <= $1",
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Whether some wait for the verdict of this unit: of its own people, or, of an authority, of people whose unit is closed or has no
/// admin who may judge, where it is the nearest that has.
pub(in crate::registration) async fn some_wait_for(pool: &PgPool, unit: UnitId) -> sqlx::Result<bool> {
    let wait = query_scalar!(
        r#"select exists (
               select from (
                   select distinct people.unit_id
                   from reviews join number_claims on number_claims.id = noun_id join people on people.id = person_id
                   where noun = 'number_claim' and reviews.state = 'submitted' and people.unit_id in (select unit_and_below($1))
               ) waiting
               where $1 = (
                   select units.id from units
                   where units.id in (select unit_and_above(waiting.unit_id)) and closed_at is null and has_admin_for(units.id, 'people')
                   order by length(units.path) desc limit 1
               )
           ) as "wait!""#,
        unit.0,
    );
    wait.fetch_one(pool).await
}
