//! Proof of work: what a client works out before a message is sent for it, or before its login is judged where guesses are spent.
//! It takes a phone a second or two, and makes a flood costly for its sender. Stateless: a challenge is signed for what is asked,
//! device and time. Pure. It must not know who has to work, nor whether a proof was shown before.
//!
//! ```text
//! challenge = "RBB." base64url(issued_at ms (u64 BE) | tag (13 bytes))                     32 characters
//! proof     = challenge "." n1 "." … "." nR      SHA-256(challenge | r (u32 BE) | n_r (u32 BE)) begins with BB zero bits
//! ```
//! Several short rounds instead of one long one, so that the work takes all phones about equally long.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::timekeeper::LIMIT_MS;
use zaichang_core::keys::{Keys, sign, verify};

/// Two nodes' clocks may each differ from Postgres' by the limit.
const AHEAD: SignedDuration = SignedDuration::from_millis(2 * LIMIT_MS);

const MOST_ROUNDS: usize = 9;
const CHALLENGE: usize = 32;
const TAG: usize = 13;
const SIGNED: usize = 8 + TAG;
/// The longest proof: every number has ten digits.
pub const LONGEST: usize = CHALLENGE + MOST_ROUNDS * 11;

/// How much has to be worked out, and for how long its proof is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// What the challenge is signed for: one for each kind of work.
    pub purpose: &'static [u8],
    /// Nine at most.
    pub rounds: usize,
    /// 2 to the power of this is how many hashes a round takes as a rule.
    pub bits: u32,
    pub life: SignedDuration,
}

impl Work {
    /// What has to be worked out for this; `what` says whose it is: what is asked for, and the device that asks.
    pub fn challenge(self, keys: &Keys, what: &[u8], now: Timestamp) -> String {
        let issued_at = now.as_millisecond().to_be_bytes();
        let tag: [u8; TAG] = sign(keys, self.purpose, &[what, &issued_at].concat());
        let signed = URL_SAFE_NO_PAD.encode([issued_at.as_slice(), &tag].concat());
        format!("{}{signed}", self.prefix())
    }

    /// Whether this proves such work for this, done a moment ago.
    pub fn is_proved(self, keys: &Keys, proof: &str, what: &[u8], now: Timestamp) -> bool {
        let Some((challenge, numbers)) = self.read(proof) else { return false };
        let Some((issued_at, tag)) = self.signed(challenge) else { return false };
        let at = Timestamp::from_millisecond(i64::from_be_bytes(issued_at));
        let in_time = at
            .is_ok_and(|at| at <= now + AHEAD && now <= at.checked_add(self.life).unwrap_or(Timestamp::MAX));
        in_time
            && verify(keys, self.purpose, &[what, &issued_at].concat(), &tag)
            && is_solved(challenge, &numbers, self.bits)
    }

    fn prefix(self) -> String {
        format!("{}{:02}.", self.rounds, self.bits)
    }

    /// The challenge and its numbers, if it has the form of a proof.
    fn read(self, proof: &str) -> Option<(&str, Vec<u32>)> {
        let (challenge, numbers) = proof.split_at_checked(CHALLENGE).filter(|_| proof.len() <= LONGEST)?;
        let numbers = numbers.strip_prefix('.')?.split('.').map(|number| number.parse().ok());
        let numbers: Vec<u32> = numbers.collect::<Option<_>>()?;
        (numbers.len() == self.rounds).then_some((challenge, numbers))
    }

    /// When the challenge says that it was issued, and the tag that has to prove it.
    fn signed(self, challenge: &str) -> Option<([u8; 8], [u8; TAG])> {
        let mut bytes = [0; SIGNED];
        let length =
            URL_SAFE_NO_PAD.decode_slice(challenge.strip_prefix(&self.prefix())?, &mut bytes).ok()?;
        let (issued_at, tag) = bytes[..length].split_first_chunk()?;
        Some((*issued_at, tag.try_into().ok()?))
    }
}

/// The challenge that a text shows a proof of: by it one is told from another.
pub fn challenge_of(proof: &str) -> &str {
    proof.split_at_checked(CHALLENGE).map_or(proof, |(challenge, _)| challenge)
}

