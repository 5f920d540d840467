//! A scan, from top to bottom: judge → admit → seen before? → commit → publish.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use sqlx::PgPool;

use super::admission::Face;
use super::commit::Committed;
use super::figures::FIGURES;
use super::pass::BOUND_LIFE;
use super::record::{Basis, Handover, Later, NewCheckIn, Slot, new_id};
use super::scan::{Authentic, Caller, Presentation, stored};
use super::{Admission, CheckIn, Committer, Error, Network, Networks};
use super::{Pass, PhonePass, Receipt, Roster, Screen, Seen, sql};
use crate::checkin::refusals;
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::code::{Code, Profile, authenticate};
use zaichang_core::ids::{AccountId, PersonId, ScreenNumber};
use zaichang_core::keys::Keys;
use zaichang_hosting::project::Course;
use zaichang_platform::auth::ClientKind;
use zaichang_platform::cache::Stale;
use zaichang_platform::timekeeper::Timekeeper;
use zaichang_registry::people::{self, Standing};

/// Everything a check-in passes through. Others ask it; what they need for themselves they have of their own.
#[derive(Clone)]
pub struct Pipeline {
    pub(super) clock: Clock,
    pub(super) timekeeper: Timekeeper,
    pub(super) keys: Arc<Keys>,
    pub(super) networks: Networks,
    pub(super) roster: Roster,
    pub(super) seen: Seen,
    pub(super) committer: Committer,
    pub(super) pool: PgPool,
    pub(super) repeat_s: u32,
    /// Whether a scan counts that was made before the person's unit approved the registration.
    pub(super) approval_may_follow: bool,
}

/// A fresh code, exchanged.
pub struct Scanned {
    pub pass: Pass,
    pub screen: Arc<Screen>,
    pub course: Arc<Course>,
    pub face: Face,
}

/// What became of a check-in.
pub enum Outcome {
    Recorded(CheckIn, Arc<Course>),
    Already(CheckIn, Arc<Course>),
    /// Storage is away, or the time of the scan has not come: the same bound pass is to be presented again.
    Deferred(Pass),
}

impl Outcome {
    /// The pass that is to be presented again, if that is what became of it.
    pub fn pass(&self, pipeline: &Pipeline) -> Option<String> {
        match self {
            Self::Deferred(pass) => Some(pass.sign(&pipeline.keys)),
            Self::Recorded(..) | Self::Already(..) => None,
        }
    }
}

impl Pipeline {
    /// Now, for judging. With a clock that may be wrong nothing is judged, and nothing is kept that holds its time.
    pub fn judged_at(&self) -> Result<Timestamp, Error> {
        self.timekeeper.now().ok_or(Error::StorageAway { pass: None })
    }

    /// Reads a code and proves that one of our keys made it. No store is touched: what is forged costs nothing.
    pub fn authentic(&self, text: &str) -> Result<Authentic, Error> {
        let at = self.judged_at()?;
        FIGURES.judged(|| {
            let code = Code::parse(text).map_err(|_| refusals::CODE_MALFORMED)?;
            // The course's profile is not known yet; its step length is one of these.
            let lengths = [Profile::Strict, Profile::Relaxed].map(Profile::step_ms);
            let step = authenticate(&self.keys, &code, &lengths, at);
            Ok(Authentic { screen: code.screen, step: step.ok_or(refusals::CODE_FORGED)?, at })
        })
    }

    /// Reads a pass of ours. No store is touched.
    pub fn pass(&self, text: &str) -> Result<Pass, Error> {
        Ok(Pass::read(&self.keys, text)?)
    }

    /// The text of a receipt of ours, read. No store is touched.
    pub fn read_receipt(&self, text: &str) -> Option<Receipt> {
        Receipt::read(&self.keys, text)
    }

    /// The network of an address, as evidence keeps it.
    pub fn network_of(&self, address: IpAddr) -> Network {
        self.networks.of(address)
    }

    /// How long a slot is: two scans of a person within one are one check-in.
    pub const fn repeat_s(&self) -> u32 {
        self.repeat_s
    }

    /// Whether a scan counts that was made before the person's unit approved the registration.
    pub const fn approval_may_follow(&self) -> bool {
        self.approval_may_follow
    }

