//! A proved phone that is no registered person's: its holder is told how to register, and given a session for that alone. Their
//! scan is handed back as the phone's, and kept here until their unit has approved them. It must not know what a registration
//! holds.

use axum::http::{HeaderName, HeaderValue};
use axum::response::AppendHeaders;

use super::Phones;
use super::handed::Handed;
use super::kept_scans;
use crate::phone::refusals;
use zaichang_core::Phone;
use zaichang_core::ids::PersonId;
use zaichang_core::seal::Kind;
use zaichang_platform::auth::{self, ClientKind};
use zaichang_platform::http::{Problem, Registering, cookies};
use zaichang_platform::review::Word;
use zaichang_registry::people::{self, Standing};
use zaichang_registry::registration::{self, Opened, Session};

/// Where a browser registers.
pub(super) const PAGE: &str = "/registration";

/// The cookie of the session, where the client is a browser.
pub(super) type Remembered = Option<AppendHeaders<[(HeaderName, HeaderValue); 1]>>;

/// What a proved phone comes to.
pub(super) enum Met {
    /// The login is refused, and says how to go on.
    Registers(Remembered, Box<Problem>),
    /// The unit has approved them beside this login: it is that person's.
    Person(PersonId, Standing),
}

/// Opens the registration of this phone, and keeps the scan that was handed in with it.
pub(super) async fn meet(
    phones: &Phones,
    phone: &Phone,
    kind: ClientKind,
    handed: &Handed<'_>,
) -> Result<Met, Problem> {
    let Phones { pool, keys, pipeline, sealer, guard, .. } = phones;
    let now = pipeline.judged_at()?;
    let index = sealer.index(Kind::Phone, phone.expose());
    let indexes: Vec<_> = sealer.indexes(Kind::Phone, phone.expose()).collect();
    let scan = handed.of_phone(phones, &index, &indexes, now).filter(|_| pipeline.approval_may_follow());
    let course = match &scan {
        Some(scan) => kept_scans::course_of(&phones.roster, scan).await?,
        None => None,
    };
    let mut both = pool.begin().await.map_err(auth::Error::from)?;
    let (registration, state) = match registration::open(&mut both, sealer, phone, now).await? {
        Opened::Registration { registration, state } => (registration, state),
        Opened::Person(_) => {
            drop(both);
            let known = people::by_phone(pool, sealer, phone).await.map_err(auth::Error::from)?;
            let (person, standing) = known.ok_or(refusals::PHONE_NOT_REGISTERED)?;
            return Ok(Met::Person(person, standing));
        }
    };
    if let Some((scan, course)) = scan.as_ref().zip(course) {
        kept_scans::keep(&mut both, registration, scan, &scan.sign(keys), course)
            .await
            .map_err(auth::Error::from)?;
    }
    both.commit().await.map_err(auth::Error::from)?;
    let session = Session::begin(registration, now);
    let text = session.sign(keys);
    let by_cookie = kind == ClientKind::H5;
    let cookie = by_cookie.then(|| remembered(text.clone(), session.life_s(now), guard.secure));
    // Who has submitted waits for their unit, as a person does whom an admin has entered.
    let refusal = match state {
        Word::Submitted => refusals::PERSON_NOT_APPROVED,
        Word::Draft | Word::Returned | Word::Rejected | Word::Approved => refusals::PHONE_NOT_REGISTERED,
    };
    let registering = Registering {
        session: (!by_cookie).then_some(text),
        expires_at: session.expires_at,
        state: state.word(),
        page: PAGE,
    };
    let pass = scan.map(|scan| scan.sign(keys));
    let problem = Problem { pass, registration: Some(Box::new(registering)), ..refusal.into() };
    Ok(Met::Registers(cookie, Box::new(problem)))
}

fn remembered(text: String, seconds: i64, secure: bool) -> AppendHeaders<[(HeaderName, HeaderValue); 1]> {
    AppendHeaders([cookies::header(&cookies::set(cookies::REGISTRATION, text, seconds, secure, false))])
}
