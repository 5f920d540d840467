//! Programs that answer, refuse, die, linger and say too much. The real one is asked in tests/it.

use super::*;

/// A program of these lines: given to a shell, as a file that was just written cannot always be started.
fn program(lines: &str) -> PrintProgram {
    let settings = Settings { program: Some("/bin/sh".into()), ..Settings::default() };
    let mut program = PrintProgram::of(&settings).unwrap();
    program.arguments.splice(0..0, ["-c", lines, "print"].map(OsString::from));
    program
}

async fn printed(lines: &str) -> Result<Bytes, NotPrinted> {
    let made_at = "2026-12-01T00:30:00Z".parse().unwrap();
    program(lines)
        .print(Document { template: "sign-in-sheet", made_at, data: json!({ "people": ["王明"] }) })
        .await
}

#[tokio::test]
async fn a_request_is_handed_over_and_the_answer_is_taken() {
    let answer = printed("cat").await.unwrap();
    let request: serde_json::Value = serde_json::from_slice(&answer).unwrap();
    let wanted = json!({ "template": "sign-in-sheet", "made_at": "2026-12-01 08:30:00", "data": { "people": ["王明"] } });
    assert_eq!(request, wanted);
}

#[tokio::test]
async fn the_program_gets_its_arguments_and_nothing_of_the_environment() {
    let answer = printed("cat >/dev/null; printf '%s\\n' \"$@\" \"$CARGO_MANIFEST_DIR\"").await.unwrap();
    assert_eq!(answer, "--templates\n/usr/local/share/zaichang/templates\n\n");
}

#[tokio::test]
async fn a_fault_is_understood_and_anything_else_is_a_failure() {
    let fault = |said: &str| format!("cat >/dev/null; printf '%s' '{said}' >&2; exit 1");
    let glyph =
        printed(&fault(r#"{"code":"missing_glyph","character":"𠅤","code_point":"U+20164","page":1}"#)).await;
    assert_eq!(glyph, Err(NotPrinted::GlyphMissing('𠅤')));
    let wrong = r#"{"code":"template_wrong","file":"office.typ","line":7,"column":2,"explanation":"王明"}"#;
    let Err(NotPrinted::Failed(told)) = printed(&fault(wrong)).await else { panic!() };
    assert_eq!(told, "office.typ, line 7");
    assert!(matches!(printed("exit 3").await, Err(NotPrinted::Failed(_))));
    assert_eq!(printed("kill -9 $$").await, Err(NotPrinted::TooLarge));
    let nowhere = PrintProgram { program: "/nonexistent/zaichang-print".into(), ..program("") };
    assert!(matches!(nowhere.run(None, b"").await, Err(NotPrinted::Failed(_))));
}

#[tokio::test]
async fn a_program_that_lingers_or_says_too_much_is_ended() {
    let lingering = PrintProgram { patience: Duration::from_millis(50), ..program("exec tail -f /dev/null") };
    assert_eq!(lingering.run(None, b"").await, Err(NotPrinted::TooLarge));
    assert_eq!(printed("exec cat /dev/zero").await, Err(NotPrinted::TooLarge));
}

#[test]
fn paths_are_absolute() {
    use zaichang_platform::settings::{Settings as _, Values};
    let check = |settings: Settings| settings.check(&Values::default());
    assert_eq!(check(Settings::default()), Ok(()));
    assert_eq!(
        check(Settings { program: Some("zaichang-print".into()), ..Settings::default() }),
        Err("print_program")
    );
    assert_eq!(
        check(Settings { templates: "templates".into(), ..Settings::default() }),
        Err("print_templates")
    );
    assert_eq!(check(Settings { fonts: Some("fonts".into()), ..Settings::default() }), Err("print_fonts"));
}
