//! What a scan costs before anything is touched, and what a screen costs per step.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use zaichang_attendance::display::Qr;
use zaichang_core::code::{Code, Profile, Step, judge, mint};
use zaichang_core::ids::ScreenNumber;
use zaichang_core::keys::Keys;

fn benches(criterion: &mut Criterion) {
    let keys = Keys::new(&[[7; 32]]).expect("one key");
    let now = Timestamp::from_millisecond(1_764_374_401_234).expect("a date");
    let profile = Profile::Strict;
    let screen = ScreenNumber(7);
    let step = Step::at(now, profile.step_ms(), screen);
    let text = mint(&keys, screen, step).to_string();
    let code = Code::parse(&text).expect("just minted");
    let mut forged = text.clone();
    forged.replace_range(20..21, if &text[20..21] == "A" { "B" } else { "A" });
    let address = format!("HTTPS://CME.EXAMPLE.CN/C/{text}");

    criterion.bench_function("judge a code (parsed)", |bencher| {
        bencher.iter(|| judge(&keys, black_box(&code), profile.step_ms(), profile.grace(), now));
    });
    criterion.bench_function("read and judge a code", |bencher| {
        bencher.iter(|| {
            Code::parse(black_box(&text))
                .map(|code| judge(&keys, &code, profile.step_ms(), profile.grace(), now))
        });
    });
    criterion.bench_function("read and refuse a forged code", |bencher| {
        bencher.iter(|| {
            Code::parse(black_box(&forged))
                .map(|code| judge(&keys, &code, profile.step_ms(), profile.grace(), now))
        });
    });
    criterion.bench_function("mint a code", |bencher| {
        bencher.iter(|| mint(&keys, black_box(screen), step).to_string());
    });
    criterion.bench_function("render a code's QR path", |bencher| {
        bencher.iter(|| Qr::of(black_box(&address)).map(|qr| qr.path()));
    });
}

criterion_group!(code, benches);
criterion_main!(code);
