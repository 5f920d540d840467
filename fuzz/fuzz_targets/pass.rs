//! The pass. What we sign is read as it was; a text that is read is letter for letter what we sign; a flipped bit, a
//! foreign key or a signature for another purpose is never accepted; and a pass is of one person, one device, in time.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use zaichang_attendance::checkin::refusals;
use zaichang_attendance::checkin::{Device, Evidence, Later, Network, Pass};
use zaichang_core::ids::{PersonId, ScreenNumber};
use zaichang_core::keys::sign;
use zaichang_fuzz::{FIRST, FOREIGN, Hand, SECOND, flipped, keys, seed};
use zaichang_platform::auth::ClientKind;

const PURPOSE: &[u8] = b"zaichang/pass/v1";
const OTHERS: [&[u8]; 3] = [b"zaichang/receipt/v1", b"zaichang/display/v1", b"zaichang/pass/v2"];
const TAG: usize = 16;
/// The year 2100: passes are of today, and adding their life to it must stay within the calendar.
const LATEST_MS: i64 = 4_102_444_800_000;

fuzz_target!(init: seed(seeds()), |input: &[u8]| {
    if let Ok(text) = std::str::from_utf8(input) {
        whatever_arrives(text);
    }
    let mut hand = Hand(input);
    let pass = drawn(&mut hand);
    what_we_sign(pass, &mut hand);
    who_presents_it(pass, &mut hand);
    signed_but_odd(input);
});

fn seeds() -> Vec<String> {
    let drawn = |byte: u8| drawn(&mut Hand(&[byte; 64]));
    let passes = (0..8).map(|byte| drawn(byte * 31));
    passes.flat_map(|pass| [FIRST, SECOND, FOREIGN].map(|key| pass.sign(&keys(&[key])))).collect()
}

/// A pass as our own code can make it.
fn drawn(hand: &mut Hand<'_>) -> Pass {
    let kinds = [ClientKind::H5, ClientKind::Wechat, ClientKind::App];
    Pass {
        evidence: Evidence {
            screen: ScreenNumber(hand.u32()),
            step: hand.between(0, i64::MAX - 1),
            code_age_ms: i32::try_from(hand.between(-250, 15_000)).expect("it fits"),
            device: Device(hand.bytes()),
            network: Network(hand.bytes()),
        },
        at: Timestamp::from_millisecond(hand.between(0, LATEST_MS)).expect("a moment within the years"),
        client: kinds[usize::from(hand.byte()) % kinds.len()],
        scene: (hand.byte() & 1 == 1).then(|| hand.u16() % u16::MAX),
        person: (hand.byte() & 1 == 1).then(|| PersonId(hand.between(1, i64::MAX - 1))),
        bound: (hand.byte() & 1 == 1).then(|| Later {
            after_ms: i32::try_from(hand.between(0, 180_000)).expect("it fits"),
            network: Network(hand.bytes()),
        }),
    }
}

/// Only a text that one of our keys signs again, letter for letter, may be read.
fn whatever_arrives(text: &str) {
    let read = Pass::read(&keys(&[FIRST, SECOND]), text);
    let Ok(pass) = read else {
        assert_eq!(read, Err(refusals::PASS_INVALID));
        return;
    };
    assert!([FIRST, SECOND].iter().any(|key| pass.sign(&keys(&[*key])) == text), "read, but not ours");
    assert_eq!(Pass::read(&keys(&[FOREIGN]), text), Err(refusals::PASS_INVALID));
}

fn what_we_sign(pass: Pass, hand: &mut Hand<'_>) {
    let ours = keys(&[FIRST, SECOND]);
    let text = pass.sign(&ours);
    assert_eq!(Pass::read(&ours, &text), Ok(pass));
    // After a rotation it is still read, by nodes that have the old key.
    assert_eq!(Pass::read(&keys(&[SECOND, FIRST]), &text), Ok(pass));
    assert_eq!(Pass::read(&keys(&[SECOND]), &text), Err(refusals::PASS_INVALID));
    let flipped = flipped(&text, usize::from(hand.u16())).expect("a pass is base64url");
    assert_eq!(Pass::read(&ours, &flipped), Err(refusals::PASS_INVALID));
    // Some letters written over.
    let mut letters = text.clone().into_bytes();
    for _ in 0..hand.byte() % 4 {
        let at = usize::from(hand.byte()) % letters.len();
        letters[at] = hand.byte();
    }
    if let Ok(altered) = std::str::from_utf8(&letters)
        && altered != text
    {
        assert_eq!(Pass::read(&ours, altered), Err(refusals::PASS_INVALID), "an altered pass was read");
    }
}

/// Of another person or device it is invalid; late it is expired; otherwise it is the presenter's.
fn who_presents_it(pass: Pass, hand: &mut Hand<'_>) {
    let owner = pass.person.map_or(hand.between(1, i64::MAX - 1), |person| person.0);
    let person = PersonId(if hand.byte() & 3 == 0 { owner.wrapping_add(1).max(1) } else { owner });
    let device = if hand.byte() & 3 == 0 { Device(hand.bytes()) } else { pass.evidence.device };
    let life_ms = if pass.person.is_some() { 24 * 3600 * 1000 } else { 180_000 };
    let late_ms = hand.between(0, 2 * life_ms);
    let now = Timestamp::from_millisecond(pass.at.as_millisecond() + late_ms).expect("within the years");
    let stranger = device != pass.evidence.device || pass.person.is_some_and(|owner| owner != person);
    let network = Network(hand.bytes());
    let expected = if stranger {
        Err(refusals::PASS_INVALID)
    } else if late_ms > life_ms {
        Err(refusals::PASS_EXPIRED)
    } else {
        let after_ms = i32::try_from(late_ms).expect("within a day");
        let bound = pass.person.map_or(Some(Later { after_ms, network }), |_| pass.bound);
        Ok(Pass { person: Some(person), bound, ..pass })
    };
    assert_eq!(pass.presented_by(person, device, network, now), expected);
}

/// Bytes that never were a pass, under a signature that is right: no panic, and what is read signs to itself again.
fn signed_but_odd(input: &[u8]) {
    let ours = keys(&[FIRST]);
    let mut body = input[..input.len().min(72)].to_vec();
    if let Some(version) = body.first_mut() {
        *version = 2 + *version % 2;
    }
    let signed = |purpose: &[u8]| {
        let tag: [u8; TAG] = sign(&ours, purpose, &body);
        URL_SAFE_NO_PAD.encode([body.as_slice(), &tag].concat())
    };
    if let Ok(pass) = Pass::read(&ours, &signed(PURPOSE)) {
        assert_eq!(Pass::read(&ours, &pass.sign(&ours)), Ok(pass));
        assert!(pass.person.is_none_or(|person| person.0 > 0));
    }
    for purpose in OTHERS {
        assert_eq!(
            Pass::read(&ours, &signed(purpose)),
            Err(refusals::PASS_INVALID),
            "signed for another purpose"
        );
    }
}
