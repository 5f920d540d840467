//! The rotating code. Whatever text arrives: it is authentic exactly if it is, letter for letter, what one of our keys
//! mints for that screen and step; and an authentic one is fresh exactly inside its window.

#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use zaichang_core::code::{Code, Profile, Step, Verdict, judge, mint};
use zaichang_core::ids::ScreenNumber;
use zaichang_fuzz::{FIRST, FOREIGN, Hand, MORNING_MS, SECOND, keys, seed};

/// The contract's window: 250 ms early, and the current step with its grace.
const EARLY_MS: i64 = 250;
/// So many steps ahead a code of ours is told apart from a forged one: what a clock showed before it was set back.
const AHEAD: u64 = 9600;

fuzz_target!(init: seed(seeds()), |input: &[u8]| {
    if let Ok(text) = std::str::from_utf8(input) {
        whatever_arrives(text, MORNING_MS);
    }
    let mut hand = Hand(input);
    what_we_mint(&mut hand);
});

/// The codes of the published vectors, as they stand there.
fn seeds() -> Vec<String> {
    let vectors = include_str!("../../tests/vectors/code-v2.json");
    let vectors: serde_json::Value = serde_json::from_str(vectors).expect("the vectors are JSON");
    let lists = ["codes", "verdicts"].into_iter().filter_map(|list| vectors[list].as_array());
    lists.flatten().filter_map(|vector| vector["code"].as_str().map(str::to_owned)).collect()
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).expect("a moment within the years")
}

/// Judges text that may be anything against what our keys would have minted.
fn whatever_arrives(text: &str, now_ms: i64) {
    let Ok(code) = Code::parse(text) else {
        assert!(
            text.len() != 36 || Code::parse(&text.to_ascii_uppercase()).is_err(),
            "read in one case only"
        );
        return;
    };
    assert_eq!(code.to_string(), text.to_ascii_uppercase(), "one code, one spelling");
    assert_eq!(Code::parse(&text.to_ascii_lowercase()), Ok(code));
    for profile in Profile::ALL {
        check(&code, text, profile, now_ms);
    }
}

/// The verdict against the definition: mint all that could be meant and compare the letters.
fn check(code: &Code, text: &str, profile: Profile, now_ms: i64) {
    let ours = keys(&[FIRST, SECOND]);
    let verdict = judge(&ours, code, profile.step_ms(), profile.grace(), at(now_ms));
    let current = Step::at(at(now_ms), profile.step_ms(), code.screen);
    // The newest step with these low 16 bits that is not more than eight hours of three-second steps ahead.
    let newest = current.number + AHEAD;
    let back = newest.wrapping_sub(u64::from(code.low_step)) & 0xFFFF;
    let meant = newest.checked_sub(back).map(|number| Step { number, ..current });
    let minted = |step: Step| {
        [FIRST, SECOND]
            .iter()
            .any(|key| mint(&keys(&[*key]), code.screen, step).to_string() == text.to_ascii_uppercase())
    };
    let authentic = meant.filter(|step| minted(*step));
    let expected = authentic.map_or(Verdict::Forged, |step| {
        let age_ms = now_ms - step.starts_at_ms();
        let lasts_ms = i64::from(profile.step_ms()) * i64::from(profile.grace() + 1);
        if (-EARLY_MS..lasts_ms).contains(&age_ms) {
            Verdict::Fresh { step, age_ms }
        } else {
            Verdict::Expired { step }
        }
    });
    assert_eq!(verdict, expected, "screen {} at {now_ms}", code.screen);
    // A verifier that does not have our keys takes nothing of ours.
    assert_eq!(
        judge(&keys(&[FOREIGN]), code, profile.step_ms(), profile.grace(), at(now_ms)),
        Verdict::Forged
    );
}

/// Mints a code, writes over some of its letters as the input says, and lets it arrive some time later.
fn what_we_mint(hand: &mut Hand<'_>) {
    let screen = ScreenNumber(hand.u32());
    let profile = Profile::ALL[usize::from(hand.byte()) % Profile::ALL.len()];
    // Any moment from 1970 to 2100.
    let minted_ms = hand.between(0, 4_102_444_800_000);
    // From before it was shown, as after a clock was set back, to well past its end.
    let later_ms = hand.between(-30_000_000, 30_000);
    let key = if hand.byte() & 1 == 0 { FIRST } else { SECOND };
    let mut text = mint(&keys(&[key]), screen, Step::at(at(minted_ms), profile.step_ms(), screen))
        .to_string()
        .into_bytes();
    for _ in 0..hand.byte() % 4 {
        let at = usize::from(hand.byte()) % text.len();
        text[at] = hand.byte();
    }
    if let Ok(text) = std::str::from_utf8(&text) {
        whatever_arrives(text, (minted_ms + later_ms).max(0));
    }
}
