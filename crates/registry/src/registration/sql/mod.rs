//! A registration as it stands, with the newest review of it. It must not write one.

mod places;
mod steps;
mod writing;

pub(super) use places::{hold, hold_chosen, proposed_by, stand_in_the_tree, unfit_places};
pub(super) use steps::{become_people, count_steps, leave, submissions, touch};
pub(super) use writing::{keep_name, write};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, query};
use utoipa::ToSchema;

use super::Error;
use super::proposed::ProposedUnit;
use crate::document::{Document, DocumentKind};
use crate::named::Named;
use crate::people::PRIVACY_NOTICE;
use crate::title::{TitleLevel, TitleSeries, title};
use zaichang_core::ids::{PersonId, RegistrationId, UnitId, UnitProposalId};
use zaichang_core::seal::{self, Kind, Sealer};
use zaichang_core::{MaskedName, Phone};
use zaichang_platform::db;
use zaichang_platform::http::Version;
use zaichang_platform::review::{self, Review, State, Subject};

/// What the applicant has entered of themselves, sealed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Applicant {
    pub name: Option<String>,
    /// As `Document::expose` has it.
    pub document: Option<String>,
}

/// A registration as it stands. What is personal in it lies sealed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Registration {
    pub id: RegistrationId,
    pub version: Version,
    key_id: Vec<u8>,
    phone_sealed: Option<Vec<u8>>,
    applicant_sealed: Option<Vec<u8>>,
    pub number_index: Option<Vec<u8>>,
    pub unit: Option<Named>,
    /// What its applicant proposes where no unit is chosen.
    pub proposed: Option<ProposedUnit>,
    /// Which proposal it waits for, or was sent back by last.
    pub proposal_id: Option<UnitProposalId>,
    pub department: Option<Named>,
    pub series: Option<TitleSeries>,
    pub level: Option<TitleLevel>,
    pub specialty: Option<String>,
    pub takes_part: Option<bool>,
    pub consented: Option<String>,
    pub person: Option<PersonId>,
    /// When a phone was left: sessions that began until then open it no longer.
    pub left_at: Option<Timestamp>,
    /// How many others that wait for a verdict have the same number, under whatever master key. What somebody has only begun to
    /// enter, or was sent back, keeps no other waiting: it may be anybody's.
    pub others: i64,
    /// The newest; none of what has never been submitted.
    pub review: Option<Review<Proposal>>,
}

/// What is reviewed: it is kept for good with each step, so name and number stand in it masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RegistrationProposal)]
pub(super) struct Proposal {
    /// Masked.
    pub name: String,
    pub document: DocumentKind,
    /// Masked.
    pub number: String,
    pub unit: String,
    pub department: Option<String>,
    pub title_series: TitleSeries,
    pub title_level: TitleLevel,
    pub specialty: String,
    pub takes_part: bool,
}

/// What a review calls a registration.
pub(super) const fn subject(id: RegistrationId) -> Subject {
    Subject { noun: "registration", id: id.0 }
}

