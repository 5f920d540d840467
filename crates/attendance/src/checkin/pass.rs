//! Passes: signed proof that a screen was scanned at a time, so that nothing after the scan races the rotation.
//! Pure: signed and read with the keys and the instant it is given.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

use super::record::{Evidence, Later};
use super::{Device, Network};
use crate::checkin::refusals;
use zaichang_core::ids::{PersonId, ScreenNumber};
use zaichang_core::keys::{Keys, sign, verify};
use zaichang_platform::auth::ClientKind;
use zaichang_platform::http::Refusal;
use zaichang_platform::timekeeper::LIMIT_MS;

const PURPOSE: &[u8] = b"zaichang/pass/v1";
/// Version 3 is version 2 with the moment added at which an anonymous pass was bound.
const VERSION: u8 = 2;
const VERSION_BOUND_LATER: u8 = 3;
const BODY: usize = 1 + 1 + 4 + 8 + 8 + 4 + 16 + 8 + 8 + 2;
const BODY_BOUND_LATER: usize = BODY + 4 + 8;
const TAG: usize = 16;

/// How long an anonymous pass waits for a login.
pub const ANONYMOUS_LIFE: SignedDuration = SignedDuration::from_secs(180);
/// How long a bound pass may be presented.
pub const BOUND_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// How far ahead of this node's clock a scan may lie: its own and another node's may each differ from Postgres' by the limit.
const AHEAD: SignedDuration = SignedDuration::from_millis(2 * LIMIT_MS);

/// The client sent no scene.
const NO_SCENE: u16 = u16::MAX;

/// A scan that was judged fresh, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    pub evidence: Evidence,
    /// When the code was scanned, by the server's clock.
    pub at: Timestamp,
    pub client: ClientKind,
    pub scene: Option<u16>,
    /// None while the pass is anonymous.
    pub person: Option<PersonId>,
    /// When an anonymous pass became its person's; none where the person who scanned was logged in.
    pub bound: Option<Later>,
}

impl Pass {
    /// The last instant at which it is accepted.
    pub fn expires_at(&self) -> Timestamp {
        self.at + if self.person.is_some() { BOUND_LIFE } else { ANONYMOUS_LIFE }
    }

    /// Whether its scan lies in the future: the clock of the node that signed it was wrong, or this one is.
    pub fn is_ahead_of(&self, now: Timestamp) -> bool {
        self.at > now + AHEAD
    }

    /// The pass as this person's; an anonymous one is bound now, over this network. Refuses a pass of another device or
    /// person, or one that is too old.
    pub fn presented_by(
        self,
        person: PersonId,
        device: Device,
        network: Network,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        if self.evidence.device != device || self.person.is_some_and(|owner| owner != person) {
            return Err(refusals::PASS_INVALID);
        }
        if now > self.expires_at() {
            return Err(refusals::PASS_EXPIRED);
        }
        Ok(match self.person {
            Some(_) => self,
            None => Self { person: Some(person), bound: Some(Later::since(self.at, now, network)), ..self },
        })
    }

