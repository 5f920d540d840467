//! A registration as its unit sees it: names as entered, numbers masked.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::document::DocumentKind;
use crate::named::Named;
use crate::registration::Error;
use crate::registration::sql::{Proposal, Registration};
use crate::title::{TitleLevel, TitleSeries};
use zaichang_core::ids::{PersonId, RegistrationId};
use zaichang_core::seal::Sealer;
use zaichang_platform::http::Version;
use zaichang_platform::review::{Reason, Word};

/// A registration as its unit sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Registration)]
pub(super) struct RegistrationBody {
    id: RegistrationId,
    /// As its `ETag`: for `If-Match`, and for a verdict on several.
    #[schema(value_type = String, example = "\"7\"")]
    version: Version,
    /// As entered; masked once approved: the person has it then.
    name: String,
    document: DocumentKind,
    /// Masked.
    number: String,
    /// Masked; null once approved.
    phone: Option<String>,
    unit: Option<Named>,
    department: Option<Named>,
    title_series: TitleSeries,
    title_level: TitleLevel,
    /// What series and level are called together.
    title: Option<&'static str>,
    specialty: String,
    takes_part: bool,
    /// How many others that wait for a verdict have the same number. Approved together with others, such a one is left and named.
    same_number: i64,
    state: Word,
    /// Why it was returned or rejected.
    reason: Option<String>,
    submitted_at: Option<Timestamp>,
    /// Who they are, once approved.
    person: Option<PersonId>,
}

impl RegistrationBody {
    pub fn of(registration: Registration, sealer: &Sealer) -> Result<Self, Error> {
        let applicant = registration.applicant(sealer)?;
        let phone = registration.phone(sealer)?.map(|phone| phone.masked());
        let title = registration.title();
        let review = registration.review.ok_or(Error::NotFound)?;
        let Proposal { name, document, number, title_series, title_level, specialty, takes_part, .. } =
            review.after;
        Ok(Self {
            id: registration.id,
            version: registration.version,
            name: applicant.name.unwrap_or(name),
            document,
            number,
            phone,
            unit: registration.unit,
            department: registration.department,
            title_series,
            title_level,
            title,
            specialty,
            takes_part,
            same_number: registration.others,
            state: review.state.word(),
            reason: review.state.reason().map(Reason::as_str).map(str::to_owned),
            submitted_at: review.submission.map(|submission| submission.at),
            person: registration.person,
        })
    }

    /// Those that can be shown, and how many cannot: each of these is in the log, and none of them hides the others.
    pub fn each(
        rows: impl IntoIterator<Item = (RegistrationId, sqlx::Result<Registration>)>,
        sealer: &Sealer,
    ) -> (Vec<Self>, usize) {
        let (mut items, mut unreadable) = (Vec::new(), 0);
        for (RegistrationId(id), row) in rows {
            match row.map_err(Error::Unreadable).and_then(|row| Self::of(row, sealer)) {
                Ok(body) => items.push(body),
                Err(error) => {
                    tracing::error!(%error, registration = id, "a registration is left out of a list");
                    unreadable += 1;
                }
            }
        }
        (items, unreadable)
    }
}