/// Those of these registrations that there are.
pub(super) async fn read(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<Registration>> {
    read_each(connection, ids).await?.into_iter().map(|(_, row)| row).collect()
}

/// The same, each with its id, in that order; one that cannot be read stops no other.
pub(super) async fn read_each(
    connection: &mut PgConnection,
    ids: &[i64],
) -> sqlx::Result<Vec<(RegistrationId, sqlx::Result<Registration>)>> {
    let rows = query!(
        r#"select registrations.id as "id!", version as "version!", key_id as "key_id!", phone_sealed, applicant_sealed, number_index, unit_id,
               units.name as "unit_name?", department_id, departments.name as "department_name?", title_series, title_level,
               specialty, takes_part, consent_version, person_id, left_at, proposed_name, proposed_division, proposed_category,
               proposed_address, unit_proposal_id,
               (select count(*) from registrations other
                where other.number_indexes && registrations.number_indexes and other.person_id is null
                    and other.id <> registrations.id
                    and exists (select from reviews where noun = 'registration' and noun_id = other.id and state = 'submitted'))
                   as "others!"
           from registrations
           left join units on units.id = unit_id
           left join units departments on departments.id = department_id
           where registrations.id = any($1) order by registrations.id"#,
        ids,
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut reviews = review::newest::<Proposal>(connection, subject(RegistrationId(0)).noun, ids).await?;
    let named =
        |id: Option<i64>, name: Option<String>| id.zip(name).map(|(id, name)| Named { id: UnitId(id), name });
    let registrations = rows.into_iter().map(|row| {
        let id = RegistrationId(row.id);
        let review = reviews.iter().position(|(id, _)| *id == row.id);
        let review = review.map(|at| reviews.swap_remove(at).1).transpose();
        let registration = || {
            let series =
                row.title_series.map(|word| db::word("registrations", "title_series", row.id, &word));
            let level = row.title_level.map(|word| db::word("registrations", "title_level", row.id, &word));
            let proposed = match (row.proposed_name, row.proposed_division, row.proposed_category) {
                (Some(name), Some(division), Some(category)) if row.unit_id.is_none() => {
                    let category = db::word("registrations", "proposed_category", row.id, &category)?;
                    Some(ProposedUnit { name, division, category, address: row.proposed_address })
                }
                _ => None,
            };
            Ok(Registration {
                id,
                version: Version(row.version),
                key_id: row.key_id,
                phone_sealed: row.phone_sealed,
                applicant_sealed: row.applicant_sealed,
                number_index: row.number_index,
                unit: named(row.unit_id, row.unit_name),
                proposed,
                proposal_id: row.unit_proposal_id.map(UnitProposalId),
                department: named(row.department_id, row.department_name),
                series: series.transpose()?,
                level: level.transpose()?,
                specialty: row.specialty,
                takes_part: row.takes_part,
                consented: row.consent_version,
                person: row.person_id.map(PersonId),
                left_at: row.left_at.map(jiff_sqlx::Timestamp::to_jiff),
                others: row.others,
                review: review?,
            })
        };
        (id, registration())
    });
    Ok(registrations.collect())
}

zaichang_platform::changeable!(Registration, "registration" in "registrations", read);

impl Registration {
    pub fn state(&self) -> State {
        self.review.as_ref().map_or(State::Draft, |review| review.state.clone())
    }

    /// What was entered of the person; nothing once they have been approved, as it is their own row's then.
    pub fn applicant(&self, sealer: &Sealer) -> Result<Applicant, Error> {
        let Some(sealed) = &self.applicant_sealed else { return Ok(Applicant::default()) };
        let clear = sealer.open(Kind::Applicant, &self.key_id, sealed)?;
        Ok(serde_json::from_str(&clear).map_err(|_| seal::Error::Altered)?)
    }

    /// The proved phone; none once they have been approved.
    pub fn phone(&self, sealer: &Sealer) -> Result<Option<Phone>, Error> {
        let Some(sealed) = &self.phone_sealed else { return Ok(None) };
        let clear = sealer.open(Kind::Phone, &self.key_id, sealed)?;
        Ok(Some(Phone::try_from(clear).map_err(|_| seal::Error::Altered)?))
    }

    pub fn title(&self) -> Option<&'static str> {
        self.series.zip(self.level).map(|(series, level)| title(series, level))
    }

    /// Whether the notice that holds now has been agreed to; an older one says something else. It is asked for when it is submitted:
    /// a notice that comes while the unit judges is agreed to when its holder next writes, or logs in.
    pub fn consents(&self) -> bool {
        self.consented.as_deref() == Some(PRIVACY_NOTICE)
    }

    /// What has not been entered yet, in the order of the form, by the names of the fields.
    pub fn missing(&self, applicant: &Applicant) -> Vec<&'static str> {
        let consent = (!self.consents()).then_some("consent");
        consent.into_iter().chain(self.not_entered(applicant)).collect()
    }

    /// The same of what is reviewed.
    fn not_entered(&self, applicant: &Applicant) -> impl Iterator<Item = &'static str> {
        let fields = [
            ("name", applicant.name.is_none()),
            ("number", applicant.document.is_none()),
            ("unit_id", self.unit.is_none() && self.proposed.is_none()),
            ("title_series", self.series.is_none()),
            ("title_level", self.level.is_none()),
            ("specialty", self.specialty.is_none()),
            ("takes_part", self.takes_part.is_none()),
        ];
        fields.into_iter().filter(|(_, is_missing)| *is_missing).map(|(field, _)| field)
    }

    /// What the unit is called that is chosen or proposed.
    fn unit_name(&self) -> Option<&str> {
        let proposed = self.proposed.as_ref().map(|proposed| proposed.name.as_str());
        self.unit.as_ref().map(|unit| unit.name.as_str()).or(proposed)
    }

    /// What is to be reviewed, if it is all there.
    pub fn proposal(&self, applicant: &Applicant) -> Result<Proposal, Error> {
        if let Some(field) = self.not_entered(applicant).next() {
            return Err(Error::Incomplete(field));
        }
        let lacks = Error::Incomplete;
        let document = applicant.document.as_deref().and_then(Document::of_sealed).ok_or(lacks("number"))?;
        Ok(Proposal {
            name: MaskedName::of(applicant.name.as_deref().ok_or(lacks("name"))?).as_str().to_owned(),
            document: document.kind(),
            number: document.masked(),
            unit: self.unit_name().ok_or(lacks("unit_id"))?.to_owned(),
            department: self.department.as_ref().map(|department| department.name.clone()),
            title_series: self.series.ok_or(lacks("title_series"))?,
            title_level: self.level.ok_or(lacks("title_level"))?,
            specialty: self.specialty.clone().ok_or(lacks("specialty"))?,
            takes_part: self.takes_part.ok_or(lacks("takes_part"))?,
        })
    }
}