    /// The text that the phone keeps: 102 characters of base64url, 118 with the moment at which it was bound.
    pub fn sign(&self, keys: &Keys) -> String {
        let mut bytes = Vec::with_capacity(BODY_BOUND_LATER + TAG);
        bytes.push(if self.bound.is_some() { VERSION_BOUND_LATER } else { VERSION });
        bytes.push(match self.client {
            ClientKind::H5 => 0,
            ClientKind::Wechat => 1,
            ClientKind::App => 2,
            ClientKind::Console => 3,
        });
        bytes.extend(self.evidence.screen.0.to_be_bytes());
        bytes.extend(self.evidence.step.to_be_bytes());
        bytes.extend(self.at.as_millisecond().to_be_bytes());
        bytes.extend(self.evidence.code_age_ms.to_be_bytes());
        bytes.extend(self.evidence.device.0);
        bytes.extend(self.evidence.network.0);
        bytes.extend(self.person.map_or(0, |person| person.0).to_be_bytes());
        bytes.extend(self.scene.unwrap_or(NO_SCENE).to_be_bytes());
        if let Some(bound) = self.bound {
            bytes.extend(bound.after_ms.to_be_bytes());
            bytes.extend(bound.network.0);
        }
        let tag: [u8; TAG] = sign(keys, PURPOSE, &bytes);
        bytes.extend(tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a pass of ours; anything else is `pass_invalid`.
    pub fn read(keys: &Keys, text: &str) -> Result<Self, Refusal> {
        let mut bytes = [0; BODY_BOUND_LATER + TAG];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).map_err(|_| refusals::PASS_INVALID)?;
        let bound_later = bytes[0] == VERSION_BOUND_LATER;
        let whole = if bound_later { BODY_BOUND_LATER } else { BODY };
        let (body, tag) = bytes[..length].split_at_checked(whole).ok_or(refusals::PASS_INVALID)?;
        let known = bound_later || body[0] == VERSION;
        if !known || tag.len() != TAG || !verify(keys, PURPOSE, body, tag) {
            return Err(refusals::PASS_INVALID);
        }
        let mut fields = Fields(&body[1..]);
        let client = match fields.take::<1>()[0] {
            0 => ClientKind::H5,
            1 => ClientKind::Wechat,
            2 => ClientKind::App,
            _ => return Err(refusals::PASS_INVALID),
        };
        let screen = ScreenNumber(u32::from_be_bytes(fields.take()));
        let step = i64::from_be_bytes(fields.take());
        let at = Timestamp::from_millisecond(i64::from_be_bytes(fields.take()))
            .map_err(|_| refusals::PASS_INVALID)?;
        let code_age_ms = i32::from_be_bytes(fields.take());
        let device = Device(fields.take());
        let network = Network(fields.take());
        let person = Some(i64::from_be_bytes(fields.take())).filter(|id| *id > 0).map(PersonId);
        let scene = Some(u16::from_be_bytes(fields.take())).filter(|scene| *scene != NO_SCENE);
        let bound = bound_later
            .then(|| Later { after_ms: i32::from_be_bytes(fields.take()), network: Network(fields.take()) });
        Ok(Self {
            evidence: Evidence { screen, step, code_age_ms, device, network },
            at,
            client,
            scene,
            person,
            bound,
        })
    }
}

/// Takes fields of known length from authenticated bytes.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (field, rest) = self.0.split_at(N);
        self.0 = rest;
        field.try_into().expect("split at its length")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys() -> Keys {
        Keys::new(&[[5; 32]]).unwrap()
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    prop_compose! {
        fn any_pass()(screen: u32, step in 0_i64..i64::MAX, ms in 0_i64..4_102_444_800_000, age in -250_i32..15_000,
                      device: [u8; 16], network: [u8; 8], person in prop::option::of(1_i64..i64::MAX), scene in prop::option::of(0_u16..u16::MAX),
                      bound in prop::option::of((0_i32..180_000, any::<[u8; 8]>()))) -> Pass {
            Pass {
                evidence: Evidence { screen: ScreenNumber(screen), step, code_age_ms: age, device: Device(device), network: Network(network) },
                at: at(ms),
                client: ClientKind::Wechat,
                scene,
                person: person.map(PersonId),
                bound: bound.map(|(after_ms, network)| Later { after_ms, network: Network(network) }),
            }
        }
    }

    proptest! {
        #[test]
        fn a_pass_is_read_as_it_was_signed(pass in any_pass()) {
            prop_assert_eq!(Pass::read(&keys(), &pass.sign(&keys())), Ok(pass));
        }

        #[test]
        fn any_flipped_bit_of_a_pass_is_refused(pass in any_pass(), bit: prop::sample::Index) {
            let mut bytes = URL_SAFE_NO_PAD.decode(pass.sign(&keys())).unwrap();
            let bit = bit.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(Pass::read(&keys(), &URL_SAFE_NO_PAD.encode(bytes)), Err(refusals::PASS_INVALID));
        }

        #[test]
        fn whatever_is_not_a_pass_is_refused(text in ".{0,200}") {
            prop_assert_eq!(Pass::read(&keys(), &text), Err(refusals::PASS_INVALID));
        }
    }

    #[test]
    fn a_pass_is_its_own_person_s_and_device_s_until_it_expires() {
        let (me, other) = (PersonId(1), PersonId(2));
        let (mine, theirs) = (Device([1; 16]), Device([2; 16]));
        let evidence = Evidence {
            screen: ScreenNumber(7),
            step: 1,
            code_age_ms: 10,
            device: mine,
            network: Network([1; 8]),
        };
        let anonymous =
            Pass { evidence, at: at(0), client: ClientKind::H5, scene: None, person: None, bound: None };
        let bound = Pass { person: Some(me), ..anonymous };
        let elsewhere = Network([2; 8]);
        let bound_late = Pass { bound: Some(Later { after_ms: 180_000, network: elsewhere }), ..bound };
        let day = BOUND_LIFE.as_secs() * 1000;
        let table = [
            (anonymous, me, mine, 180_000, Ok(bound_late)),
            (anonymous, me, mine, 180_001, Err(refusals::PASS_EXPIRED)),
            (anonymous, me, theirs, 0, Err(refusals::PASS_INVALID)),
            (bound, me, mine, day, Ok(bound)),
            (bound_late, me, mine, day, Ok(bound_late)),
            (bound, me, mine, day + 1, Err(refusals::PASS_EXPIRED)),
            (bound, other, mine, 0, Err(refusals::PASS_INVALID)),
            (bound, me, theirs, 0, Err(refusals::PASS_INVALID)),
        ];
        for (pass, person, device, now, expected) in table {
            assert_eq!(
                pass.presented_by(person, device, elsewhere, at(now)),
                expected.map_err(|refusal: Refusal| refusal)
            );
        }
    }
}
