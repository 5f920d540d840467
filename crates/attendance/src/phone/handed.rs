//! The pass that is handed in with a login: it comes back as the person's own, also where the login is refused because the
//! person's unit has not approved them yet. It must not know how a person logs in.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::Phones;
use crate::checkin::{Device, Network, Pass, PhonePass};
use crate::phone::refusals;
use zaichang_core::ids::PersonId;
use zaichang_platform::auth::FreshScan;
use zaichang_platform::http::Problem;
use zaichang_registry::people::Standing;

/// What came with a login, and from where.
pub(super) struct Handed<'a> {
    pub pass: Option<&'a str>,
    pub device: Device,
    network: Network,
    /// The pass of a phone that is this person's, as theirs.
    owned: Option<Pass>,
}

/// A pass of one person and one device.
#[derive(Serialize, ToSchema)]
pub(super) struct BoundPass {
    pass: String,
    expires_at: Timestamp,
}

/// The scan that an anonymous pass of this device proves, while it lives.
pub(super) fn fresh_scan(phones: &Phones, pass: Option<&str>, device: Device) -> Option<FreshScan> {
    let pass = Pass::read(&phones.keys, pass?).ok()?;
    let now = phones.clock.now();
    let fresh = pass.person.is_none()
        && pass.evidence.device == device
        && now <= pass.expires_at()
        && !pass.is_ahead_of(now);
    fresh.then_some(FreshScan { screen: pass.evidence.screen, device: device.0 })
}

impl<'a> Handed<'a> {
    pub fn new(phones: &Phones, pass: Option<&'a str>, device: Device, address: IpAddr) -> Self {
        Self { pass, device, network: phones.pipeline.network_of(address), owned: None }
    }

    /// The same, where what was handed in may be the pass of a phone that this person has registered with since: theirs now.
    pub async fn owned_by(mut self, phones: &Phones, person: PersonId) -> Self {
        if let Some(text) = self.pass.filter(|text| PhonePass::may_be(text)) {
            self.owned = phones.pipeline.of_phone(text, person).await.ok();
        }
        self
    }

    /// The pass as that of the phone that was proved with it: an anonymous one is bound now, one of this phone stays as it is.
    pub fn of_phone(
        &self,
        phones: &Phones,
        index: &[u8],
        indexes: &[Vec<u8>],
        now: Timestamp,
    ) -> Option<PhonePass> {
        let text = self.pass?;
        if PhonePass::may_be(text) {
            let pass = PhonePass::read(&phones.keys, text).ok()?;
            let lives = now <= pass.expires_at() && pass.scan().evidence.device == self.device;
            return Some(pass).filter(|_| lives && indexes.iter().any(|index| *index == pass.phone));
        }
        let pass = Pass::read(&phones.keys, text).ok()?;
        PhonePass::bind(pass, index.try_into().ok()?, self.device, self.network, now).ok()
    }

    /// The pass, now this person's; nothing if there was none or it is not valid here.
    pub fn bound(&self, phones: &Phones, person: PersonId) -> Option<BoundPass> {
        let pass = match self.owned {
            Some(pass) => pass,
            None => Pass::read(&phones.keys, self.pass?).ok()?,
        };
        let now = phones.pipeline.judged_at().ok()?;
        let pass = pass.presented_by(person, self.device, self.network, now).ok()?;
        Some(BoundPass { pass: pass.sign(&phones.keys), expires_at: pass.expires_at() })
    }

    /// Whether a person who has proved who they are may log in. To be asked only then: the refusal holds their pass.
    pub fn admits(&self, phones: &Phones, person: PersonId, standing: &Standing) -> Result<(), Problem> {
        standing.admits(phones.clock.now()).map_err(|refusal| {
            let may_follow =
                refusal == refusals::PERSON_NOT_APPROVED && phones.pipeline.approval_may_follow();
            let kept = may_follow.then(|| self.bound(phones, person)).flatten();
            Problem { pass: kept.map(|bound| bound.pass), ..refusal.into() }
        })
    }
}
