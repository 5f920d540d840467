//! A person as their unit keeps them, and as the console shows them: numbers masked, by version. Their unit proves whose they are.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa::ToSchema;

use super::{Error, sql};
use crate::document::DocumentKind;
use crate::named::Named;
use crate::people::{Registration, State, States, masked_card_number, masked_id_number, masked_phone};
use crate::title::{TitleLevel, TitleSeries};
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_core::seal::Sealer;
use zaichang_platform::authority::{Addressed, OfUnit};
use zaichang_platform::changeable;
use zaichang_platform::http::{Problem, Version};

/// A person's row, numbers sealed.
#[derive(Clone, Debug)]
pub(in crate::people) struct Person {
    pub id: PersonId,
    pub version: Version,
    pub name: String,
    pub document: DocumentKind,
    pub sealed: SealedNumbers,
    pub card_number: Option<String>,
    pub unit: Named,
    pub department: Option<Named>,
    /// As it stands in lists.
    pub title: String,
    /// Series and level, where they are known apart.
    pub titled: Option<(TitleSeries, TitleLevel)>,
    /// Since when the title holds; none where it was not entered.
    pub title_from: Option<Date>,
    pub specialty: String,
    pub takes_part: bool,
    /// Imported, and never logged in: neither is the phone proved, nor the name agreed to.
    pub is_unproved: bool,
    /// Who the row is from now on, where it was merged.
    pub merged_into: Option<PersonId>,
    pub registration: Registration,
    pub states: States,
}

#[derive(Clone)]
pub(in crate::people) struct SealedNumbers {
    pub key_id: Vec<u8>,
    pub id_number: Vec<u8>,
    pub phone: Vec<u8>,
}

impl std::fmt::Debug for SealedNumbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedNumbers")
    }
}

changeable!(Person, "person" in "people", sql::people);

#[derive(Deserialize)]
pub(in crate::people) struct PersonPath {
    id: i64,
}

impl OfUnit for Person {
    fn unit(&self) -> UnitId {
        self.unit.id
    }
}

impl Addressed for Person {
    type Path = PersonPath;

    async fn find(pool: &PgPool, path: PersonPath) -> Result<Option<Self>, Problem> {
        let mut connection = pool.acquire().await.map_err(Error::from)?;
        Ok(sql::people(&mut connection, &[path.id]).await.map_err(Error::from)?.pop())
    }
}

/// A person as their unit sees them.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub(in crate::people) struct PersonBody {
    id: PersonId,
    /// As its `ETag`: for `If-Match`.
    #[schema(value_type = String, example = "\"7\"")]
    version: Version,
    name: String,
    document: DocumentKind,
    /// Masked: first three and last four of an ID card, the last four of another document.
    #[schema(example = "430***********1234")]
    number: String,
    /// Masked.
    #[schema(example = "138****1234")]
    phone: String,
    /// Masked.
    card_number: Option<String>,
    unit: Named,
    department: Option<Named>,
    /// As it stands in lists.
    #[schema(example = "主治医师")]
    title: String,
    /// Null, with the level, where it was not entered which of the series the title is of.
    title_series: Option<TitleSeries>,
    title_level: Option<TitleLevel>,
    /// Since when the title holds (聘任, 取得); null where that is not known.
    #[schema(value_type = Option<String>, format = Date)]
    title_from: Option<Date>,
    specialty: String,
    /// Whether they take part in CME.
    takes_part: bool,
    /// Imported from a file and never logged in: the unit may put name and document number right, too.
    is_unproved: bool,
    /// Merged into this person: nothing is changed here any more.
    merged_into: Option<PersonId>,
    registration: Registration,
    /// In which they are today.
    state: State,
    /// Since when, and until when; null where that is not known, where there is no end yet, and of 正常.
    #[schema(value_type = Option<String>, format = Date)]
    state_from: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    state_to: Option<Date>,
}

impl PersonBody {
    pub fn of(person: Person, sealer: &Sealer, today: Date) -> Result<Self, Error> {
        let held = person.states.held_on(today);
        let SealedNumbers { key_id, id_number, phone } = &person.sealed;
        Ok(Self {
            number: masked_id_number(sealer, key_id, id_number)?,
            phone: masked_phone(sealer, key_id, phone)?,
            card_number: person.card_number.as_deref().map(masked_card_number),
            id: person.id,
            version: person.version,
            name: person.name,
            document: person.document,
            unit: person.unit,
            department: person.department,
            title: person.title,
            title_series: person.titled.map(|(series, _)| series),
            title_level: person.titled.map(|(_, level)| level),
            title_from: person.title_from,
            specialty: person.specialty,
            takes_part: person.takes_part,
            is_unproved: person.is_unproved,
            merged_into: person.merged_into,
            registration: person.registration,
            state: held.map_or(State::Normal, |held| held.state),
            state_from: held.and_then(|held| held.from),
            state_to: held.and_then(|held| held.to),
        })
    }
}
