//! One face check: asked of the provider for a person who has scanned, decided by the provider's answer alone.
//! It must not know HTTP.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;
use uuid::Uuid;

use super::{Error, Provider, sql};
use crate::checkin::{Device, Pipeline, Roster};
use crate::face::refusals;
use zaichang_core::IdNumber;
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::ids::{CourseId, PersonId};
use zaichang_core::seal::Sealer;
use zaichang_integrations::wechat::{self, App, CertInfo, FacialOutcome, Reason, Wechat};
use zaichang_platform::auth::ClientKind;
use zaichang_platform::http::Problem;
use zaichang_registry::people;
use zaichang_registry::wechat_account;

/// How often a person may ask for a course on a day: each check costs the operator.
const ASKS_A_DAY: i64 = 10;
/// Longer than WeChat is waited for.
const TURN: SignedDuration = SignedDuration::from_secs(10);
/// How often, and how many times, a request looks for what another one is asking for.
const LOOK: Duration = Duration::from_millis(250);
const LOOKS: u32 = 32;

/// Everything a face check passes through.
#[derive(Clone)]
pub struct Faces {
    pub pool: PgPool,
    pub clock: Clock,
    pub pipeline: Arc<Pipeline>,
    pub roster: Roster,
    pub sealer: Sealer,
    pub wechat: Wechat,
    pub provider: Provider,
}

/// How far a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(super) enum State {
    Pending,
    Passed,
    /// With the provider's number, if it gave one.
    Failed(Option<i64>),
}

impl State {
    /// The word in SQL and JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What a person is to be checked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckSubject {
    pub person: PersonId,
    pub course: CourseId,
    pub day: Date,
}

/// A check as it lies in its row.
#[derive(Clone, Debug)]
pub(super) struct Check {
    pub id: Uuid,
    pub person: PersonId,
    pub reference: String,
    pub openid: String,
    pub state: State,
    pub expires_at: Timestamp,
}

impl Faces {
    /// What this pass is to be checked for: it must be this person's and this device's, and its course must ask for it.
    pub(super) async fn subject(
        &self,
        pass: &str,
        person: PersonId,
        device: Device,
        address: IpAddr,
    ) -> Result<CheckSubject, Problem> {
        let pipeline = &self.pipeline;
        let network = pipeline.network_of(address);
        let pass = pipeline.pass(pass)?.presented_by(person, device, network, pipeline.judged_at()?)?;
        let screen = self.roster.screen(pass.evidence.screen).await?.ok_or(refusals::PASS_INVALID)?;
        let course = self.roster.course(screen.course).await?.ok_or(refusals::PASS_INVALID)?;
        if !course.face {
            return Err(refusals::FACE_NOT_ASKED.into());
        }
        Ok(CheckSubject { person, course: course.id, day: day_of(pass.at) })
    }

    /// Asks the provider for a check, or gives the one that is waiting.
    pub(super) async fn ask(&self, subject: CheckSubject, kind: ClientKind) -> Result<Check, Error> {
        let now = self.clock.now();
        if self.provider == Provider::None {
            return Err(refusals::FACE_PROVIDER_MISSING.into());
        }
        if kind != ClientKind::Wechat {
            return Err(refusals::FACE_ELSEWHERE.into());
        }
        let pool = &self.pool;
        let app_id = self.wechat.app_id(App::MiniProgram)?;
        let openid =
            wechat_account::openid_of(pool, app_id, subject.person).await?.ok_or(refusals::FACE_NOT_BOUND)?;
        for _ in 0..LOOKS {
            if let Some(waiting) = sql::waiting(pool, subject, &openid, now).await? {
                return Ok(waiting);
            }
            let until = now + TURN;
            if sql::take_turn(pool, subject.person, until, self.clock.now()).await? {
                // A phone that hangs up does not lose what is being paid for: its next request finds it.
                let (faces, openid) = (self.clone(), openid.clone());
                let asking = tokio::spawn(async move {
                    let asked = faces.ask_in_turn(subject, openid, now).await;
                    let back = sql::give_turn_back(&faces.pool, subject.person, until).await;
                    if let Err(error) = back {
                        tracing::warn!(%error, "the turn to ask for a face check ends by itself");
                    }
                    asked
                });
                return asking.await.unwrap_or_else(|_| Err(refusals::INTERNAL.into()));
            }
            tokio::time::sleep(LOOK).await;
        }
        Err(wechat::Error::Timeout.into())
    }

    /// Asks WeChat, unless another request has done so meanwhile.
    async fn ask_in_turn(
        &self,
        subject: CheckSubject,
        openid: String,
        now: Timestamp,
    ) -> Result<Check, Error> {
        let pool = &self.pool;
        if let Some(waiting) = sql::waiting(pool, subject, &openid, now).await? {
            return Ok(waiting);
        }
        if sql::asked(pool, subject).await? >= ASKS_A_DAY {
            return Err(refusals::TOO_MANY_REQUESTS.into());
        }
        let (name, id_number) = self.identity(subject.person).await?;
        let mut random = [0; 16];
        getrandom::fill(&mut random)?;
        let id = uuid::Builder::from_random_bytes(random).into_uuid();
        let cert = CertInfo { name: &name, id_number: &id_number };
        let asked = self.wechat.ask_face(&openid, &number(id), &cert).await.map_err(|error| match error {
            // An openid of another account, or of a user who has left WeChat: only a new binding helps.
            wechat::Error::Refused(code) if code.reason() == Reason::Openid => {
                refusals::FACE_NOT_BOUND.into()
            }
            error => Error::Wechat(error),
        })?;
        // An hour, as WeChat says; never more than a few.
        let expires_at = now + SignedDuration::from_secs(asked.expires_in_s.clamp(60, 4 * 3600));
        let check = Check {
            id,
            person: subject.person,
            reference: asked.verify_id,
            openid,
            state: State::Pending,
            expires_at,
        };
        sql::insert(pool, subject, &check, now).await?;
        Ok(check)
    }

    /// How far it is now: the provider is asked until it has decided. None: no such check, or another person's.
    pub(super) async fn state(&self, id: Uuid, person: PersonId) -> Result<Option<State>, Error> {
        let pool = &self.pool;
        let Some(check) = sql::one(pool, id).await?.filter(|check| check.person == person) else {
            return Ok(None);
        };
        if check.state != State::Pending {
            return Ok(Some(check.state));
        }
        let (name, id_number) = self.identity(person).await?;
        let cert = CertInfo { name: &name, id_number: &id_number };
        let verdict = self.wechat.face_verdict(&check.openid, &number(id), &check.reference, &cert).await?;
        let now = self.clock.now();
        let state = match verdict {
            FacialOutcome::Passed => State::Passed,
            FacialOutcome::Failed(number) => State::Failed(Some(number)),
            FacialOutcome::Pending if now > check.expires_at => State::Failed(None),
            FacialOutcome::Pending => return Ok(Some(State::Pending)),
        };
        sql::decide(pool, id, state, now).await?;
        Ok(sql::one(pool, id).await?.map(|check| check.state))
    }

    async fn identity(&self, person: PersonId) -> Result<(String, IdNumber), Error> {
        let identity = people::identity(&self.pool, &self.sealer, person).await;
        identity.map_err(|error| match error {
            people::Error::Seal(error) => Error::Seal(error),
            people::Error::Database(error) => Error::Database(error),
            people::Error::NoIdCard => Error::Refused(people::refusals::NO_ID_CARD),
            _ => Error::Refused(refusals::INTERNAL),
        })
    }
}

/// As WeChat knows the check: 32 characters.
fn number(id: Uuid) -> String {
    id.simple().to_string()
}
