//! Which institutions lie below an admin's unit: by any part of any of their names, pinyin or initials, in a division or
//! everywhere, by what they are.

use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, query};
use utoipa::{IntoParams, ToSchema};

use super::kind::{Category, Grade, HospitalClass};
use super::sql;
use super::unit::Unit;
use zaichang_core::ids::UnitId;
use zaichang_platform::http::{Problem, Text};
use zaichang_platform::list::{self, COUNTED, Count, List};
use zaichang_platform::search::Search;

/// Whether units are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum UnitState {
    #[default]
    Open,
    Closed,
    All,
}

/// Which units are chosen.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UnitQuery {
    /// Words that stand, each somewhere, in a name that the unit has or had, its pinyin or its initials.
    #[param(max_length = 50)]
    pub q: Option<String>,
    /// Only those that lie in this division or below its authority, under the codes of before it was redrawn, too.
    #[param(value_type = Option<String>, max_length = 6, example = "430104")]
    pub division: Option<Text<6>>,
    pub category: Option<Category>,
    pub grade: Option<Grade>,
    pub hospital_class: Option<HospitalClass>,
    /// Open ones unless said.
    #[serde(default)]
    #[param(value_type = Option<UnitState>, inline)]
    pub state: UnitState,
}

/// Where a unit stands in the list: its name as it is read, and its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Keyset(pub String, pub i64);

impl list::Filter for UnitQuery {
    type Keyset = Keyset;
}

/// Each word that is searched for, and the same as letters where it is some.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    texts: Vec<String>,
    letters: Vec<Option<String>>,
}

impl UnitQuery {
    /// The words that are searched for, 5 at most. What is letters alone is one word: people put blanks into pinyin.
    pub fn words(&self) -> Result<Words, Problem> {
        let mut words = Words::default();
        let search = Search::of(self.q.as_deref())?;
        let parts = match &search {
            Some(search) if search.letters().is_some() => vec![search.text().to_owned()],
            search => Search::words(search.as_ref())?,
        };
        for part in &parts {
            if let Some(part) = Search::of(Some(part))? {
                words.letters.push(part.letters().map(ToOwned::to_owned));
                words.texts.push(part.text().to_owned());
            }
        }
        Ok(words)
    }
}

impl Words {
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// A page of the institutions below this unit, in the order of how their names are read, and how many all pages hold.
pub(super) async fn page(
    connection: &mut PgConnection,
    above: UnitId,
    list: &List<UnitQuery>,
    words: &Words,
) -> sqlx::Result<(list::Page<Unit, Keyset>, Count)> {
    let UnitQuery { division, category, grade, hospital_class, state, .. } = &list.filter;
    let row = query!(
        r#"with called as materialized (
               select called.id
               from unnest($2::text[], $3::text[]) word (text, letters),
                   lateral units_called(word.text, word.letters) called (id)
               group by called.id having count(*) = cardinality($2::text[])
           ),
           found as materialized (
               select units.id, coalesce(units.pinyin, '') collate "C" as reading
               from units above join units on units.path >= above.path and units.path < left(above.path, -1) || '0'
               where above.id = $1 and units.kind = 'unit'
                   and (cardinality($2::text[]) = 0 or units.id in (select id from called))
                   and ($4::text is null or units.id in (select units_in_division($4)))
                   and ($5::text is null or units.category = $5) and ($6::text is null or units.grade = $6)
                   and ($7::text is null or units.hospital_class = $7)
                   and ($8::bool is null or (units.closed_at is not null) = $8)
           ),
           page as (
               select id, reading from found
               where $9::text is null or (reading, id) > ($9, $10::bigint) order by reading, id limit $11
           )
           select array(select id from page order by reading, id) as "ids!",
               array(select reading from page order by reading, id) as "readings!",
               (select count(*) from (select from found limit $12::bigint + 1) counted) as "in_all!""#,
        above.0,
        &words.texts,
        &words.letters as _,
        division.as_deref(),
        category.map(Category::word),
        grade.map(Grade::word),
        hospital_class.map(HospitalClass::word),
        match state {
            UnitState::Open => Some(false),
            UnitState::Closed => Some(true),
            UnitState::All => None,
        },
        list.after.as_ref().map(|Keyset(reading, _)| reading),
        list.after.as_ref().map(|Keyset(_, id)| id),
        list.rows(),
        COUNTED,
    );
    let row = row.fetch_one(&mut *connection).await?;
    let places = row.ids.into_iter().zip(row.readings).collect();
    let list::Page { rows, next } =
        list.page(places, |(id, reading): &(i64, String)| Keyset(reading.clone(), *id));
    let ids: Vec<_> = rows.into_iter().map(|(id, _)| id).collect();
    let mut units = sql::units(connection, &ids).await?;
    units.sort_by_key(|unit| ids.iter().position(|id| *id == unit.id.0));
    Ok((list::Page { rows: units, next }, row.in_all.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_apart_and_pinyin_is_one() {
        let words = |q: &str| {
            let query = UnitQuery {
                q: Some(q.to_owned()),
                division: None,
                category: None,
                grade: None,
                hospital_class: None,
                state: UnitState::default(),
            };
            let Words { texts, letters } = query.words().unwrap();
            (texts.join("|"), letters)
        };
        assert_eq!(words("岳麓 第一医院"), ("岳麓|第一医院".to_owned(), vec![None, None]));
        assert_eq!(words("Ren Min"), ("Ren Min".to_owned(), vec![Some("renmin".to_owned())]));
        assert_eq!(words("岳麓 yy"), ("岳麓|yy".to_owned(), vec![None, Some("yy".to_owned())]));
        assert_eq!(words("  "), (String::new(), vec![]));
    }
}
