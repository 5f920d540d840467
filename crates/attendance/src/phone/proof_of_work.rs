//! Proof of work for SMS codes that are asked for without a fresh scan: it takes a phone a second, and makes a flood of messages
//! costly for its sender. Stateless: a challenge is signed for one phone, device and time. A proof may be shown again in its
//! life, as the budgets count messages and not proofs. Pure. It must not know what is limited otherwise.
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

use zaichang_core::keys::{Keys, sign, verify};
use zaichang_platform::auth::sms_code::Owner;
use zaichang_platform::timekeeper::LIMIT_MS;

const PURPOSE: &[u8] = b"zaichang/sms-proof/v1";
/// 8 × 2¹³ hashes, 65,536 as a rule: docs/sms-codes.md says what that takes.
const ROUNDS: usize = 8;
const BITS: u32 = 13;
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Two nodes' clocks may each differ from Postgres' by the limit.
const AHEAD: SignedDuration = SignedDuration::from_millis(2 * LIMIT_MS);

const CHALLENGE: usize = 32;
const TAG: usize = 13;
const SIGNED: usize = 8 + TAG;
/// The longest proof: every number has ten digits.
pub const LONGEST: usize = CHALLENGE + ROUNDS * 11;

/// What has to be worked out for this phone on this device.
pub fn challenge(keys: &Keys, owner: Owner<'_>, now: Timestamp) -> String {
    let issued_at = now.as_millisecond().to_be_bytes();
    let tag: [u8; TAG] = sign(keys, PURPOSE, &message(owner, issued_at));
    let signed = URL_SAFE_NO_PAD.encode([issued_at.as_slice(), &tag].concat());
    format!("{}{signed}", prefix())
}

/// Whether this proves work for this phone on this device, done a moment ago.
pub fn is_proof(keys: &Keys, proof: &str, owner: Owner<'_>, now: Timestamp) -> bool {
    let Some((challenge, numbers)) = read(proof) else { return false };
    let Some((issued_at, tag)) = signed(challenge) else { return false };
    let at = Timestamp::from_millisecond(i64::from_be_bytes(issued_at));
    let in_time = at.is_ok_and(|at| at <= now + AHEAD && now <= at.saturating_add(LIFE).unwrap_or(at));
    in_time && verify(keys, PURPOSE, &message(owner, issued_at), &tag) && is_solved(challenge, &numbers, BITS)
}

fn prefix() -> String {
    format!("{ROUNDS}{BITS:02}.")
}

fn message(owner: Owner<'_>, issued_at: [u8; 8]) -> Vec<u8> {
    [owner.phone_index, owner.device, &issued_at].concat()
}

/// The challenge and its numbers, if it has the form of a proof.
fn read(proof: &str) -> Option<(&str, [u32; ROUNDS])> {
    let (challenge, numbers) = proof.split_at_checked(CHALLENGE).filter(|_| proof.len() <= LONGEST)?;
    let numbers = numbers.strip_prefix('.')?.split('.').map(|number| number.parse().ok());
    let numbers: Vec<u32> = numbers.collect::<Option<_>>()?;
    Some((challenge, numbers.try_into().ok()?))
}

/// When the challenge says that it was issued, and the tag that has to prove it.
fn signed(challenge: &str) -> Option<([u8; 8], [u8; TAG])> {
    let mut bytes = [0; SIGNED];
    let length = URL_SAFE_NO_PAD.decode_slice(challenge.strip_prefix(&prefix())?, &mut bytes).ok()?;
    let (issued_at, tag) = bytes[..length].split_first_chunk()?;
    Some((*issued_at, tag.try_into().ok()?))
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
    let of_round = |round| {
        (0..=u32::MAX).find(|number| {
            let hash = Sha256::new()
                .chain_update(challenge)
                .chain_update(u32::to_be_bytes(round))
                .chain_update(u32::to_be_bytes(*number))
                .finalize();
            u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]).leading_zeros() >= BITS
        })
    };
    let rounds = 1..=u32::try_from(ROUNDS).unwrap();
    rounds.fold(challenge.to_owned(), |proof, round| format!("{proof}.{}", of_round(round).unwrap()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    fn keys() -> Keys {
        Keys::new(&[[5; 32]]).unwrap()
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(1_764_378_133_000 + ms).unwrap()
    }

    const MINE: Owner<'static> = Owner { phone_index: &[1; 32], device: &[2; 16] };

    #[test]
    fn a_proof_is_of_its_phone_and_device_for_ten_minutes() {
        let proof = work_out(&challenge(&keys(), MINE, at(0)));
        let life = i64::try_from(LIFE.as_millis()).unwrap();
        let another_phone = Owner { phone_index: &[3; 32], ..MINE };
        let another_device = Owner { device: &[3; 16], ..MINE };
        for (owner, now, accepted) in [
            (MINE, 0, true),
            (MINE, life, true),
            (MINE, life + 1, false),
            (MINE, -2 * LIMIT_MS, true),
            (MINE, -2 * LIMIT_MS - 1, false),
            (another_phone, 0, false),
            (another_device, 0, false),
        ] {
            assert_eq!(is_proof(&keys(), &proof, owner, at(now)), accepted, "{owner:?} {now}");
        }
        assert!(!is_proof(&Keys::new(&[[6; 32]]).unwrap(), &proof, MINE, at(0)));
    }

    #[test]
    fn work_that_was_not_done_proves_nothing() {
        let challenge = challenge(&keys(), MINE, at(0));
        let proof = work_out(&challenge);
        assert_eq!(challenge.len(), CHALLENGE);
        let numbers: Vec<_> = proof[CHALLENGE + 1..].split('.').collect();
        let easier = challenge.replacen("813.", "801.", 1);
        let many = format!("{proof}.0");
        let few = format!("{challenge}.{}", numbers[..ROUNDS - 1].join("."));
        let again = format!("{challenge}.{}", [numbers[0]; ROUNDS].join("."));
        let undone = format!("{challenge}{}", ".0".repeat(ROUNDS));
        let forged = proof.replacen("813.", "813.B", 1);
        for wrong in
            ["", "813.", &challenge, &easier, &many, &few, &again, &undone, &forged, &"9".repeat(10_000)]
        {
            assert!(!is_proof(&keys(), wrong, MINE, at(0)), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_not_a_proof_is_refused(text in ".{0,200}") {
            prop_assert!(!is_proof(&keys(), &text, MINE, at(0)));
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
            let (read, numbers) = read(&proof).unwrap();
            assert_eq!(read, challenge);
            assert!(is_solved(&challenge, &numbers, BITS), "{proof}");
            assert_eq!(work_out(&challenge), proof);
        }
    }
}
