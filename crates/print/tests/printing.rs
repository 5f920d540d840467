//! The program as it is run: its templates print their samples, what is wrong is named, nothing outside its folders is read, and what
//! asks for too much ends alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn templates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")
}

fn sample(template: &str) -> Value {
    let text = std::fs::read(templates().join(format!("samples/{template}.json"))).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// What a command answers to this input.
fn answered(command: &mut Command, input: &[u8]) -> Output {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // One that refuses early reads no further.
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output().unwrap()
    })
}

fn asked(folder: &Path, template: &str, data: &Value) -> Output {
    let request = json!({ "template": template, "made_at": "2026-12-01 08:30:00", "data": data });
    let mut program = Command::new(env!("CARGO_BIN_EXE_zaichang-print"));
    answered(program.arg("--templates").arg(folder), request.to_string().as_bytes())
}

#[track_caller]
fn printed(template: &str, data: &Value) -> Vec<u8> {
    let answer = asked(&templates(), template, data);
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    answer.stdout
}

#[track_caller]
fn refused(folder: &Path, template: &str, data: &Value) -> Value {
    let answer = asked(folder, template, data);
    assert_eq!((answer.status.code(), answer.stdout.len()), (Some(1), 0), "{answer:?}");
    serde_json::from_slice(&answer.stderr).unwrap()
}

/// A folder of this test with one template of this text.
fn written(test: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("one.typ"), text).unwrap();
    folder
}

/// The text without any space: a line's words stand together, however wide the gaps between them are.
fn text_of(pdf: &[u8]) -> String {
    pages_of(pdf).split_whitespace().collect()
}

/// The text as a reader copies it, with a form feed after each page.
fn pages_of(pdf: &[u8]) -> String {
    let answer = answered(Command::new("pdftotext").args(["-layout", "-", "-"]), pdf);
    assert!(answer.status.success(), "pdftotext of poppler-utils: scripts/install.sh test");
    String::from_utf8(answer.stdout).unwrap()
}

fn pages(pdf: &[u8]) -> usize {
    pages_of(pdf).matches('\u{c}').count()
}

#[test]
fn every_template_prints_its_sample_as_an_archive_takes_it() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_zaichang-print"));
    let answer = answered(program.arg("check").arg("--templates").arg(templates()), b"");
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let told = String::from_utf8(answer.stdout).unwrap();
    assert!(told.lines().any(|line| line.starts_with("sign-in-sheet\t")), "{told}");
    let pdf = printed("sign-in-sheet", &sample("sign-in-sheet"));
    let source = String::from_utf8_lossy(&pdf);
    assert!(source.contains("<pdfaid:part>2<") && source.contains("<pdfaid:conformance>A<"));
}

#[test]
fn a_sign_in_sheet_has_a_line_for_each_person_and_blank_ones() {
    let sheet = sample("sign-in-sheet");
    let pdf = printed("sign-in-sheet", &sheet);
    let text = text_of(&pdf);
    for wanted in [
        "签到表",
        "王明",
        "䶮文",
        "李𠅤",
        "陈㛃",
        "阿依古丽",
        "2026年12月1日至2026年12月3日",
        "打印时间2026-12-01",
        "第1页，共1页",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(text.contains("签到人员共5人"), "{text}");
}

#[test]
fn a_full_hall_has_every_name_on_its_pages() {
    let mut sheet = sample("sign-in-sheet");
    let person = |n: usize| json!({ "name": format!("王第{n}"), "unit": "湘江市第一人民医院 急诊科", "title": "医师", "at": "08:02" });
    sheet["people"] = (0..3000).map(person).collect();
    let pdf = printed("sign-in-sheet", &sheet);
    let (text, pages) = (text_of(&pdf), pages(&pdf));
    assert_eq!(text.matches("王第").count(), 3000);
    assert!((100..300).contains(&pages) && text.contains(&format!("共{pages}页")), "{pages}");
    assert_eq!(text.matches("签到时间").count(), pages);
}

#[test]
fn a_character_without_a_glyph_is_named_with_its_place() {
    let mut sheet = sample("sign-in-sheet");
    sheet["people"][2]["name"] = json!("李\u{31350}");
    let wanted = json!({
        "code": "missing_glyph", "character": "\u{31350}", "code_point": "U+31350", "page": 1, "at": "people[2].name",
    });
    assert_eq!(refused(&templates(), "sign-in-sheet", &sheet), wanted);
    sheet["people"][2]["name"] = json!("李\u{E863}");
    assert_eq!(refused(&templates(), "sign-in-sheet", &sheet)["code_point"], "U+E863");
}

#[test]
fn what_is_wrong_with_a_template_is_named_by_file_and_line() {
    let folder = written("wrong", "签到表\n#nothing-like-it");
    let fault = refused(&folder, "one", &json!({}));
    assert_eq!(
        (&fault["code"], &fault["file"], &fault["line"]),
        (&json!("template_wrong"), &json!("one.typ"), &json!(2))
    );
    let fault = refused(&folder, "two", &json!({}));
    assert_eq!(fault, json!({ "code": "template_missing", "template": "two" }));
    assert_eq!(refused(&folder, "../one", &json!({}))["code"], "data_wrong");
    assert_eq!(refused(&folder, "one", &json!("a\u{0}b"))["code"], "data_wrong");
}

#[test]
fn nothing_outside_the_folder_is_read() {
    let outside = written("outside", "outside");
    for text in [
        "#read(\"../one.typ\")",
        "#read(\"/etc/hostname\")",
        "#read(\"link.typ\")",
        "#include \"link.typ\"",
        "#import \"@preview/tablex:0.0.9\": *",
    ] {
        let folder = written("inside", text);
        std::os::unix::fs::symlink(outside.join("one.typ"), folder.join("link.typ")).unwrap();
        assert_eq!(refused(&folder, "one", &json!({}))["code"], "template_wrong", "{text}");
    }
}

#[test]
fn what_takes_too_much_memory_ends_without_a_document() {
    let folder = written("greedy", "#(\"a\" * 3000000000).len()");
    let answer = asked(&folder, "one", &json!({}));
    assert!(answer.status.code().is_none() && answer.stdout.is_empty(), "{answer:?}");
}

#[test]
fn without_fonts_nothing_is_printed() {
    let folder = written("fontless", "签到表");
    let mut program = Command::new(env!("CARGO_BIN_EXE_zaichang-print"));
    let program = program.arg("--templates").arg(&folder).arg("--fonts").arg(&folder);
    let answer = answered(
        program,
        json!({ "template": "one", "made_at": "2026-12-01 08:30:00", "data": {} }).to_string().as_bytes(),
    );
    let fault: Value = serde_json::from_slice(&answer.stderr).unwrap();
    assert_eq!(
        (&fault["code"], &fault["lacking"][0]),
        (&json!("fonts_missing"), &json!("Noto Serif CJK SC"))
    );
}

#[test]
fn a_review_list_has_everybody_with_their_state_and_a_place_for_the_seal() {
    let text = text_of(&printed("review-list", &sample("review-list")));
    let wanted = ["审核名单", "430***********1234", "䶮文", "产假", "非工作岗位", "共3人", "单位（盖章）"];
    for wanted in wanted {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[test]
fn a_letter_has_the_link_s_address_and_no_password() {
    let text = text_of(&printed("account-letter", &sample("account-letter")));
    for wanted in
        ["账号开通通知书", "李敏", "2026年12月4日08:30", "https://cme.example.cn/console/start#", "签收人"]
    {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}
