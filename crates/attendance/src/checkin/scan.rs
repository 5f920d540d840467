//! A code that is held up, and who holds it: what a scan is made of before anything is decided. Pure.

use std::sync::Arc;

use jiff::Timestamp;

use super::record::Evidence;
use super::{Device, Network, Pass};
use crate::checkin::refusals;
use zaichang_core::code::{CodeVerdict, Profile, Step, freshness};
use zaichang_core::ids::{PersonId, ScreenNumber};
use zaichang_hosting::project::Course;
use zaichang_platform::auth::ClientKind;
use zaichang_platform::cache::Stale;
use zaichang_platform::http::Refusal;

/// Who holds the phone, and what it says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    pub person: Option<PersonId>,
    pub device: Device,
    pub network: Network,
    pub client: ClientKind,
    pub scene: Option<u16>,
}

/// A code that one of our keys made, and when it arrived. Whether it is fresh is judged later, by its course's profile.
#[derive(Clone, Copy, Debug)]
pub struct Authentic {
    pub(super) screen: ScreenNumber,
    pub(super) step: Step,
    pub(super) at: Timestamp,
}

/// What was handed in, proved to be ours before any person is looked up.
#[derive(Clone, Copy, Debug)]
pub enum Presentation {
    Code(Authentic),
    Pass(Pass),
}

impl Caller {
    /// The pass of a scan that this caller made at `at`.
    pub(super) fn pass(self, evidence: Evidence, at: Timestamp) -> Pass {
        Pass { evidence, at, client: self.client, scene: self.scene, person: self.person, bound: None }
    }
}

impl Authentic {
    /// Keeps a scan as a pass while storage is away and the place cannot be judged. The code must be fresh by the profile that
    /// its course had when last read, or else by every profile of its step length. The place is judged when the pass is
    /// presented.
    pub(super) fn kept(self, caller: Caller, course: Option<Stale<Arc<Course>>>) -> Option<Pass> {
        let strict = self.step.step_ms == Profile::Strict.step_ms();
        let narrowest = if strict { Profile::Strict } else { Profile::Standard };
        let last_known = course.map(|course| course.to_keep_a_scan().profile);
        let same_step = last_known.filter(|profile| profile.step_ms() == self.step.step_ms);
        let profile = same_step.unwrap_or(narrowest);
        let evidence = self.fresh(profile, caller).ok()?;
        Some(caller.pass(evidence, self.at))
    }

    /// Judges it by its course's profile. A code of another step length was shown before the profile was changed.
    pub(super) fn fresh(self, profile: Profile, caller: Caller) -> Result<Evidence, Refusal> {
        if self.step.step_ms != profile.step_ms() {
            return Err(refusals::CODE_EXPIRED);
        }
        match freshness(self.step, profile.grace(), self.at) {
            CodeVerdict::Fresh { step, age_ms } => Ok(Evidence {
                screen: self.screen,
                step: stored(step),
                code_age_ms: i32::try_from(age_ms).unwrap_or(i32::MAX),
                device: caller.device,
                network: caller.network,
            }),
            CodeVerdict::Expired { .. } | CodeVerdict::Forged => Err(refusals::CODE_EXPIRED),
        }
    }
}

/// A step's number as Postgres keeps it.
pub(super) fn stored(step: Step) -> i64 {
    i64::try_from(step.number).unwrap_or(i64::MAX)
}
