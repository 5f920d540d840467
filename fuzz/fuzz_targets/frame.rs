//! The frames of a venue page, and the credential in them. A frame that is read can be written and read again; a
//! credential opens a screen exactly if our keys made it for that screen.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use zaichang_attendance::display::fuzzing::{Frame, LONGEST, credential, frame, opens};
use zaichang_core::ids::ScreenNumber;
use zaichang_core::keys::sign;
use zaichang_fuzz::{FIRST, FOREIGN, Hand, SECOND, flipped, keys, seed};
use zaichang_platform::auth::Token;

const PURPOSE: &[u8] = b"zaichang/display/v1";
const BODY: usize = 12;
const TAG: usize = 16;
const SCREEN: ScreenNumber = ScreenNumber(7);

fuzz_target!(init: seed(seeds()), |input: &[u8]| {
    if let Ok(text) = std::str::from_utf8(&input[..input.len().min(LONGEST)]) {
        whatever_arrives(text);
    }
    what_we_gave(&mut Hand(input));
});

fn seeds() -> Vec<String> {
    let resume = made(SCREEN, [9; 8]);
    let ticket = URL_SAFE_NO_PAD.encode([7; 32]);
    let frames = [
        json!({ "type": "ping" }),
        json!({ "type": "hello", "ticket": ticket }),
        json!({ "type": "hello", "resume": resume }),
        json!({ "type": "hello", "ticket": ticket, "resume": resume }),
        json!({ "type": "hello", "ticket": null, "resume": null }),
        json!({ "type": "hello", "key": "x" }),
        json!({ "type": "welcome" }),
        json!([]),
    ];
    frames.map(|frame| frame.to_string()).into_iter().chain([resume]).collect()
}

/// A credential by its definition.
fn made(screen: ScreenNumber, salt: [u8; 8]) -> String {
    let body = [screen.0.to_be_bytes().as_slice(), &salt].concat();
    let tag: [u8; TAG] = sign(&keys(&[FIRST]), PURPOSE, &body);
    URL_SAFE_NO_PAD.encode([body.as_slice(), &tag].concat())
}

fn whatever_arrives(text: &str) {
    credential_is_ours(text);
    let Some(read) = frame(text) else { return };
    let written = match &read {
        Frame::Ping => json!({ "type": "ping" }),
        Frame::Hello { ticket, resume } => json!({ "type": "hello", "ticket": ticket, "resume": resume }),
    };
    assert_eq!(
        frame(&written.to_string()).as_ref(),
        Some(&read),
        "a frame changed when it was written again"
    );
    if let Frame::Hello { ticket, resume } = &read {
        if let Some(resume) = resume {
            credential_is_ours(resume);
        }
        if let Some(ticket) = ticket {
            // A ticket has one spelling, so that used once is used.
            let hashed = Token::hash_of(ticket).is_some();
            let spelt = URL_SAFE_NO_PAD.decode(ticket).is_ok_and(|bytes| bytes.len() == 32);
            assert_eq!(hashed, spelt);
        }
    }
}

/// Whatever opens the screen is, letter for letter, a credential that one of our keys made for it.
fn credential_is_ours(text: &str) {
    let opened = opens(&keys(&[FIRST, SECOND]), SCREEN, text);
    let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    let ours = bytes.len() == BODY + TAG
        && bytes[..4] == SCREEN.0.to_be_bytes()
        && [FIRST, SECOND].iter().any(|key| {
            let tag: [u8; TAG] = sign(&keys(&[*key]), PURPOSE, &bytes[..BODY]);
            URL_SAFE_NO_PAD.encode([&bytes[..BODY], &tag].concat()) == text
        });
    assert_eq!(opened, ours);
}

fn what_we_gave(hand: &mut Hand<'_>) {
    let screen = ScreenNumber(hand.u32());
    let ours = keys(&[FIRST, SECOND]);
    let given = if hand.byte() & 7 == 0 {
        credential(&ours, screen).expect("the system gives random bytes")
    } else {
        made(screen, hand.bytes())
    };
    assert!(opens(&ours, screen, &given));
    assert!(opens(&keys(&[SECOND, FIRST]), screen, &given), "lost by a rotation");
    assert!(!opens(&keys(&[FOREIGN]), screen, &given));
    assert!(!opens(&ours, ScreenNumber(screen.0.wrapping_add(1 + hand.u32() % u32::MAX)), &given));
    let flipped = flipped(&given, usize::from(hand.u16())).expect("a credential is base64url");
    assert!(!opens(&ours, screen, &flipped));
}
