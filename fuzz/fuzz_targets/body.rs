//! The JSON bodies of a scan, a check-in, a login and a request for an SMS code, read as the routes read them. A body that is read can be written
//! and is read the same; one that is not is refused as `bad_request`, names a field, and repeats no value that was sent.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use zaichang_attendance::checkin::{Client, fuzzing as checkin};
use zaichang_attendance::phone::fuzzing as phone;
use zaichang_fuzz::seed;
use zaichang_platform::http::Problem;
use zaichang_platform::http::refusals;

/// The largest body that the service takes.
const LONGEST: usize = 16 * 1024;
/// So many digits are somebody's number; fewer may be a line or a column of the body.
const TELLING: usize = 6;

fuzz_target!(init: seed(seeds()), |input: &[u8]| {
    if input.len() > LONGEST {
        return;
    }
    match checkin::scan(input) {
        Ok((code, client)) => {
            let written = json!({ "code": code, "client": client });
            let again = checkin::scan(written.to_string().as_bytes()).expect("what was read is read again");
            assert_eq!((again.0, as_json(&again.1)), (code, as_json(&client)));
        }
        Err(problem) => is_discreet(&problem, input),
    }
    match checkin::check_in(input) {
        Ok((code, pass, client)) => {
            let written = json!({ "code": code, "pass": pass, "client": client });
            let again = checkin::check_in(written.to_string().as_bytes()).expect("what was read is read again");
            assert_eq!((again.0, again.1, as_json(&again.2)), (code, pass, as_json(&client)));
        }
        Err(problem) => is_discreet(&problem, input),
    }
    match phone::login(input) {
        Ok((words, client, [pass, proof])) => {
            let [number, sms_code, account, password] = &words;
            let written = json!({ "phone": number, "sms_code": sms_code, "account": account,
                "password": password, "client": client, "pass": pass, "proof": proof });
            let again = phone::login(written.to_string().as_bytes()).expect("what was read is read again");
            assert_eq!((&again.0, as_json(&again.1), &again.2), (&words, as_json(&client), &[pass, proof]));
        }
        Err(problem) => is_discreet(&problem, input),
    }
    match phone::sms_code(input) {
        Ok((number, client, pass, proof)) => {
            let written = json!({ "phone": number, "client": client, "pass": pass, "proof": proof });
            let again = phone::sms_code(written.to_string().as_bytes()).expect("what was read is read again");
            assert_eq!((&again.0, as_json(&again.1), &again.2, &again.3), (&number, as_json(&client), &pass, &proof));
        }
        Err(problem) => is_discreet(&problem, input),
    }
});

fn seeds() -> Vec<String> {
    let client = json!({ "kind": "wechat", "device_id": "phone-of-0001", "scene": 1011 });
    let code = "AAAAAAISQAAZXLEP3OCLSYIXEGAJWMZ2J44A";
    let bodies = [
        json!({ "code": code, "client": client }),
        json!({ "code": code, "client": { "kind": "h5" } }),
        json!({ "pass": "AQE", "client": { "kind": "app", "device_id": "12345678", "scene": null } }),
        json!({ "phone": "13800001234", "sms_code": "042917", "client": client, "pass": null }),
        json!({ "phone": "13800001234", "client": client, "pass": "AQE", "proof": "813.AQE.0.1" }),
        json!({ "account": "wang", "password": "correct horse", "client": { "kind": "h5" } }),
        json!({ "client": { "kind": "430102199001011234" } }),
        json!({ "phone": 13_800_001_234_u64, "client": { "kind": "h5", "scene": "430102199001011234" } }),
        json!({ "client": { "kind": "expected 430102199001011234 field `" } }),
        json!({ "client": { "kind": "h5", "scene": "expected 430102199001011234" } }),
        json!({ "code": code, "client": client, "odd": 1 }),
        json!([code, client]),
    ];
    bodies.map(|body| body.to_string()).to_vec()
}

fn as_json(client: &Client) -> Value {
    serde_json::to_value(client).expect("a client is words and a number")
}

/// A refused body is `bad_request` and names its field; no number of a person comes back in it, nor gets into a log with it.
fn is_discreet(problem: &Problem, input: &[u8]) {
    assert_eq!(problem.refusal, refusals::BAD_REQUEST);
    let field = problem.field.as_deref().expect("a field is named");
    assert!(!field.is_empty(), "no field is named");
    let explanation = problem.explanation.as_deref().expect("a reason is given");
    let Ok(body) = serde_json::from_slice::<Value>(input) else { return };
    let (mut names, mut values) = (Vec::new(), Vec::new());
    gather(&body, &mut names, &mut values);
    let numbers = values.iter().flat_map(|value| value.split(|letter: char| !letter.is_ascii_digit()));
    for number in numbers.filter(|number| number.len() >= TELLING) {
        // The name of a field that is not known is named, so that it can be corrected.
        if !names.iter().any(|name| name.contains(number)) {
            assert!(!explanation.contains(number), "a number came back: {explanation}");
            assert!(!field.contains(number), "a number came back as a field: {field}");
        }
    }
}

/// The names of a body's fields, and their values.
fn gather(body: &Value, names: &mut Vec<String>, values: &mut Vec<String>) {
    match body {
        Value::String(text) => values.push(text.clone()),
        Value::Number(number) => values.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| gather(item, names, values)),
        Value::Object(fields) => {
            names.extend(fields.keys().cloned());
            fields.values().for_each(|item| gather(item, names, values));
        }
        Value::Null | Value::Bool(_) => {}
    }
}
