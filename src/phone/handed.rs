//! The pass that is handed in with a login: it comes back as the person's own. It must not know how somebody logs in.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::checkin::{Corridor, Device, Network, Pass};
use crate::ids::PersonId;

/// What came with a login, and from where.
pub(super) struct Handed<'a> {
    pub pass: Option<&'a str>,
    pub device: Device,
    network: Network,
}

/// A pass of one person and one device.
#[derive(Serialize, ToSchema)]
pub(super) struct BoundPass {
    pass: String,
    expires_at: Timestamp,
}

impl<'a> Handed<'a> {
    pub fn new(corridor: &Corridor, pass: Option<&'a str>, device: Device, address: IpAddr) -> Self {
        Self { pass, device, network: corridor.networks.of(address) }
    }

    /// The pass, now this person's; nothing if there was none or it is not valid here.
    pub fn bound(&self, corridor: &Corridor, person: PersonId) -> Option<BoundPass> {
        let pass = Pass::read(&corridor.keys, self.pass?).ok()?;
        let now = corridor.judged_at().ok()?;
        let pass = pass.presented_by(person, self.device, self.network, now).ok()?;
        Some(BoundPass { pass: pass.sign(&corridor.keys), expires_at: pass.expires_at() })
    }
}