    /// Exchanges a fresh code for a pass: bound if the caller is logged in, anonymous if not.
    /// With storage away before the place is known, the scan itself is kept as a pass in the refusal.
    pub async fn scan(&self, code: Authentic, caller: Caller) -> Result<Scanned, Error> {
        match self.exchange(code, caller).await {
            Err(Error::StorageAway { .. }) => {
                let pass = self.kept(code, caller).map(|pass| pass.sign(&self.keys));
                Err(Error::StorageAway { pass })
            }
            exchanged => exchanged,
        }
    }

    async fn exchange(&self, code: Authentic, caller: Caller) -> Result<Scanned, Error> {
        let (screen, course) = self.place(code.screen).await?;
        let evidence = code.fresh(course.profile, caller)?;
        let admission = Admission { course: &course, at: code.at };
        admission.of_place(&screen)?;
        let pass = caller.pass(evidence, code.at);
        if let Some(person) = caller.person {
            self.approval(&admission, self.roster.standing(person).await?.as_ref(), pass)?;
        }
        let face = self.face(caller.person, &course, code.at).await?;
        Ok(Scanned { pass, screen, course, face })
    }

    /// Exchange and check-in in one call. If the same person and device repeat it after the code has expired, it answers with
    /// the check-in that they made with that code.
    pub async fn check_in_by_code(&self, code: Authentic, caller: Caller) -> Result<Outcome, Error> {
        let scanned = match self.scan(code, caller).await {
            Err(Error::Refused(refusal @ (refusals::CODE_EXPIRED | refusals::SCREEN_CLOSED))) => {
                return self.made_with(code, caller).await?.ok_or(refusal.into());
            }
            Err(Error::NotNow { refusal, opens_at }) => {
                return self.made_with(code, caller).await?.ok_or(Error::NotNow { refusal, opens_at });
            }
            Err(Error::StorageAway { pass }) => {
                let bound = self.kept(code, caller).filter(|pass| pass.person.is_some());
                return bound.map(Outcome::Deferred).ok_or(Error::StorageAway { pass });
            }
            scanned => scanned?,
        };
        let person = caller.person.ok_or(refusals::LOGIN_REQUIRED)?;
        self.record(scanned.pass, None, person, &scanned.screen, scanned.course).await
    }

    /// The scan as a pass, while storage is away.
    pub fn kept(&self, code: Authentic, caller: Caller) -> Option<Pass> {
        let course = self.roster.stale_place(code.screen).map(|place| place.map(|(_, course)| course));
        code.kept(caller, course)
    }

    /// While storage is away, for a person whose session was good when last read: keeps the scan as their bound pass, and does
    /// nothing else. Neither whether they are still logged in nor whether the place is open is known.
    pub fn keep_for(
        &self,
        presentation: Presentation,
        caller: Caller,
        person: Stale<PersonId>,
    ) -> Result<Outcome, Error> {
        let person = person.to_keep_a_scan();
        let kept = match presentation {
            Presentation::Code(code) => self.kept(code, Caller { person: Some(person), ..caller }),
            Presentation::Pass(pass) => {
                pass.presented_by(person, caller.device, caller.network, self.judged_at()?).ok()
            }
        };
        kept.map(Outcome::Deferred).ok_or(Error::StorageAway { pass: None })
    }

    /// Records a scan at the time of the scan, however late its pass is presented within its life.
    pub async fn check_in_by_pass(&self, pass: Pass, caller: Caller) -> Result<Outcome, Error> {
        let person = caller.person.ok_or(refusals::LOGIN_REQUIRED)?;
        let now = self.judged_at()?;
        let pass = self.led_on(pass, person).await?;
        let presented = pass.presented_by(person, caller.device, caller.network, now);
        if presented == Err(refusals::PASS_INVALID) {
            return Err(refusals::PASS_INVALID.into());
        }
        // A scan that has not been yet is not recorded: its row would stand at a wrong time, perhaps on a wrong day, and is
        // never changed. Nor is it refused, as it may be this node's clock that was set back: the phone keeps the pass and
        // presents it again until its time has come. A day ahead that would never be within the pass's life.
        if pass.is_ahead_of(now) {
            let within_its_life = |pass: &Pass| pass.at <= now + BOUND_LIFE;
            let kept = presented.ok().filter(within_its_life);
            return kept.map(Outcome::Deferred).ok_or(refusals::PASS_EXPIRED.into());
        }
        let (screen, course) = match (self.place(pass.evidence.screen).await, presented) {
            (Err(Error::StorageAway { .. }), Ok(pass)) => return Ok(Outcome::Deferred(pass)),
            (place, _) => place?,
        };
        let Ok(pass) = presented else {
            // Too late to be recorded now. If it was recorded in time, the answer is that row.
            let slot = Slot::in_course(person, &course, pass.at, self.repeat_s);
            let made = sql::of_slot(&self.pool, slot, &self.rows_of(person).await?).await?;
            return made.map(|made| Outcome::Already(made, course)).ok_or(refusals::PASS_EXPIRED.into());
        };
        let moment = Later::since(pass.at, now, caller.network);
        self.record(pass, Some(moment), person, &screen, course).await
    }

