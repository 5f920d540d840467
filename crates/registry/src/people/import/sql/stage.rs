//! Rows that wait to be written, numbers sealed: they are put there some at a time before the one transaction, which then writes
//! them by whole statements.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgPool, query};
use uuid::Uuid;

use crate::people::import::plan::{Filled, New};
use crate::title::{TitleLevel, TitleSeries, title};
use zaichang_core::reading::Reading;
use zaichang_core::seal::{self, Kind, Sealed, Sealer};

/// Rows of a batch, column by column.
#[derive(Default)]
pub(in crate::people::import) struct Staged {
    rows: Vec<i32>,
    people: Vec<Option<i64>>,
    versions: Vec<Option<i64>>,
    names: Vec<Option<String>>,
    pinyin: Vec<Option<String>>,
    initials: Vec<Option<String>>,
    documents: Vec<Option<String>>,
    numbers: Numbers,
    phones: Numbers,
    units: Vec<Option<i64>>,
    departments: Vec<Option<i64>>,
    titles: Vec<Option<String>>,
    series: Vec<Option<String>>,
    levels: Vec<Option<String>>,
    specialties: Vec<Option<String>>,
    take_part: Vec<Option<bool>>,
    cards: Vec<Option<String>>,
}

/// Sealed numbers of one kind.
#[derive(Default)]
struct Numbers {
    sealed: Vec<Option<Vec<u8>>>,
    indexes: Vec<Option<Vec<u8>>>,
    /// The indexes under the other keys of the list, one behind the other.
    others: Vec<Option<Vec<u8>>>,
}

impl Numbers {
    fn push(&mut self, sealed: Option<Sealed>) {
        let (bytes, index, others) = match sealed {
            Some(Sealed { bytes, index, other_indexes }) => {
                (Some(bytes), Some(index), Some(other_indexes.concat()))
            }
            None => (None, None, None),
        };
        self.sealed.push(bytes);
        self.indexes.push(index);
        self.others.push(others);
    }
}

fn row_of(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl Staged {
    /// Seals a new person.
    pub fn add(&mut self, row: u32, new: &New, sealer: &Sealer) -> Result<(), seal::Error> {
        let said = &new.said;
        self.numbers.push(Some(sealer.seal(Kind::IdNumber, &said.document.expose())?));
        self.phones.push(Some(sealer.seal(Kind::Phone, said.phone.expose())?));
        let Reading { pinyin, initials } = Reading::of_name(&said.name);
        self.rows.push(row_of(row));
        self.people.push(None);
        self.versions.push(None);
        self.names.push(Some(said.name.clone()));
        self.pinyin.push(Some(pinyin));
        self.initials.push(Some(initials));
        self.documents.push(Some(said.document.kind().word().to_owned()));
        self.units.push(Some(new.unit.0));
        self.departments.push(new.department.map(|department| department.0));
        self.titled(Some(said.titled));
        self.specialties.push(Some(said.specialty.clone()));
        self.take_part.push(Some(said.takes_part));
        self.cards.push(said.card_number.clone());
        Ok(())
    }

    /// What is filled in of somebody who stands.
    pub fn fill(&mut self, row: u32, filled: &Filled) {
        self.numbers.push(None);
        self.phones.push(None);
        self.rows.push(row_of(row));
        self.people.push(Some(filled.person.0));
        self.versions.push(Some(filled.version));
        for texts in [&mut self.names, &mut self.pinyin, &mut self.initials, &mut self.documents] {
            texts.push(None);
        }
        self.units.push(None);
        self.departments.push(filled.department.map(|department| department.0));
        self.titled(filled.titled);
        self.specialties.push(None);
        self.take_part.push(None);
        self.cards.push(filled.card_number.clone());
    }

    fn titled(&mut self, titled: Option<(TitleSeries, TitleLevel)>) {
        self.titles.push(titled.map(|(series, level)| title(series, level).to_owned()));
        self.series.push(titled.map(|(series, _)| series.word().to_owned()));
        self.levels.push(titled.map(|(_, level)| level.word().to_owned()));
    }

    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
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
        "insert into staged_people (batch, row, staged_at, key_id, person_id, version, name, pinyin, initials, document,
             id_number_sealed, id_number_index, other_id_number_indexes, phone_sealed, phone_index, other_phone_indexes,
             unit_id, department_id, title, title_series, title_level, specialty, takes_part, card_number)
         select $1, staged.row, $2, $3, person_id, version, name, pinyin, initials, document, id_number_sealed, id_number_index,
             other_id_number_indexes, phone_sealed, phone_index, other_phone_indexes, unit_id, department_id, title, title_series,
             title_level, specialty, takes_part, card_number
         from unnest($4::integer[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[],
             $12::bytea[], $13::bytea[], $14::bytea[], $15::bytea[], $16::bytea[], $17::bigint[], $18::bigint[], $19::text[],
             $20::text[], $21::text[], $22::text[], $23::boolean[], $24::text[])
             staged (row, person_id, version, name, pinyin, initials, document, id_number_sealed, id_number_index,
                 other_id_number_indexes, phone_sealed, phone_index, other_phone_indexes, unit_id, department_id, title,
                 title_series, title_level, specialty, takes_part, card_number)",
        batch,
        now.to_sqlx() as _,
        key_id,
        &staged.rows,
        &staged.people as _,
        &staged.versions as _,
        &staged.names as _,
        &staged.pinyin as _,
        &staged.initials as _,
        &staged.documents as _,
        &staged.numbers.sealed as _,
        &staged.numbers.indexes as _,
        &staged.numbers.others as _,
        &staged.phones.sealed as _,
        &staged.phones.indexes as _,
        &staged.phones.others as _,
        &staged.units as _,
        &staged.departments as _,
        &staged.titles as _,
        &staged.series as _,
        &staged.levels as _,
        &staged.specialties as _,
        &staged.take_part as _,
        &staged.cards as _,
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
