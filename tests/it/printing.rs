//! Documents on paper, by the real `zaichang-print`: the route, who may, the log, and the text of the PDF.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use reqwest::Method;
use reqwest::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use serde_json::{Value, json};
use zaichang::config::Settings;
use zaichang_core::clock::day_of;
use zaichang_integrations::print;
use zaichang_platform::auth::Role;

use crate::admins::{CLINIC, HOSPITAL, staff, unit};
use crate::attendance::attended_with;
use crate::doctor::doctor;
use crate::test_server::{Stores, TestServer};

/// The program that `scripts/print.sh build` has built, beside what cargo builds.
fn program() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let target = this.ancestors().nth(3).expect("it lies in target/debug/deps");
    let program = target.join("print/release/zaichang-print");
    assert!(program.is_file(), "{} is not built: scripts/print.sh build", program.display());
    program
}

fn templates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/print/templates")
}

fn prints(settings: &mut Settings) {
    settings.modules.put(print::Settings { program: Some(program()), templates: templates(), fonts: None });
}

/// The text of a PDF without any space: a line's words stand together, however wide the gaps between them are.
fn text_of(pdf: &[u8]) -> String {
    let mut reader = Command::new("pdftotext");
    let reader = reader.args(["-layout", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut reader = reader.spawn().expect("pdftotext is installed: scripts/install.sh test");
    reader.stdin.take().unwrap().write_all(pdf).unwrap();
    let text = String::from_utf8(reader.wait_with_output().unwrap().stdout).unwrap();
    text.split_whitespace().collect()
}

/// What a document is called, and its text.
async fn document(server: &TestServer, session: Option<&str>, path: &str) -> (String, String) {
    let answer = server.service.request(Method::GET, path, session).send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.unwrap();
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    assert_eq!(headers[CONTENT_TYPE], "application/pdf");
    assert_eq!(headers[CACHE_CONTROL], "private, no-store");
    (headers[CONTENT_DISPOSITION].to_str().unwrap().to_owned(), text_of(&body))
}

fn sheet(server: &TestServer, query: &str) -> String {
    format!("/api/v1/courses/{}/sign-in-sheet?{query}", server.course())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_sheet_names_who_has_checked_in_and_leaves_room_to_sign() {
    let server = attended_with(prints).await;
    let names: Vec<String> = sqlx::query_scalar(
        "select distinct people.name from check_ins join people on people.id = person_id where course_id = $1",
    )
    .bind(server.course())
    .fetch_all(&server.service.pool)
    .await
    .unwrap();
    // Rare characters of real names: none of them is in a usual font.
    let rare = "䶮𠅤㛃";
    server.sql(&format!("update people set name = '{rare}' where id = {}", server.demo.people[0].id)).await;
    let day = day_of(server.now());
    let query = format!("day={day}&people=true&blank_lines=3");
    let (name, text) = document(&server, server.admin(), &sheet(&server, &query)).await;
    assert!(name.contains("%E7%AD%BE%E5%88%B0%E8%A1%A8") && name.ends_with(&format!("_{day}.pdf")), "{name}");
    for wanted in ["签到表", "主办单位", HOSPITAL, "签名", "打印时间2025-11-2909:", "第1页，共1页", rare]
    {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert_eq!(names.iter().filter(|name| text.contains(*name)).count(), names.len() - 1, "{text}");
    assert!(text.contains(&format!("签到人员共{}人", names.len())), "{text}");

    let detail: Value =
        sqlx::query_scalar("select detail from audit_log where action = 'print_sign_in_sheet'")
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
    assert_eq!(detail, json!({ "day": day, "people": names.len(), "blank_lines": 3 }));

    // Blank lines alone.
    let (_, text) =
        document(&server, server.admin(), &sheet(&server, &format!("day={day}&blank_lines=20"))).await;
    assert!(!names.iter().any(|name| text.contains(name)) && text.contains("20"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_list_has_the_people_of_the_filter_with_masked_numbers() {
    let server = TestServer::open_with(prints).await;
    let unit = unit(&server, HOSPITAL).await;
    let people = format!("/api/v1/units/{unit}/people");
    let page = server.service.get(&format!("{people}?limit=200"), server.admin()).await.is(200, "");
    let (all, items) =
        (page.body["in_all"].as_u64().unwrap(), page.body["items"].as_array().unwrap().clone());
    let (_, text) = document(&server, server.admin(), &format!("{people}/review-list")).await;
    assert!(text.contains("审核名单") && text.contains(&format!("以上人员共{all}人")), "{text}");
    for person in &items {
        for wanted in ["name", "number"] {
            assert!(text.contains(person[wanted].as_str().unwrap()), "{person}");
        }
    }
    // What the filter leaves out is not printed; the log has no name that was searched for.
    let name = items[0]["name"].as_str().unwrap();
    let found =
        server.service.get(&format!("{people}?q={name}"), server.admin()).await.is(200, "").body["in_all"]
            .clone();
    let (_, text) = document(&server, server.admin(), &format!("{people}/review-list?q={name}")).await;
    assert!(text.contains(&format!("以上人员共{found}人")), "{text}");
    let detail: Value = sqlx::query_scalar(
        "select detail from audit_log where action = 'print_review_list' order by id desc limit 1",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    let wanted = json!({ "rows": found, "filter": { "department": null, "state": null, "searched": true } });
    assert_eq!(detail, wanted);
    server
        .service
        .get(&format!("{people}/review-list?state=none"), server.admin())
        .await
        .is(400, "bad_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_character_that_no_font_has_is_named_and_nothing_is_printed() {
    let server = attended_with(prints).await;
    // Of a plane of Unicode that the fonts are older than; and one that means something on one machine alone.
    for (character, code) in [("\u{31350}", "U+31350"), ("\u{E863}", "U+E863")] {
        let name = format!("李{character}");
        server
            .sql(&format!("update people set name = '{name}' where id = {}", server.demo.people[0].id))
            .await;
        let path = sheet(&server, &format!("day={}&people=true", day_of(server.now())));
        let refused = server.service.get(&path, server.admin()).await.is(422, "glyph_missing");
        let told = refused.body["detail"].as_str().unwrap();
        assert!(told.contains(code) && told.contains(&name), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_refused_where_nothing_prints_and_to_whom_the_course_is_not() {
    let server = attended_with(|settings| settings.modules.put(print::Settings::default())).await;
    let day = day_of(server.now());
    let path = sheet(&server, &format!("day={day}"));
    server.service.get(&path, server.admin()).await.is(409, "printing_not_set");
    server.service.get(&path, None).await.is(401, "login_required");
    let stranger = staff(&server, Role::UnitAdmin, CLINIC).await.0;
    server.service.get(&path, Some(&stranger)).await.is(404, "not_found");
    for (query, field) in [
        (String::new(), "day"),
        ("day=2025-02-30".to_owned(), "day"),
        ("day=0001-01-01".to_owned(), "day"),
        (format!("day={day}&blank_lines=201"), "blank_lines"),
        (format!("day={day}&blank_lines=-1"), "blank_lines"),
        (format!("day={day}&people=perhaps"), "people"),
        (format!("day={day}&q=x"), "query"),
    ] {
        let refused =
            server.service.get(&sheet(&server, &query), server.admin()).await.is(400, "bad_request");
        assert_eq!(refused.body["field"], field, "{query}: {}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_makes_every_template_s_sample() {
    let stores = Stores::open_alone().await;
    let mut settings = crate::doctor::stores(&stores);
    doctor(&settings).is("print", "note");
    settings.push(("PRINT_PROGRAM", program().display().to_string()));
    settings.push(("PRINT_TEMPLATES", templates().display().to_string()));
    let report = doctor(&settings);
    assert!(report.is("print", "ok")["found"].as_str().unwrap().contains("sign-in-sheet"));

    // A template that an operator has broken is named with its line.
    let own = stores.folder.path().join("templates");
    let copied = Command::new("cp").arg("-r").args([&templates(), &own]).status().unwrap();
    assert!(copied.success());
    std::fs::write(own.join("sign-in-sheet.typ"), "签到表\n#nothing-like-it").unwrap();
    settings.last_mut().unwrap().1 = own.display().to_string();
    let report = doctor(&settings);
    let found = report.is("print", "fix")["found"].as_str().unwrap();
    assert!(found.contains("sign-in-sheet.typ, line 2"), "{found}");
}

/// What a QR code on a PDF's first page says.
fn qr_code_of(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("one.pdf"), pdf).unwrap();
    let mut drawn = Command::new("pdftoppm");
    let drawn = drawn.args(["-r", "150", "-png", "-singlefile", "one.pdf", "one"]).current_dir(&folder);
    assert!(drawn.status().unwrap().success());
    let read =
        Command::new("zbarimg").args(["-q", "--raw", "one.png"]).current_dir(&folder).output().unwrap();
    String::from_utf8(read.stdout).unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letter_of_a_link_has_its_address_as_text_and_as_a_code_and_needs_its_token() {
    let server = TestServer::open_with(prints).await;
    let made = crate::admins::make(&server, server.admin().unwrap(), unit(&server, HOSPITAL).await)
        .await
        .is(201, "");
    let (token, link) = crate::admins::token_of(&made);
    let url = made.body["url"].as_str().unwrap();
    let path = format!("/api/v1/admin-links/{link}/letter");
    let request = server
        .service
        .request(Method::POST, &path, server.admin())
        .header(CONTENT_TYPE, "application/json")
        .body(json!({ "token": token }).to_string());
    let answer = request.send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.headers()[CONTENT_TYPE].to_str().unwrap()),
        (200, "application/pdf")
    );
    let pdf = answer.bytes().await.unwrap();
    let text = text_of(&pdf);
    for wanted in ["账号开通通知书", HOSPITAL, "李敏", "单位管理员", "2025年12月2日09:02", url]
    {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert_eq!(qr_code_of(&pdf), url);
    let detail: Value =
        sqlx::query_scalar("select detail from audit_log where action = 'print_account_letter'")
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
    assert_eq!(detail, json!({ "meant_for": "李敏" }));

    // Another link's token, and none at all; a link that is taken back.
    let other = crate::admins::make(&server, server.admin().unwrap(), unit(&server, HOSPITAL).await)
        .await
        .is(201, "");
    for wrong in [crate::admins::token_of(&other).0, "x".to_owned()] {
        let refused = server
            .service
            .post(&path, server.admin(), json!({ "token": wrong }))
            .await
            .is(400, "bad_request");
        assert_eq!(refused.body["field"], "token");
    }
    let stranger = staff(&server, Role::UnitAdmin, CLINIC).await.0;
    server.service.post(&path, Some(&stranger), json!({ "token": token })).await.is(404, "not_found");
    let taken = format!("/api/v1/admin-links/{link}");
    server.service.call(Method::DELETE, &taken, server.admin(), None).await.is(204, "");
    server.service.post(&path, server.admin(), json!({ "token": token })).await.is(404, "not_found");
}
