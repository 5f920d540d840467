//! Passes: signed proof that a screen was scanned at a time, so that nothing after the scan races the rotation.
//! Pure: signed and read with the keys and the instant it is given.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

use super::record::Evidence;
use super::{Device, Network};
use crate::auth::ClientKind;
use crate::http::Refusal;
use crate::ids::{PersonId, ScreenNumber};
use crate::keys::{Keys, sign, verify};
use crate::timekeeper::LIMIT_MS;

const PURPOSE: &[u8] = b"zaichang/pass/v1";
const VERSION: u8 = 2;
const BODY: usize = 1 + 1 + 4 + 8 + 8 + 4 + 16 + 8 + 8 + 2;
const TAG: usize = 16;

/// How long an anonymous pass waits for a login.
pub const ANONYMOUS_LIFE: SignedDuration = SignedDuration::from_secs(180);
/// How long a bound pass may be presented.
pub const BOUND_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// How far ahead of this node's clock a scan may lie: its own and another node's may each differ from Postgres' by the limit.
const AHEAD: SignedDuration = SignedDuration::from_millis(2 * LIMIT_MS);

/// No scene was told.
const NO_SCENE: u16 = u16::MAX;

/// A scan that was judged fresh, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    pub evidence: Evidence,
    /// When the code was scanned, by the server's clock.
    pub at: Timestamp,
    pub client: ClientKind,
    pub scene: Option<u16>,
    /// None while nobody is logged in.
    pub person: Option<PersonId>,
}

impl Pass {
    /// The same scan, now this person's.
    pub fn bound_to(self, person: PersonId) -> Self {
        Self { person: Some(person), ..self }
    }

    /// The last instant at which it is accepted.
    pub fn expires_at(&self) -> Timestamp {
        self.at + if self.person.is_some() { BOUND_LIFE } else { ANONYMOUS_LIFE }
    }

    /// Whether its scan lies in the future: the clock of the node that signed it was wrong, or this one is.
    pub fn is_ahead_of(&self, now: Timestamp) -> bool {
        self.at > now + AHEAD
    }

    /// Refuses a pass of another device or person, or one that is too old.
    pub fn presented_by(self, person: PersonId, device: Device, now: Timestamp) -> Result<Self, Refusal> {
        if self.evidence.device != device || self.person.is_some_and(|owner| owner != person) {
            return Err(Refusal::PassInvalid);
        }
        if now > self.expires_at() {
            return Err(Refusal::PassExpired);
        }
        Ok(self.bound_to(person))
    }

    /// The text that the phone keeps: 100 characters of base64url.
    pub fn sign(&self, keys: &Keys) -> String {
        let mut bytes = Vec::with_capacity(BODY + TAG);
        bytes.push(VERSION);
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
        let tag: [u8; TAG] = sign(keys, PURPOSE, &bytes);
        bytes.extend(tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a pass of ours; anything else is `pass_invalid`.
    pub fn read(keys: &Keys, text: &str) -> Result<Self, Refusal> {
        let mut bytes = [0; BODY + TAG];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).map_err(|_| Refusal::PassInvalid)?;
        let (body, tag) = bytes.split_at(BODY);
        if length != bytes.len() || body[0] != VERSION || !verify(keys, PURPOSE, body, tag) {
            return Err(Refusal::PassInvalid);
        }
        let mut fields = Fields(&body[1..]);
        let client = match fields.take::<1>()[0] {
            0 => ClientKind::H5,
            1 => ClientKind::Wechat,
            2 => ClientKind::App,
            _ => return Err(Refusal::PassInvalid),
        };
        let screen = ScreenNumber(u32::from_be_bytes(fields.take()));
        let step = i64::from_be_bytes(fields.take());
        let at = Timestamp::from_millisecond(i64::from_be_bytes(fields.take()))
            .map_err(|_| Refusal::PassInvalid)?;
        let code_age_ms = i32::from_be_bytes(fields.take());
        let device = Device(fields.take());
        let network = Network(fields.take());
        let person = Some(i64::from_be_bytes(fields.take())).filter(|id| *id > 0).map(PersonId);
        let scene = Some(u16::from_be_bytes(fields.take())).filter(|scene| *scene != NO_SCENE);
        Ok(Self {
            evidence: Evidence { screen, step, code_age_ms, device, network },
            at,
            client,
            scene,
            person,
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
                      device: [u8; 16], network: [u8; 8], person in prop::option::of(1_i64..i64::MAX), scene in prop::option::of(0_u16..u16::MAX)) -> Pass {
            Pass {
                evidence: Evidence { screen: ScreenNumber(screen), step, code_age_ms: age, device: Device(device), network: Network(network) },
                at: at(ms),
                client: ClientKind::Wechat,
                scene,
                person: person.map(PersonId),
            }
        }
    }

    proptest! {
        #[test]
        fn a_pass_is_read_as_it_was_signed(pass in any_pass()) {
            prop_assert_eq!(Pass::read(&keys(), &pass.sign(&keys())), Ok(pass));
        }

        #[test]
        fn any_flipped_bit_of_a_pass_is_refused(pass in any_pass(), bit in 0_usize..(BODY + TAG) * 8) {
            let mut bytes = URL_SAFE_NO_PAD.decode(pass.sign(&keys())).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(Pass::read(&keys(), &URL_SAFE_NO_PAD.encode(bytes)), Err(Refusal::PassInvalid));
        }

        #[test]
        fn whatever_is_not_a_pass_is_refused(text in ".{0,200}") {
            prop_assert_eq!(Pass::read(&keys(), &text), Err(Refusal::PassInvalid));
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
        let anonymous = Pass { evidence, at: at(0), client: ClientKind::H5, scene: None, person: None };
        let bound = anonymous.bound_to(me);
        let day = BOUND_LIFE.as_secs() * 1000;
        let table = [
            (anonymous, me, mine, 180_000, Ok(bound)),
            (anonymous, me, mine, 180_001, Err(Refusal::PassExpired)),
            (anonymous, me, theirs, 0, Err(Refusal::PassInvalid)),
            (bound, me, mine, day, Ok(bound)),
            (bound, me, mine, day + 1, Err(Refusal::PassExpired)),
            (bound, other, mine, 0, Err(Refusal::PassInvalid)),
            (bound, me, theirs, 0, Err(Refusal::PassInvalid)),
        ];
        for (pass, person, device, now, expected) in table {
            assert_eq!(
                pass.presented_by(person, device, at(now)),
                expected.map_err(|refusal: Refusal| refusal)
            );
        }
    }
}