    /// The pass of somebody who was merged into this person since the scan, as this person's; any other as it is.
    async fn led_on(&self, pass: Pass, person: PersonId) -> Result<Pass, Error> {
        let Some(owner) = pass.person.filter(|owner| *owner != person) else { return Ok(pass) };
        let is_own = self.rows_of(person).await?.contains(&owner);
        Ok(if is_own { Pass { person: Some(person), ..pass } } else { pass })
    }

    /// The people whose records are this one's: their own, and who was merged into them.
    pub async fn rows_of(&self, person: PersonId) -> Result<Vec<PersonId>, Error> {
        let standing = self.roster.standing(person).await?;
        let others = standing.and_then(|standing| standing.merged.others().cloned());
        Ok([person].into_iter().chain(others.iter().flat_map(|others| others.iter().copied())).collect())
    }

    /// Records a scan that its person's phone has handed in before they were approved, as `check_in_by_pass` would. It was
    /// presented when it was handed in; who asks now is a job of ours.
    pub async fn record_kept(&self, pass: Pass, person: PersonId) -> Result<Outcome, Error> {
        let (screen, course) = self.place(pass.evidence.screen).await?;
        self.record(pass, pass.bound, person, &screen, course).await
    }

    /// A pass that is bound to a proved phone, as this person's, if the phone is theirs. Only people who were registered after the
    /// scan may use one: a person who was registered before may have taken over a phone that scanned without them.
    pub async fn of_phone(&self, text: &str, person: PersonId) -> Result<Pass, Error> {
        let pass = PhonePass::read(&self.keys, text)?;
        let standing = self.roster.standing(person).await?;
        if standing.is_some_and(|standing| standing.was_approved(pass.scanned_at()))
            || !people::has_phone(&self.pool, person, &pass.phone).await?
        {
            return Err(refusals::PASS_INVALID.into());
        }
        Ok(pass.of_person(person, self.judged_at()?)?)
    }

    /// Staff vouch for a person who is present but cannot scan.
    pub async fn assist(
        &self,
        person: PersonId,
        course: &Course,
        by: AccountId,
        reason: String,
    ) -> Result<Outcome, Error> {
        let at = self.judged_at()?;
        course.admits(at)?;
        // Staff cannot have another person's face checked: their vouching replaces the check, and the record is marked.
        let standing = self.roster.standing(person).await?;
        Admission { course, at }.of_person(standing.as_ref())?;
        let others = standing.and_then(|standing| standing.merged.others().cloned());
        let slot = Slot::in_course(person, course, at, self.repeat_s);
        let basis = Basis::Assisted { by, reason };
        let check_in = NewCheckIn {
            id: new_id(at),
            slot,
            others,
            at,
            basis,
            client: ClientKind::Console,
            scene: None,
            approved_afterwards: false,
        };
        let course = Arc::new(course.clone());
        match self.commit(check_in, &course).await? {
            Some(outcome) => Ok(outcome),
            None => Err(Error::StorageAway { pass: None }),
        }
    }

    async fn record(
        &self,
        pass: Pass,
        presented: Option<Later>,
        person: PersonId,
        screen: &Screen,
        course: Arc<Course>,
    ) -> Result<Outcome, Error> {
        let admission = Admission { course: &course, at: pass.at };
        admission.of_place(screen)?;
        let (approved_afterwards, others) = match FIGURES.admitted(self.roster.standing(person)).await {
            Err(Error::StorageAway { .. }) => return Ok(Outcome::Deferred(pass)),
            standing => {
                let standing = standing?;
                let afterwards = self.approval(&admission, standing.as_ref(), pass)?;
                (afterwards, standing.and_then(|standing| standing.merged.others().cloned()))
            }
        };
        match self.face(Some(person), &course, pass.at).await {
            Err(Error::StorageAway { .. }) => return Ok(Outcome::Deferred(pass)),
            face => admission.of_face(face?)?,
        }
        let slot = Slot::in_course(person, &course, pass.at, self.repeat_s);
        if let Some(check_in) = FIGURES.recalled(self.seen_before(slot)).await {
            return Ok(Outcome::Already(check_in, course));
        }
        let check_in = NewCheckIn {
            id: new_id(pass.at),
            slot,
            others,
            at: pass.at,
            basis: Basis::Scan(pass.evidence, Handover { bound: pass.bound, presented }),
            client: pass.client,
            scene: pass.scene,
            approved_afterwards,
        };
        Ok(self.commit(check_in, &course).await?.unwrap_or(Outcome::Deferred(pass)))
    }

