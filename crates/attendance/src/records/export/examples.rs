//! What the tests of both file formats share: a record, and texts that mean harm.
//! It must not be part of the program.

use super::ExportRow;

pub(super) fn row() -> ExportRow<'static> {
    ExportRow {
        name: "王䶮",
        masked_id_number: "430***********1234",
        masked_phone: "138****1234",
        card_number: Some("4301000012345678"),
        unit: "湖南省人民医院",
        department: Some("心血管内科"),
        title: "主治医师",
        specialty: "心血管病学",
        course: "心力衰竭诊治进展",
        day: jiff::civil::date(2026, 11, 21),
        at: "2026-11-21T01:02:13.123Z".parse().unwrap(),
        recorded_at: "2026-11-21T01:02:13.140Z".parse().unwrap(),
        source: "scan",
        screen: Some(7),
        place: Some("主会场"),
        code_age_ms: Some(-120),
        client_kind: "wechat",
        suspicion: Some("23：抽查 1 次，1 次没有应答".to_owned()),
        verdict: None,
        assisted_by: None,
        reason: None,
        approved_afterwards: false,
    }
}

/// Each text with what of it can stand in a file.
pub(super) fn evil_texts() -> Vec<(String, String)> {
    let as_they_are = [
        "=HYPERLINK(\"http://evil.example\",\"点我\")",
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(1,1)",
        "\t=1+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠A1",
        " =1+1",
        "a;=1+1",
        "a\",\"=1+1",
        "\"\"",
        "'quoted'",
        "一行\n二行",
        "_x0041_ & <b>",
        "䶮𬭎𠮷👩‍⚕️葛\u{e0100}",
        "{=1+1}",
        "http://evil.example",
    ];
    let mut texts: Vec<_> = as_they_are.iter().map(|text| ((*text).to_owned(), (*text).to_owned())).collect();
    texts.push(("王\0明\u{1}\u{1b}\u{ffff}".to_owned(), "王\u{fffd}明\u{fffd}\u{fffd}\u{fffd}".to_owned()));
    texts.push(("\0=1+1".to_owned(), "\u{fffd}=1+1".to_owned()));
    texts
}
