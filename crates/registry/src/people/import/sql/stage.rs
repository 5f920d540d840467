//! Rows that wait to be written, numbers sealed: they are put there some at a time before the one transaction, which then writes
//! them by whole statements.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::Serialize;
use sqlx::types::Json;
use sqlx::{PgPool, query};
use uuid::Uuid;

use crate::people::import::plan::{Filled, New};
use crate::people::sql::Bytea;
use crate::title::{TitleLevel, TitleSeries, title};
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_core::reading::Reading;
use zaichang_core::seal::{self, Kind, Sealed, Sealer};

/// Rows of a batch.
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(in crate::people::import) struct Staged(Vec<StagedPerson>);

/// A row of `staged_people`: each field is called as its column.
#[derive(Default, Serialize)]
struct StagedPerson {
    row: i32,
    person_id: Option<PersonId>,
    version: Option<i64>,
    name: Option<String>,
    pinyin: Option<String>,
    initials: Option<String>,
    document: Option<&'static str>,
    id_number_sealed: Option<Bytea<Vec<u8>>>,
    id_number_index: Option<Bytea<Vec<u8>>>,
    /// Under the other keys of the list, one behind the other.
    other_id_number_indexes: Option<Bytea<Vec<u8>>>,
    phone_sealed: Option<Bytea<Vec<u8>>>,
    phone_index: Option<Bytea<Vec<u8>>>,
    other_phone_indexes: Option<Bytea<Vec<u8>>>,
    unit_id: Option<UnitId>,
    department_id: Option<UnitId>,
    title: Option<&'static str>,
    title_series: Option<&'static str>,
    title_level: Option<&'static str>,
    specialty: Option<String>,
    takes_part: Option<bool>,
    card_number: Option<String>,
    account: Option<String>,
}

impl StagedPerson {
    fn new(row: u32, titled: Option<(TitleSeries, TitleLevel)>) -> Self {
        Self {
            row: i32::try_from(row).unwrap_or(i32::MAX),
            title: titled.map(|(series, level)| title(series, level)),
            title_series: titled.map(|(series, _)| series.word()),
            title_level: titled.map(|(_, level)| level.word()),
            ..Self::default()
        }
    }
}

impl Staged {
    /// Seals a new person.
    pub fn add(&mut self, row: u32, new: &New, sealer: &Sealer) -> Result<(), seal::Error> {
        let said = &new.said;
        let Reading { pinyin, initials } = Reading::of_name(&said.name);
        let number = sealer.seal(Kind::IdNumber, &said.document.expose())?;
        let phone = sealer.seal(Kind::Phone, said.phone.expose())?;
        let others = |sealed: &Sealed| Some(Bytea(sealed.other_indexes.concat()));
        self.0.push(StagedPerson {
            name: Some(said.name.clone()),
            pinyin: Some(pinyin),
            initials: Some(initials),
            document: Some(said.document.kind().word()),
            other_id_number_indexes: others(&number),
            id_number_sealed: Some(Bytea(number.bytes)),
            id_number_index: Some(Bytea(number.index)),
            other_phone_indexes: others(&phone),
            phone_sealed: Some(Bytea(phone.bytes)),
            phone_index: Some(Bytea(phone.index)),
            unit_id: Some(new.unit),
            department_id: new.department,
            specialty: Some(said.specialty.clone()),
            takes_part: Some(said.takes_part),
            card_number: said.card_number.clone(),
            account: said.account.clone(),
            ..StagedPerson::new(row, Some(said.titled))
        });
        Ok(())
    }

    /// What is filled in of somebody who stands.
    pub fn fill(&mut self, row: u32, filled: &Filled) {
        self.0.push(StagedPerson {
            person_id: Some(filled.person),
            version: Some(filled.version),
            department_id: filled.department,
            card_number: filled.card_number.clone(),
            account: filled.account.clone(),
            ..StagedPerson::new(row, filled.titled)
        });
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Puts rows of a batch there.
pub(in crate::people::import) async fn stage(
    pool: &PgPool,
    batch: Uuid,
    key_id: &[u8],
    staged: &Staged,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "insert into staged_people (batch, staged_at, key_id, row, person_id, version, name, pinyin, initials, document,
             id_number_sealed, id_number_index, other_id_number_indexes, phone_sealed, phone_index, other_phone_indexes,
             unit_id, department_id, title, title_series, title_level, specialty, takes_part, card_number, account)
         select $1, $2, $3, row, person_id, version, name, pinyin, initials, document,
             id_number_sealed, id_number_index, other_id_number_indexes, phone_sealed, phone_index, other_phone_indexes,
             unit_id, department_id, title, title_series, title_level, specialty, takes_part, card_number, account
         from jsonb_populate_recordset(null::staged_people, $4)",
        batch,
        now.to_sqlx() as _,
        key_id,
        Json(staged) as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Takes a batch away, written or not.
pub(in crate::people::import) async fn clear(pool: &PgPool, batch: Uuid) -> sqlx::Result<()> {
    query!("delete from staged_people where batch = $1", batch).execute(pool).await?;
    Ok(())
}

/// Takes away what an import that died has left.
pub(in crate::people) async fn sweep(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    query!("delete from staged_people where staged_at < $1", before.to_sqlx() as _).execute(pool).await?;
    Ok(())
}
