//! That somebody who is logged in has just proved that it is them: signed text, good for ten minutes, for one session and one purpose,
//! and for as long as their phone is the one that it was, so that it serves for one change of it. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

use zaichang_core::keys::{Keys, sign, verify};
use zaichang_platform::auth::Attendee;
use zaichang_registry::people::phones::How;

const BODY: usize = 1 + 8;
const TAG: usize = 16;

/// How long the new phone may take to be proved: two messages, one after the other.
const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// What the proof lets them do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proves {
    /// Replace the phone.
    Phone,
    /// Set the password.
    Password,
}

impl Proves {
    const fn purpose(self) -> &'static [u8] {
        match self {
            Self::Phone => b"zaichang/own-phone/v1",
            Self::Password => b"zaichang/own-password/v1",
        }
    }
}

pub(super) struct OwnProof;

impl OwnProof {
    /// The text, and until when it is good.
    pub fn sign(
        keys: &Keys,
        proves: Proves,
        how: How,
        attendee: Attendee,
        phone_index: &[u8],
        now: Timestamp,
    ) -> (String, Timestamp) {
        let expires_at = now + LIFE;
        let mut text = vec![u8::from(how == How::Document)];
        text.extend(expires_at.as_millisecond().to_be_bytes());
        let tag: [u8; TAG] = sign(keys, proves.purpose(), &signed(&text, attendee, phone_index));
        text.extend(tag);
        (URL_SAFE_NO_PAD.encode(text), expires_at)
    }

    /// By what it was proved, if this is one of ours of this session and phone that has not ended.
    pub fn read(
        keys: &Keys,
        proves: Proves,
        text: &str,
        attendee: Attendee,
        phone_index: &[u8],
        now: Timestamp,
    ) -> Option<How> {
        let mut bytes = [0; BODY + TAG];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        let (body, tag) = bytes.split_at_checked(BODY).filter(|_| length == BODY + TAG)?;
        if !verify(keys, proves.purpose(), &signed(body, attendee, phone_index), tag) {
            return None;
        }
        let expires_at = Timestamp::from_millisecond(i64::from_be_bytes(body[1..].try_into().ok()?)).ok()?;
        let how = if body[0] == 1 { How::Document } else { How::OldPhone };
        (now <= expires_at).then_some(how)
    }
}

fn signed(body: &[u8], Attendee { person, session }: Attendee, phone_index: &[u8]) -> Vec<u8> {
    [body, &person.0.to_be_bytes(), &session, phone_index].concat()
}

#[cfg(test)]
mod tests {
    use zaichang_core::ids::PersonId;

    use super::*;

    #[test]
    fn a_proof_is_of_one_session_and_one_phone_for_ten_minutes() {
        let keys = Keys::new(&[[3; 32]]).unwrap();
        let at = |seconds: i64| Timestamp::from_second(1_764_378_133 + seconds).unwrap();
        let me = Attendee { person: PersonId(7), session: [1; 32] };
        let (text, expires_at) = OwnProof::sign(&keys, Proves::Phone, How::Document, me, &[9; 32], at(0));
        assert_eq!(expires_at, at(600));
        assert!(text.len() <= 64);
        let read =
            |text: &str, me, index: &[u8], now| OwnProof::read(&keys, Proves::Phone, text, me, index, now);
        assert_eq!(OwnProof::read(&keys, Proves::Password, &text, me, &[9; 32], at(0)), None);
        assert_eq!(read(&text, me, &[9; 32], at(600)), Some(How::Document));
        assert_eq!(read(&text, me, &[9; 32], at(601)), None);
        assert_eq!(read(&text, me, &[8; 32], at(0)), None, "another phone");
        assert_eq!(read(&text, Attendee { session: [2; 32], ..me }, &[9; 32], at(0)), None);
        assert_eq!(read(&text, Attendee { person: PersonId(8), ..me }, &[9; 32], at(0)), None);
        let other = Keys::new(&[[4; 32]]).unwrap();
        assert_eq!(OwnProof::read(&other, Proves::Phone, &text, me, &[9; 32], at(0)), None);
        for wrong in ["", "在场", &text[1..], &format!("{text}A"), &format!("AB{}", &text[2..])] {
            if *wrong != text {
                assert_eq!(read(wrong, me, &[9; 32], at(0)), None, "{wrong}");
            }
        }
    }
}
