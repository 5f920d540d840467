//! Assertions by a table, and by chance: whatever is changed after the signing is refused.

use jiff::ToSpan as _;
use proptest::prelude::*;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

use super::*;
use crate::phone::refusals;

const US: &str = "https://cme.example.cn";
const DEVICE: &str = "phone-of-0001";

fn now() -> Timestamp {
    "2025-11-29T01:02:13Z".parse().unwrap()
}

fn key(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

fn entry(issuer: &str, seed: u8) -> String {
    format!("{issuer}:{}", STANDARD.encode(key(seed).public_key().as_ref()))
}

fn assertions(list: &str) -> Assertions {
    Assertions::new(AppKeys::parse(list).unwrap(), US)
}

fn claims() -> Value {
    json!({ "issuer": "yijiao", "audience": US, "name": "王伟", "id_number": "11010519491231002X", "device_id": DEVICE,
        "issued_at": now().to_string(), "expires_at": (now() + 2.minutes()).to_string(),
        "nonce": URL_SAFE_NO_PAD.encode([7; 16]) })
}

fn signed_as(seed: u8, claims: &[u8], domain: &[u8]) -> String {
    let signature = key(seed).sign(&[domain, claims].concat());
    format!("{}.{}", URL_SAFE_NO_PAD.encode(claims), URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

fn signed(seed: u8, claims: &Value) -> String {
    signed_as(seed, claims.to_string().as_bytes(), DOMAIN)
}

fn word(judged: Result<Claims, Problem>) -> &'static str {
    judged.map_or_else(|problem| problem.refusal.word(), |_| "held")
}

#[test]
fn a_list_of_keys_names_the_entry_that_is_wrong() {
    assert_eq!(AppKeys::parse(" , "), Ok(AppKeys::default()));
    let good = entry("yijiao", 1);
    assert_eq!(AppKeys::parse(&format!("{good}, {}", entry("yijiao", 2))).unwrap().0.len(), 2);
    let long = entry(&"a".repeat(65), 1);
    for wrong in
        ["yijiao", "yijiao:", "yijiao:c2hvcnQ=", ":AAAA", "医教:AAAA", &long, &good.replace(':', " :: ")]
    {
        let list = format!("{good},{wrong}");
        assert_eq!(AppKeys::parse(&list), Err(MalformedKey { position: 2 }), "{wrong}");
    }
}

#[test]
fn what_is_claimed_is_judged_claim_by_claim() {
    let at = |seconds: i64| json!((now() + SignedDuration::from_secs(seconds)).to_string());
    let table: Vec<(&str, Value, &str)> = vec![
        ("audience", json!("https://cme.example.cn/"), "held"),
        ("audience", json!("https://elsewhere.example.cn"), "assertion_invalid"),
        ("issuer", json!("another"), "assertion_invalid"),
        ("device_id", json!("phone-of-0002"), "assertion_invalid"),
        ("id_number", json!("110105194912310021"), "assertion_invalid"),
        ("nonce", json!("c2hvcnQ"), "assertion_invalid"),
        ("nonce", json!(URL_SAFE_NO_PAD.encode([7; 17])), "assertion_invalid"),
        ("issued_at", json!("yesterday"), "assertion_invalid"),
        ("issued_at", at(10), "held"),
        ("issued_at", at(11), "assertion_invalid"),
        ("issued_at", at(-1), "assertion_invalid"),
        ("issued_at", at(120), "assertion_invalid"),
        ("expires_at", at(121), "assertion_invalid"),
        ("expires_at", at(1), "held"),
        ("role", json!("admin"), "assertion_invalid"),
    ];
    for (claim, value, expected) in table {
        let mut claims = claims();
        claims[claim] = value.clone();
        let judged = assertions(&entry("yijiao", 1)).prove(&signed(1, &claims), DEVICE, now());
        assert_eq!(word(judged), expected, "{claim} {value}");
    }
}

#[test]
fn its_life_ends_with_the_skew() {
    let assertions = assertions(&entry("yijiao", 1));
    for (seconds, expected) in
        [(-10, "held"), (-11, "assertion_invalid"), (130, "held"), (131, "assertion_expired")]
    {
        let judged =
            assertions.prove(&signed(1, &claims()), DEVICE, now() + SignedDuration::from_secs(seconds));
        assert_eq!(word(judged), expected, "{seconds}");
    }
}

#[test]
fn a_key_speaks_for_its_own_issuer_in_its_own_domain() {
    let both = assertions(&format!("{},{},{}", entry("yijiao", 1), entry("yijiao", 2), entry("other", 3)));
    let text = claims().to_string();
    let prove = |text: &str| word(both.prove(text, DEVICE, now()));
    assert_eq!(prove(&signed(1, &claims())), "held");
    assert_eq!(prove(&signed(2, &claims())), "held", "the issuer's second key");
    assert_eq!(prove(&signed(3, &claims())), "assertion_invalid", "another issuer's key");
    assert_eq!(prove(&signed(4, &claims())), "assertion_invalid", "an unknown key");
    for domain in [b"".as_slice(), b"zaichang/app-assertion/v2\0", b"zaichang/app-assertion/v1"] {
        assert_eq!(prove(&signed_as(1, text.as_bytes(), domain)), "assertion_invalid");
    }
    assert_eq!(
        word(assertions("").prove(&signed(1, &claims()), DEVICE, now())),
        "assertion_invalid",
        "no key at all"
    );
}

#[test]
fn what_is_not_an_assertion_is_refused_and_never_repeated() {
    let signed = signed(1, &claims());
    let not_json = signed_as(1, b"11010519491231002X", DOMAIN);
    for wrong in [
        "",
        ".",
        "a.b",
        "11010519491231002X.x",
        &signed[1..],
        &signed.replace('.', ""),
        &format!("{signed}."),
        &not_json,
    ] {
        let problem = assertions(&entry("yijiao", 1)).prove(wrong, DEVICE, now()).err().unwrap();
        assert_eq!(problem.refusal, refusals::ASSERTION_INVALID, "{wrong}");
        assert!(!format!("{problem:?}").contains("11010519491231002X"), "{problem:?}");
    }
}

proptest! {
    /// Claims and signature as bytes: one bit of either, wherever it is.
    #[test]
    fn any_flipped_bit_is_refused(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let text = signed(1, &claims());
        let (mut claims, mut signature) = apart(&text).unwrap();
        let at = at.index(claims.len() + signature.len());
        match at.checked_sub(claims.len()) {
            None => claims[at] ^= 1 << bit,
            Some(at) => signature[at] ^= 1 << bit,
        }
        let flipped = format!("{}.{}", URL_SAFE_NO_PAD.encode(claims), URL_SAFE_NO_PAD.encode(signature));
        prop_assert_eq!(word(assertions(&entry("yijiao", 1)).prove(&flipped, DEVICE, now())), "assertion_invalid");
    }

    /// The text itself: another character anywhere, or one less.
    #[test]
    fn any_other_text_is_refused(at in any::<prop::sample::Index>(), to in proptest::option::of("[A-Za-z0-9_.-]")) {
        let text = signed(1, &claims());
        let at = at.index(text.len());
        let other = format!("{}{}{}", &text[..at], to.unwrap_or_default(), &text[at + 1..]);
        prop_assume!(other != text);
        prop_assert_eq!(word(assertions(&entry("yijiao", 1)).prove(&other, DEVICE, now())), "assertion_invalid");
    }

    #[test]
    fn nothing_at_all_makes_it_stumble(text in "\\PC{0,200}", device in "\\PC{0,20}") {
        prop_assert_eq!(word(assertions(&entry("yijiao", 1)).prove(&text, &device, now())), "assertion_invalid");
    }
}
