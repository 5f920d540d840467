//! The receipt. It names the row it was made for; a text that is read is letter for letter what we sign; a flipped bit,
//! a foreign key or a signature for another purpose is never accepted.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use zaichang_attendance::checkin::{Ending, Receipt, Slot};
use zaichang_core::ids::{CourseId, PersonId};
use zaichang_core::keys::sign;
use zaichang_fuzz::{FIRST, FOREIGN, Hand, SECOND, flipped, keys, seed};

const PURPOSE: &[u8] = b"zaichang/receipt/v1";
const OTHERS: [&[u8]; 2] = [b"zaichang/pass/v1", b"zaichang/receipt/v2"];
const LETTERS: &[u8; 24] = b"34679ACDEFGHJK58PQRTUWXY";
const TAG: usize = 12;
const BODY: usize = 19;
/// From the first day that a receipt can write to the year 2100.
const SECONDS: (i64, i64) = (946_684_800, 4_102_444_800);

fuzz_target!(init: seed(seeds()), |input: &[u8]| {
    if let Ok(text) = std::str::from_utf8(input) {
        whatever_arrives(text);
    }
    let mut hand = Hand(input);
    let receipt = drawn(&mut hand);
    what_we_sign(receipt, &mut hand);
    signed_but_odd(input);
});

fn seeds() -> Vec<String> {
    let receipts = (0..8).map(|byte: u8| drawn(&mut Hand(&[byte * 31; 64])));
    receipts.flat_map(|receipt| [FIRST, SECOND, FOREIGN].map(|key| receipt.sign(&keys(&[key])))).collect()
}

/// A receipt as our own code can make it: ids below 2^47, any slot length that divides a day.
fn drawn(hand: &mut Hand<'_>) -> Receipt {
    let lengths = [1, 60, 600, 1800, 3600, 86_400];
    let at = Timestamp::from_second(hand.between(SECONDS.0, SECONDS.1)).expect("within the years");
    let repeat_s = lengths[usize::from(hand.byte()) % lengths.len()];
    let (person, course) = (hand.between(1, (1 << 47) - 1), hand.between(1, (1 << 47) - 1));
    let slot = Slot::of(PersonId(person), CourseId(course), at, repeat_s);
    let letters = hand.bytes::<8>().map(|byte| LETTERS[usize::from(byte) % LETTERS.len()]);
    let ending = std::str::from_utf8(&letters).ok().and_then(Ending::read).filter(|_| hand.byte() & 1 == 1);
    Receipt { slot, ending }
}

fn whatever_arrives(text: &str) {
    let Some(receipt) = Receipt::read(&keys(&[FIRST, SECOND]), text) else { return };
    assert!([FIRST, SECOND].iter().any(|key| receipt.sign(&keys(&[*key])) == text), "read, but not ours");
    assert_eq!(Receipt::read(&keys(&[FOREIGN]), text), None);
}

fn what_we_sign(receipt: Receipt, hand: &mut Hand<'_>) {
    let ours = keys(&[FIRST, SECOND]);
    let text = receipt.sign(&ours);
    assert_eq!(text.len(), if receipt.ending.is_some() { 50 } else { 42 });
    assert_eq!(Receipt::read(&ours, &text), Some(receipt));
    assert_eq!(Receipt::read(&keys(&[SECOND, FIRST]), &text), Some(receipt));
    assert_eq!(Receipt::read(&keys(&[SECOND]), &text), None);
    let (signed, ending) = text.split_at(42);
    let flipped = flipped(signed, usize::from(hand.u16())).expect("a receipt begins as base64url");
    assert_eq!(Receipt::read(&ours, &format!("{flipped}{ending}")), None);
    let mut letters = text.clone().into_bytes();
    for _ in 0..hand.byte() % 4 {
        let at = usize::from(hand.byte()) % letters.len();
        letters[at] = hand.byte();
    }
    if let Ok(altered) = std::str::from_utf8(&letters)
        && altered != text
    {
        assert_eq!(Receipt::read(&ours, altered), None, "an altered receipt was read");
    }
}

/// Any body under a right signature is read without a panic and signs to itself again; under another purpose it is not.
fn signed_but_odd(input: &[u8]) {
    let ours = keys(&[FIRST]);
    let body = Hand(input).bytes::<BODY>();
    let signed = |purpose: &[u8]| {
        let tag: [u8; TAG] = sign(&ours, purpose, &body);
        URL_SAFE_NO_PAD.encode([body.as_slice(), &tag].concat())
    };
    let text = signed(PURPOSE);
    let receipt = Receipt::read(&ours, &text).expect("every body of this length names a slot");
    assert_eq!(receipt.sign(&ours), text);
    for purpose in OTHERS {
        assert_eq!(Receipt::read(&ours, &signed(purpose)), None, "signed for another purpose");
    }
}
