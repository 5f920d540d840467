//! The published vectors, and what must hold for every screen, step and instant.

use jiff::Timestamp;
use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::code::{Profile, mint, phase_ms};
use crate::ids::ScreenNumber;

const VECTORS: &str = include_str!("../../../../../tests/vectors/code-v2.json");

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
    phase_ms: u32,
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
        let screen = ScreenNumber(vector.screen);
        let step = Step::at(at(vector.unix_ms), vector.step_ms, screen);
        assert_eq!((step.number, step.phase_ms), (vector.step, vector.phase_ms));
        let screen_key = keys.signing(&[PURPOSE, &vector.screen.to_be_bytes()]);
        assert_eq!(hex::encode(screen_key), vector.screen_key_hex);
        assert_eq!(mint(&keys, screen, step).to_string(), vector.code);
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
                    CodeVerdict::Fresh { .. } => "fresh",
                    CodeVerdict::Expired { .. } => "expired",
                    CodeVerdict::Forged => "forged",
                }
            }
        };
        assert_eq!(verdict, vector.expect, "{}", vector.name);
    }
}

#[test]
fn a_code_is_read_in_either_case_and_nothing_is_trimmed() {
    let step = Step::at(at(1_764_374_400_000), 3000, ScreenNumber(7));
    let code = mint(&keys(&"ab".repeat(32)), ScreenNumber(7), step).to_string();
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

#[test]
fn ten_thousand_screens_do_not_change_in_one_instant() {
    for profile in Profile::ALL {
        let phases: Vec<_> =
            (1..=10_000).map(|screen| phase_ms(ScreenNumber(screen), profile.step_ms())).collect();
        let in_window = |from: u32| phases.iter().filter(|phase| (from..from + 30).contains(*phase)).count();
        let fullest = (0..profile.step_ms() - 30).map(in_window).max().unwrap();
        assert!(fullest <= 120, "{fullest} of 10,000 within 30 ms under {profile:?}");
    }
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
        let step = Step::at(at(ms), profile.step_ms(), screen);
        let code = Code::parse(&mint(&keys, screen, step).to_string()).unwrap();
        let age_ms = ms - step.starts_at_ms();
        prop_assert_eq!(judge(&keys, &code, profile.step_ms(), profile.grace(), at(ms)), CodeVerdict::Fresh { step, age_ms });
    }

    #[test]
    fn any_flipped_bit_is_refused((screen, ms, profile) in any_step(), bit in 0_usize..176) {
        let keys = Keys::new(&[[3; 32]]).unwrap();
        let minted = mint(&keys, screen, Step::at(at(ms), profile.step_ms(), screen)).to_string();
        let alphabet = base32::Alphabet::Rfc4648 { padding: false };
        let mut bytes = base32::decode(alphabet, &minted).unwrap();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let flipped = Code::parse(&base32::encode(alphabet, &bytes)).unwrap();
        prop_assert_eq!(judge(&keys, &flipped, profile.step_ms(), profile.grace(), at(ms)), CodeVerdict::Forged);
    }

    #[test]
    fn the_window_ends_to_the_millisecond((screen, ms, profile) in any_step()) {
        let keys = Keys::new(&[[3; 32]]).unwrap();
        // Away from the epoch, so that a whole window fits before it.
        let step = Step::at(at(ms + 60_000), profile.step_ms(), screen);
        let code = mint(&keys, screen, step);
        let starts = step.starts_at_ms();
        let ends = starts + i64::from(profile.step_ms()) * i64::from(profile.grace() + 1);
        let verdict = |ms| judge(&keys, &code, profile.step_ms(), profile.grace(), at(ms));
        let fresh = |ms| CodeVerdict::Fresh { step, age_ms: ms - starts };
        prop_assert_eq!(verdict(starts - 251), CodeVerdict::Expired { step });
        prop_assert_eq!(verdict(starts - 250), fresh(starts - 250));
        prop_assert_eq!(verdict(ends - 1), fresh(ends - 1));
        prop_assert_eq!(verdict(ends), CodeVerdict::Expired { step });
    }

    #[test]
    fn a_step_is_rebuilt_across_the_wrap_of_its_sixteen_bits(wraps in 1_u64..=20_000, back in 0_u64..55_936, ahead in 0_u64..=9_600) {
        let now = Step { step_ms: 3000, phase_ms: 1854, number: wraps * 0x1_0000 };
        let past = Step { number: now.number - back, ..now };
        prop_assert_eq!(now.rebuild(past.low()), Some(past));
        let future = Step { number: now.number + ahead, ..now };
        prop_assert_eq!(now.rebuild(future.low()), Some(future));
    }

    #[test]
    fn a_code_shown_before_the_clock_was_set_back_is_expired_and_not_forged((screen, ms, profile) in any_step(), back_ms in 5_251_i64..=28_800_000) {
        let keys = Keys::new(&[[3; 32]]).unwrap();
        // Away from the epoch, so that the clock can be set back.
        let shown = ms + 28_800_000;
        let step = Step::at(at(shown), profile.step_ms(), screen);
        let code = mint(&keys, screen, step);
        let verdict = judge(&keys, &code, profile.step_ms(), profile.grace(), at(shown - back_ms));
        prop_assert_eq!(verdict, CodeVerdict::Expired { step });
    }

    #[test]
    fn a_screen_changes_its_code_once_a_step_at_an_instant_of_its_own((screen, ms, profile) in any_step()) {
        let step = Step::at(at(ms), profile.step_ms(), screen);
        let ends_ms = step.ends_at().as_millisecond();
        prop_assert!((step.starts_at_ms()..ends_ms).contains(&ms));
        prop_assert_eq!(ends_ms - step.starts_at_ms(), i64::from(profile.step_ms()));
        prop_assert_eq!(Step::at(at(ends_ms), profile.step_ms(), screen), step.next());
    }

    #[test]
    fn a_rotation_of_keys_loses_no_running_screen((screen, ms, profile) in any_step(), old: [u8; 32], new: [u8; 32]) {
        prop_assume!(old != new);
        let step = Step::at(at(ms), profile.step_ms(), screen);
        let code = mint(&Keys::new(&[old]).unwrap(), screen, step);
        let judged_by = |masters: &[[u8; 32]]| judge(&Keys::new(masters).unwrap(), &code, profile.step_ms(), profile.grace(), at(ms));
        let accepted = matches!(judged_by(&[new, old]), CodeVerdict::Fresh { .. });
        prop_assert!(accepted);
        prop_assert_eq!(judged_by(&[new]), CodeVerdict::Forged);
    }
}
