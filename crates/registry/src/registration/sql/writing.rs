//! What is entered of a registration, written over what stands: by its applicant, or put right by the unit.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query};

use super::{Applicant, Registration, stand_in_the_tree};
use crate::document::Document;
use crate::people::PRIVACY_NOTICE;
use crate::registration::entry::ValidEntry;
use crate::registration::{Error, proposing};
use crate::title::{TitleLevel, TitleSeries};
use zaichang_core::seal::{self, Kind, Sealer};

/// Writes what is wanted over what stands: under the row's lock, in the caller's transaction.
pub(in crate::registration) async fn write(
    connection: &mut PgConnection,
    sealer: &Sealer,
    before: &Registration,
    wanted: &ValidEntry,
    now: Timestamp,
) -> Result<(), Error> {
    let proposed = match (&wanted.proposed, wanted.unit) {
        (Some(Some(proposed)), _) => {
            proposing::may_be_proposed(connection, proposed).await?;
            Some(proposed)
        }
        (Some(None), _) | (None, Some(_)) => None,
        (None, None) => before.proposed.as_ref(),
    };
    // Who proposes one has chosen none.
    let chosen = before.unit.as_ref().filter(|_| proposed.is_none()).map(|unit| unit.id);
    let unit = wanted.unit.or(chosen);
    let department = match wanted.department {
        Some(department) => department,
        // A department is its unit's.
        None if unit != before.unit.as_ref().map(|unit| unit.id) => None,
        None => before.department.as_ref().map(|department| department.id),
    };
    stand_in_the_tree(connection, unit, department).await?;
    query!(
        "update registrations set unit_id = $2, department_id = $3, title_series = $4, title_level = $5, specialty = $6,
             takes_part = $7, proposed_name = $11, proposed_division = $12, proposed_category = $13, proposed_address = $14,
             consent_version = case when $8 then $9 else consent_version end,
             consented_at = case when $8 and consent_version is distinct from $9 then $10 else consented_at end
         where id = $1",
        before.id.0,
        unit.map(|unit| unit.0),
        department.map(|department| department.0),
        wanted.series.or(before.series).map(TitleSeries::word),
        wanted.level.or(before.level).map(TitleLevel::word),
        wanted.specialty.as_ref().or(before.specialty.as_ref()),
        wanted.takes_part.or(before.takes_part),
        wanted.consents,
        PRIVACY_NOTICE,
        now.to_sqlx() as _,
        proposed.map(|unit| &unit.name),
        proposed.map(|unit| &unit.division),
        proposed.map(|unit| unit.category.word()),
        proposed.and_then(|unit| unit.address.as_ref()),
    )
    .execute(&mut *connection)
    .await?;
    let applicant = before.applicant(sealer)?;
    let changed = Applicant {
        name: wanted.name.clone().or_else(|| applicant.name.clone()),
        document: wanted.document.as_ref().map(Document::expose).or_else(|| applicant.document.clone()),
    };
    if changed != applicant {
        seal_again(connection, sealer, before, &changed).await?;
    }
    Ok(())
}

/// Writes what the applicant is called, and nothing else: under the row's lock, in the caller's transaction.
pub(in crate::registration) async fn keep_name(
    connection: &mut PgConnection,
    sealer: &Sealer,
    before: &Registration,
    name: String,
) -> Result<(), Error> {
    let applicant = before.applicant(sealer)?;
    if applicant.name.as_ref() == Some(&name) {
        return Ok(());
    }
    seal_again(connection, sealer, before, &Applicant { name: Some(name), ..applicant }).await
}

/// Seals what is personal with the newest key, and holds the number's index under every key of the list.
async fn seal_again(
    connection: &mut PgConnection,
    sealer: &Sealer,
    before: &Registration,
    applicant: &Applicant,
) -> Result<(), Error> {
    let phone = before.phone(sealer)?.ok_or(Error::NotFound)?;
    let phone = sealer.seal(Kind::Phone, phone.expose())?;
    let clear = serde_json::to_string(applicant).map_err(|_| seal::Error::Altered)?;
    let sealed = sealer.seal(Kind::Applicant, &clear)?;
    let number = applicant.document.as_deref();
    let numbers: Option<Vec<_>> = number.map(|number| sealer.indexes(Kind::IdNumber, number).collect());
    let key_id = sealer.key_id();
    query!(
        "update registrations set phone_sealed = $2, phone_index = $3, applicant_sealed = $4, number_index = $5,
             number_indexes = $6, key_id = $7
         where id = $1",
        before.id.0,
        phone.bytes,
        phone.index,
        sealed.bytes,
        numbers.as_ref().and_then(|numbers| numbers.first()),
        numbers.as_deref(),
        key_id.as_slice(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