fn is_solved(challenge: &str, numbers: &[u32], bits: u32) -> bool {
    (1_u32..).zip(numbers).all(|(round, number)| {
        let hash = Sha256::new()
            .chain_update(challenge)
            .chain_update(round.to_be_bytes())
            .chain_update(number.to_be_bytes())
            .finalize();
        u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]).leading_zeros() >= bits
    })
}

/// What a phone does, for tests.
#[cfg(test)]
pub fn work_out(challenge: &str) -> String {
    let (rounds, bits) = (challenge[..1].parse().unwrap(), challenge[1..3].parse::<u32>().unwrap());
    let of_round = |round| {
        (0..=u32::MAX).find(|number| {
            let hash = Sha256::new()
                .chain_update(challenge)
                .chain_update(u32::to_be_bytes(round))
                .chain_update(u32::to_be_bytes(*number))
                .finalize();
            u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]).leading_zeros() >= bits
        })
    };
    (1..=rounds).fold(challenge.to_owned(), |proof, round| format!("{proof}.{}", of_round(round).unwrap()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    const WORK: Work =
        Work { purpose: b"zaichang/test-proof/v1", rounds: 8, bits: 13, life: SignedDuration::from_mins(10) };
    const MINE: &[u8] = &[1; 48];

    fn keys() -> Keys {
        Keys::new(&[[5; 32]]).unwrap()
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(1_764_378_133_000 + ms).unwrap()
    }

    #[test]
    fn a_proof_is_of_what_it_was_worked_out_for_and_lives_as_long_as_it_may() {
        let proof = work_out(&WORK.challenge(&keys(), MINE, at(0)));
        let life = i64::try_from(WORK.life.as_millis()).unwrap();
        for (what, now, accepted) in [
            (MINE, 0, true),
            (MINE, life, true),
            (MINE, life + 1, false),
            (MINE, -2 * LIMIT_MS, true),
            (MINE, -2 * LIMIT_MS - 1, false),
            (&[3; 48], 0, false),
            (&[1; 47], 0, false),
        ] {
            assert_eq!(WORK.is_proved(&keys(), &proof, what, at(now)), accepted, "{what:?} {now}");
        }
        assert!(!WORK.is_proved(&Keys::new(&[[6; 32]]).unwrap(), &proof, MINE, at(0)));
        let another = Work { purpose: b"zaichang/another-proof/v1", ..WORK };
        assert!(!another.is_proved(&keys(), &proof, MINE, at(0)));
    }

    #[test]
    fn work_that_was_not_done_proves_nothing() {
        let challenge = WORK.challenge(&keys(), MINE, at(0));
        let proof = work_out(&challenge);
        assert_eq!(challenge.len(), CHALLENGE);
        assert_eq!(challenge_of(&proof), challenge);
        let numbers: Vec<_> = proof[CHALLENGE + 1..].split('.').collect();
        let easier = challenge.replacen("813.", "801.", 1);
        let easier = work_out(&easier);
        let many = format!("{proof}.0");
        let few = format!("{challenge}.{}", numbers[..WORK.rounds - 1].join("."));
        let again = format!("{challenge}.{}", [numbers[0]; 8].join("."));
        let undone = format!("{challenge}{}", ".0".repeat(WORK.rounds));
        let forged = proof.replacen("813.", "813.B", 1);
        for wrong in
            ["", "813.", &challenge, &easier, &many, &few, &again, &undone, &forged, &"9".repeat(10_000)]
        {
            assert!(!WORK.is_proved(&keys(), wrong, MINE, at(0)), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_not_a_proof_is_refused(text in ".{0,200}") {
            prop_assert!(!WORK.is_proved(&keys(), &text, MINE, at(0)));
            prop_assert!(text.starts_with(challenge_of(&text)));
        }
    }

    #[derive(Deserialize)]
    struct Vector {
        challenge: String,
        proof: String,
    }

    /// The pages' own proofs of the same challenges, which their tests hold them to.
    #[test]
    fn what_the_pages_work_out_is_accepted() {
        let vectors = include_str!("../../../../mobile-bridge/core/test/proofs.json");
        let vectors: Vec<Vector> = serde_json::from_str(vectors).unwrap();
        assert!(vectors.len() > 2);
        for Vector { challenge, proof } in vectors {
            let (read, numbers) = WORK.read(&proof).unwrap();
            assert_eq!(read, challenge);
            assert!(is_solved(&challenge, &numbers, WORK.bits), "{proof}");
            assert_eq!(work_out(&challenge), proof);
        }
    }
}