    /// Whether the person was approved only after the scan. A person who is not approved yet gets their pass with the
    /// refusal: within its 24 hours the approval may follow, and the scan then counts from its own time on.
    fn approval(
        &self,
        admission: &Admission<'_>,
        standing: Option<&Standing>,
        pass: Pass,
    ) -> Result<bool, Error> {
        let afterwards = admission.is_approved_afterwards(standing);
        match admission.of_person(standing) {
            Err(refusals::PERSON_NOT_APPROVED) if self.approval_may_follow => {
                Err(Error::NotApproved { pass: pass.sign(&self.keys) })
            }
            Ok(()) if afterwards && !self.approval_may_follow => Err(refusals::PERSON_NOT_APPROVED.into()),
            admitted => Ok(admitted.map(|()| afterwards)?),
        }
    }

    /// What the provider said of this person's face. Only a course that asks for it costs a query.
    async fn face(&self, person: Option<PersonId>, course: &Course, at: Timestamp) -> Result<Face, Error> {
        match person.filter(|_| course.face) {
            Some(person) => Ok(sql::face(&self.pool, person, course.id, day_of(at)).await?),
            None => Ok(Face::Unseen),
        }
    }

    /// The row of this slot if this node or Redis remembers it. A course that this node knows whole needs no Redis.
    async fn seen_before(&self, slot: Slot) -> Option<CheckIn> {
        if let Some(check_in) = self.seen.recall(slot) {
            FIGURES.seen_here.increment(1);
            return Some(check_in);
        }
        if self.committer.knows(slot.course) {
            return None;
        }
        let check_in = self.seen.recall_shared(slot).await?;
        FIGURES.seen_shared.increment(1);
        Some(check_in)
    }

    /// None when storage is away.
    async fn commit(&self, check_in: NewCheckIn, course: &Arc<Course>) -> Result<Option<Outcome>, Error> {
        match self.committer.commit(check_in).await? {
            Committed::Recorded(check_in) => Ok(Some(Outcome::Recorded(check_in, Arc::clone(course)))),
            Committed::Already(check_in) => Ok(Some(Outcome::Already(check_in, Arc::clone(course)))),
            Committed::Refused(refusal) => Err(refusal.into()),
            Committed::Away => Ok(None),
            Committed::Broken => Err(Error::Internal),
        }
    }

    /// The screen and its course. A number that our key signed but that is not stored counts as a closed screen.
    async fn place(&self, screen: ScreenNumber) -> Result<(Arc<Screen>, Arc<Course>), Error> {
        let screen = self.roster.screen(screen).await?.ok_or(refusals::SCREEN_CLOSED)?;
        let course = self.roster.course(screen.course).await?.ok_or(refusals::SCREEN_CLOSED)?;
        Ok((screen, course))
    }

    /// The check-in that this person and device made with this very code.
    pub async fn made_with(&self, code: Authentic, caller: Caller) -> Result<Option<Outcome>, Error> {
        let Some(person) = caller.person else { return Ok(None) };
        let step = code.step;
        let (_, course) = self.place(code.screen).await?;
        let evidence = (code.screen, stored(step), caller.device);
        let people = self.rows_of(person).await?;
        // A code lives across midnight at most once: its scan lies on the day of its first or its last instant.
        let days = [step.starts_at(), step.ends_at() + jiff::SignedDuration::from_secs(15)].map(day_of);
        let first = sql::of_code(&self.pool, &people, course.id, days[0], evidence).await?;
        let made = match first {
            None if days[1] != days[0] => {
                sql::of_code(&self.pool, &people, course.id, days[1], evidence).await?
            }
            first => first,
        };
        Ok(made.map(|made| Outcome::Already(made, course)))
    }

    /// The signed text for a check-in.
    pub fn receipt(&self, check_in: &CheckIn) -> String {
        Receipt::of(check_in).sign(&self.keys)
    }
}
