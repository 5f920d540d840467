//! The published vectors, and what must hold for every screen, step and instant.

use jiff::Timestamp;
use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::code::{Profile, mint};
use crate::ids::ScreenNumber;

const VECTORS: &str = include_str!("../../../tests/vectors/code-v1.json");

#[derive(Deserialize)]
struct Vectors {
    codes: Vec<CodeVector>,
    verdicts: Vec<VerdictVector>,
}

#[derive(Deserialize)]
struct CodeVector {
    master_key_hex: String,
    screen: u32,
    step_ms: u32,
    unix_ms: i64,
    step: u64,
    screen_key_hex: String,
    code: String,
}

#[derive(Deserialize)]
struct VerdictVector {
    name: String,
    code: String,
    screen_step_ms: u32,
    now_unix_ms: i64,
    grace: u32,
    expect: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(VECTORS).unwrap()
}

fn keys(hex: &str) -> Keys {
    Keys::new(&[hex::decode(hex).unwrap().try_into().unwrap()]).unwrap()
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

#[test]
fn every_published_code_is_minted_to_the_letter() {
    for vector in vectors().codes {
        let keys = keys(&vector.master_key_hex);
        let step = Step::at(at(vector.unix_ms), vector.step_ms);
        assert_eq!(step.number, vector.step);
        let screen_key = keys.signing(&[PURPOSE, &vector.screen.to_be_bytes()]);
        assert_eq!(hex::encode(screen_key), vector.screen_key_hex);
        assert_eq!(mint(&keys, ScreenNumber(vector.screen), step).to_string(), vector.code);
    }
}

#[test]
fn every_published_verdict_is_ours() {
    let keys = keys("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    for vector in vectors().verdicts {
        let verdict = match Code::parse(&vector.code) {
            Err(_) => "malformed",
            Ok(code) => {
                match judge(&keys, &code, vector.screen_step_ms, vector.grace, at(vector.now_unix_ms)) {
                    Verdict::Fresh { .. } => "fresh",
                    Verdict::Expired { .. } => "expired",
                    Verdict::Forged => "forged",
                }
            }
        };
        assert_eq!(verdict, vector.expect, "{}", vector.name);
    }
}

#[test]
fn a_code_is_read_in_either_case_and_nothing_is_trimmed() {
    let code =
        mint(&keys(&"ab".repeat(32)), ScreenNumber(7), Step::at(at(1_764_374_400_000), 3000)).to_string();
    assert!(Code::parse(&code.to_ascii_lowercase()).is_ok());
    for wrong in [
        format!(" {code}"),
        format!("{code} "),
        format!("{code}="),
        code.replace('A', "0"),
        code[1..].to_owned(),
    ] {
        assert_eq!(Code::parse(&wrong), Err(crate::code::Malformed), "{wrong}");
    }
    // Four-byte characters that would make up the length.
    assert_eq!(Code::parse(&"䶮".repeat(12)), Err(crate::code::Malformed));
}

prop_compose! {
    fn any_step()(screen: u32, ms in 0_i64..=4_102_444_800_000, profile in prop::sample::select(Profile::ALL.to_vec())) -> (ScreenNumber, i64, Profile) {
        (ScreenNumber(screen), ms, profile)
    }
}

proptest! {
    #[test]
    fn what_is_minted_now_is_fresh_now((screen, ms, profile) in any_step()) {
        let keys = Keys::new(&[[3; 32]]).unwrap();
        let step = Step::at(at(ms), profile.step_ms());
        let code = Code::parse(&mint(&keys, screen, step).to_string()).unwrap();
        let age_ms = ms - step.starts_at_ms();
        prop_assert_eq!(judge(&keys, &code, profile.step_ms(), profile.grace(), at(ms)), Verdict::Fresh { step, age_ms });
    }

    #[test]
    fn any_flipped_bit_is_refused((screen, ms, profile) in any_step(), bit in 0_usize..176) {
        let keys = Keys::new(&[[3; 32]]).unwrap();
        let minted = mint(&keys, screen, Step::at(at(ms), profile.step_ms())).to_string();
        let alphabet = base32::Alphabet::Rfc4648 { padding: false };
        let mut bytes = base32::decode(alphabet, &minted).unwrap();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let flipped = Code::parse(&base32::encode(alphabet, &bytes)).unwrap();
        prop_assert_eq!(judge(&keys, &flipped, profile.step_ms(), profile.grace(), at(ms)), Verdict::Forged);
    }

    #[test]
    fn the_window_ends_to_the_millisecond((screen, ms, profile) in any_step()) {
        let keys = Keys::new(&[[3; 32]]).unwrap();
        // Away from the epoch, so that a whole window fits before it.
        let step = Step::at(at(ms + 60_000), profile.step_ms());
        let code = mint(&keys, screen, step);
        let starts = step.starts_at_ms();
        let ends = starts + i64::from(profile.step_ms()) * i64::from(profile.grace() + 1);
        let verdict = |ms| judge(&keys, &code, profile.step_ms(), profile.grace(), at(ms));
        let fresh = |ms| Verdict::Fresh { step, age_ms: ms - starts };
        prop_assert_eq!(verdict(starts - 251), Verdict::Expired { step });
        prop_assert_eq!(verdict(starts - 250), fresh(starts - 250));
        prop_assert_eq!(verdict(ends - 1), fresh(ends - 1));
        prop_assert_eq!(verdict(ends), Verdict::Expired { step });
    }

    #[test]
    fn a_step_is_rebuilt_across_the_wrap_of_its_sixteen_bits(wraps in 1_u64..=20_000, back in 0_u64..65_535) {
        let now = Step { step_ms: 3000, number: wraps * 0x1_0000 };
        let past = Step { number: now.number - back, ..now };
        prop_assert_eq!(now.rebuild(past.low()), Some(past));
        let next = Step { number: now.number + 1, ..now };
        prop_assert_eq!(now.rebuild(next.low()), Some(next));
    }

    #[test]
    fn a_rotation_of_keys_loses_no_running_screen((screen, ms, profile) in any_step(), old: [u8; 32], new: [u8; 32]) {
        prop_assume!(old != new);
        let step = Step::at(at(ms), profile.step_ms());
        let code = mint(&Keys::new(&[old]).unwrap(), screen, step);
        let judged_by = |masters: &[[u8; 32]]| judge(&Keys::new(masters).unwrap(), &code, profile.step_ms(), profile.grace(), at(ms));
        let accepted = matches!(judged_by(&[new, old]), Verdict::Fresh { .. });
        prop_assert!(accepted);
        prop_assert_eq!(judged_by(&[new]), Verdict::Forged);
    }
}
