//! The pass of a proved phone that is no registered person's yet: it becomes the person's once they are registered, and stays bound
//! to the device that scanned. Pure: signed and read with the keys and the instant it is given.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::pass::BOUND_LIFE;
use super::record::Later;
use super::{Device, Network, Pass};
use crate::checkin::refusals;
use zaichang_core::ids::PersonId;
use zaichang_core::keys::{Keys, sign, verify};
use zaichang_platform::http::Refusal;

const PURPOSE: &[u8] = b"zaichang/phone-pass/v1";
const TAG: usize = 16;

/// The blind index of a phone, under the key that was the newest when it was proved.
pub type PhoneIndex = [u8; 32];

/// A scan that was judged fresh, and the phone that was proved with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhonePass {
    pub phone: PhoneIndex,
    /// Still without a person; bound at the moment at which the phone was proved.
    pass: Pass,
}

impl PhonePass {
    /// An anonymous pass that this device hands in with its proof of the phone, over this network. Refuses what is too old, of
    /// another device, or a person's.
    pub fn bind(
        pass: Pass,
        phone: PhoneIndex,
        device: Device,
        network: Network,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        if pass.person.is_some() || pass.bound.is_some() || pass.evidence.device != device {
            return Err(refusals::PASS_INVALID);
        }
        if now > pass.expires_at() || pass.is_ahead_of(now) {
            return Err(refusals::PASS_EXPIRED);
        }
        Ok(Self { phone, pass: Pass { bound: Some(Later::since(pass.at, now, network)), ..pass } })
    }

    /// When the code was scanned.
    pub const fn scanned_at(&self) -> Timestamp {
        self.pass.at
    }

    pub const fn scan(&self) -> &Pass {
        &self.pass
    }

    /// The last instant at which it may become a person's.
    pub fn expires_at(&self) -> Timestamp {
        self.pass.at + BOUND_LIFE
    }

    /// The pass as this person's, who is registered since. That the phone is theirs must have been asked.
    pub fn of_person(self, person: PersonId, now: Timestamp) -> Result<Pass, Refusal> {
        if now > self.expires_at() {
            return Err(refusals::PASS_EXPIRED);
        }
        Ok(Pass { person: Some(person), ..self.pass })
    }

    /// Whether a text can be one, without reading it: no other pass has a dot in it.
    pub fn may_be(text: &str) -> bool {
        text.contains('.')
    }

    /// The text that the phone keeps: a pass, a dot, and 64 characters of base64url.
    pub fn sign(&self, keys: &Keys) -> String {
        let pass = self.pass.sign(keys);
        let mut bytes = self.phone.to_vec();
        let tag: [u8; TAG] = sign(keys, PURPOSE, &signed(&self.phone, &pass));
        bytes.extend(tag);
        format!("{pass}.{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads one of ours; anything else is `pass_invalid`.
    pub fn read(keys: &Keys, text: &str) -> Result<Self, Refusal> {
        let (pass, binding) = text.split_once('.').ok_or(refusals::PASS_INVALID)?;
        let mut bytes = [0; 32 + TAG];
        let length = URL_SAFE_NO_PAD.decode_slice(binding, &mut bytes).map_err(|_| refusals::PASS_INVALID)?;
        let (phone, tag) = bytes.split_at(32);
        let phone: PhoneIndex = phone.try_into().map_err(|_| refusals::PASS_INVALID)?;
        if length != bytes.len() || !verify(keys, PURPOSE, &signed(&phone, pass), tag) {
            return Err(refusals::PASS_INVALID);
        }
        Ok(Self { phone, pass: Pass::read(keys, pass)? })
    }
}

/// What the tag is over.
fn signed(phone: &PhoneIndex, pass: &str) -> Vec<u8> {
    [phone.as_slice(), pass.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkin::record::Evidence;
    use zaichang_core::ids::ScreenNumber;
    use zaichang_platform::auth::ClientKind;

    fn keys() -> Keys {
        Keys::new(&[[5; 32]]).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_764_378_133 + seconds).unwrap()
    }

    const DEVICE: Device = Device([1; 16]);
    const HALL: Network = Network([1; 8]);
    const HOME: Network = Network([2; 8]);

    fn anonymous() -> Pass {
        let evidence =
            Evidence { screen: ScreenNumber(7), step: 1, code_age_ms: 10, device: DEVICE, network: HALL };
        Pass { evidence, at: at(0), client: ClientKind::H5, scene: None, person: None, bound: None }
    }

    #[test]
    fn it_is_read_as_it_was_signed_and_no_other_text_is_one() {
        let bound = PhonePass::bind(anonymous(), [9; 32], DEVICE, HOME, at(100)).unwrap();
        let text = bound.sign(&keys());
        assert!(text.len() < 256 && PhonePass::may_be(&text));
        assert_eq!(PhonePass::read(&keys(), &text), Ok(bound));
        let other = PhonePass { phone: [8; 32], ..bound }.sign(&keys());
        let (pass, _) = text.split_once('.').unwrap();
        let mixed = format!("{}.{}", anonymous().sign(&keys()), text.split_once('.').unwrap().1);
        for wrong in ["", ".", pass, &format!("{pass}."), &text[1..], &text.replace('.', ".A"), &mixed] {
            assert_eq!(PhonePass::read(&keys(), wrong), Err(refusals::PASS_INVALID), "{wrong}");
        }
        assert_ne!(PhonePass::read(&keys(), &other), Ok(bound));
        assert!(PhonePass::read(&Keys::new(&[[6; 32]]).unwrap(), &text).is_err());
    }

    #[test]
    fn the_moment_at_which_the_phone_was_proved_stays_in_it_and_it_lives_a_day() {
        let bound = PhonePass::bind(anonymous(), [9; 32], DEVICE, HOME, at(100)).unwrap();
        let day = 24 * 3600;
        let pass = bound.of_person(PersonId(3), at(day)).unwrap();
        assert_eq!(pass.bound, Some(Later { after_ms: 100_000, network: HOME }));
        assert_eq!((pass.at, pass.person, pass.evidence.network), (at(0), Some(PersonId(3)), HALL));
        assert_eq!(bound.of_person(PersonId(3), at(day + 1)), Err(refusals::PASS_EXPIRED));
    }

    #[test]
    fn only_an_anonymous_pass_of_this_device_is_bound_and_only_in_its_life() {
        let bind = |pass, device, seconds| PhonePass::bind(pass, [9; 32], device, HOME, at(seconds)).is_ok();
        assert!(bind(anonymous(), DEVICE, 180));
        assert!(!bind(anonymous(), DEVICE, 181));
        assert!(!bind(anonymous(), Device([2; 16]), 1));
        assert!(!bind(Pass { person: Some(PersonId(1)), ..anonymous() }, DEVICE, 1));
        // One that was bound before, taken out of its text, is not bound anew.
        let bound = PhonePass::bind(anonymous(), [9; 32], DEVICE, HOME, at(1)).unwrap();
        assert!(!bind(*bound.scan(), DEVICE, 2));
    }
}
