//! People from a file: judged row by row, put right, entered once and whole, beside others who register the same.

use std::fmt::Write as _;
use std::process::{Child, Stdio};

use encoding_rs::GB18030;
use reqwest::Method;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use zaichang_core::keys::Keys;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::auth::{Role, accounts};
use zaichang_platform::change::Change;
use zaichang_platform::sheets::imports::{self, Progress};
use zaichang_registry::people::import;

use super::unit;
use crate::admins::HOSPITAL;
use crate::importing::{self, counts, downloaded, first_sheet, rests, sent, wanted, workbook, written};
use crate::program::command;
use crate::projects::session;
use crate::test_server::{TestServer, answer, eventually};

pub(super) const IMPORTS: &str = "/api/v1/people-imports";

pub(super) async fn checked(
    server: &TestServer,
    session: &str,
    bytes: impl Into<Vec<u8>>,
) -> (String, Value) {
    importing::checked(server, IMPORTS, session, bytes.into()).await
}

/// An ID number of no person of the demo's, by its place.
pub(super) fn id_number(place: u32) -> String {
    let (year, month, day) = (1960 + place / 336, place / 28 % 12 + 1, place % 28 + 1);
    let digits = format!("431225{year}{month:02}{day:02}987");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{digits}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

pub(super) fn phone(place: u32) -> String {
    format!("135{place:08}")
}

/// A text of columns with these rows: name, place of number and phone, and what comes behind.
pub(super) fn csv(head: &str, rows: &[(&str, u32, &str)]) -> String {
    let mut text = format!("姓名,证件号码,手机号码,职称,从事专业{head}\n");
    for (name, place, more) in rows {
        writeln!(text, "{name},{},{},主治医师,心血管内科{more}", id_number(*place), phone(*place)).unwrap();
    }
    text
}

pub(super) fn faults(seen: &Value) -> Vec<(i64, String)> {
    let faults = seen["faults"].as_array().unwrap().iter();
    faults.map(|fault| (fault["row"].as_i64().unwrap(), fault["says"].as_str().unwrap().to_owned())).collect()
}

/// How many people have this name.
async fn called(server: &TestServer, name: &str) -> i64 {
    let count = sqlx::query_scalar("select count(*) from people where name = $1").bind(name);
    count.fetch_one(&server.service.pool).await.unwrap()
}

/// Everything that an import may write, in one text.
async fn all_of(server: &TestServer) -> String {
    let all = "select (select string_agg(people::text, '|' order by id) from people)
                   || (select count(*) from number_indexes) || (select count(*) from audit_log where action <> 'check_people')
                   || (select count(*) from staged_people)";
    sqlx::query_scalar(all).fetch_one(&server.service.pool).await.unwrap()
}

/// An import of this session's own, checked: its address and plan; none where the session may not send one.
pub async fn own_import(server: &TestServer, session: &str) -> Option<(String, Value)> {
    let staged = sent(server, IMPORTS, session, csv("", &[("周小燕", 1, "")]).into_bytes()).await;
    if staged.status.as_u16() != 202 {
        return None;
    }
    let path = staged.headers["location"].to_str().unwrap().to_owned();
    rests(server, &path).await;
    let seen = server.service.get(&path, Some(session)).await.is(200, "").body;
    Some((path, seen["plan"].clone()))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_wrong_rows_are_told_put_right_and_sent_again() {
    let server = TestServer::open().await;
    let by = server.admin().unwrap();
    let before = all_of(&server).await;
    let numbers: Vec<_> = (1..=4).map(id_number).collect();
    let phones: Vec<_> = (1..=4).map(phone).collect();
    let head: &[&str] =
        &["序号", "所在科室", "姓 名*", "身份证号", "联系电话", "系列", "级别", "专业", "卡号"];
    let title: &[&str] = &["2026 年人员信息采集表"];
    let rows = [
        ["1", "护理部", "周小燕", &numbers[0], &phones[0], "护理", "中级", "护理学", "4301000012345678"],
        ["2", "心血管内科", "买买提・艾力", &numbers[1], &phones[1], "医师", "正高", "心内科", ""],
        ["3", "骨科", "李 雷", &numbers[2], &phones[2], "医师", "副高", "骨外科", ""],
        ["4", "", "韩梅梅", "431225196001049870", &phones[3], "药师", "初级（师）", "药学", ""],
    ];
    let all: Vec<&[&str]> = [title, head].into_iter().chain(rows.iter().map(<[&str; 9]>::as_slice)).collect();
    let (path, seen) = checked(&server, by, workbook(&all)).await;
    assert_eq!((&seen["state"], &seen["counts"]), (&json!("checked"), &counts(2, 0, 0, 2)), "{seen}");
    // The file's own first row is a blank head of no columns.
    let told = [
        (6, "该单位没有这个科室，请先在单位页面添加，或更正科室名称".to_owned()),
        (7, "居民身份证号码须为 18 位，且与校验位相符；其他证件请填写证件类型".to_owned()),
    ];
    assert_eq!(faults(&seen), told);
    assert_eq!(all_of(&server).await, before, "a check changes nothing");
    wanted(&server, by, &path, &seen, "all").await.is(409, "import_has_faults");

    // The own workbook, marked.
    let marked = downloaded(&server, by, &format!("{path}/file")).await;
    let sheet = first_sheet(&marked);
    let cell = |row, column| sheet.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!((cell(2, 9), cell(5, 9), cell(3, 9)), ("检查结果".into(), told[0].1.clone(), String::new()));
    assert_eq!((cell(1, 0), cell(4, 3)), (title[0].to_owned(), numbers[1].clone()));

    // Put right in that very file, and sent again.
    let right: Vec<Vec<String>> = (1..=6)
        .map(|row| (0..10).map(|column| cell(row, column)).collect::<Vec<_>>())
        .map(|row| {
            let put_right = |text: String| match text.as_str() {
                "骨科" => "普通外科".to_owned(),
                "431225196001049870" => numbers[3].clone(),
                _ => text,
            };
            row.into_iter().map(put_right).collect()
        })
        .collect();
    let right: Vec<Vec<&str>> = right.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let right: Vec<&[&str]> = right.iter().map(Vec::as_slice).collect();
    let (path, seen) = checked(&server, by, workbook(&right)).await;
    assert_eq!(seen["counts"], counts(4, 0, 0, 0), "{seen}");
    let done = written(&server, by, &path, &seen, "all").await;
    assert_eq!((&done["state"], &done["counts"]), (&json!("written"), &counts(4, 0, 0, 0)));
    wanted(&server, by, &path, &seen, "all").await.is(409, "import_done");

    // Each is a person as any other: found, approved, with their numbers held.
    let hospital = unit(&server, HOSPITAL).await;
    let found = server.service.get(&format!("/api/v1/units/{hospital}/people?q=zxy"), Some(by)).await;
    let zhou =
        found.body["items"].as_array().unwrap().iter().find(|person| person["name"] == "周小燕").unwrap();
    assert_eq!(
        (
            &zhou["department"]["name"],
            &zhou["title"],
            &zhou["specialty"],
            &zhou["registration"],
            &zhou["state"]
        ),
        (&json!("护理部"), &json!("主管护师"), &json!("护理学"), &json!("approved"), &json!("normal"))
    );
    assert_eq!(zhou["card_number"], "************5678");
    assert_eq!(called(&server, "买买提·艾力").await, 1);
    assert_eq!(called(&server, "李雷").await, 1);
    let held = "select count(*) from number_indexes join people on people.id = person_id where import_act_id is not null";
    assert_eq!(sqlx::query_scalar::<_, i64>(held).fetch_one(&server.service.pool).await.unwrap(), 8);
    let acts: Vec<(i64, Value)> = sqlx::query_as(
        "select noun_id, detail from audit_log where action = 'import_people' and noun = 'unit'
             and id in (select import_act_id from people where name = '周小燕')",
    )
    .fetch_all(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(acts, [(hospital, json!({ "added": 4, "changed": 0 }))]);
    let person = zhou["id"].as_i64().unwrap();
    let me = server.service.get("/api/v1/me", Some(&super::session_of(&server, person).await)).await;
    assert_eq!(me.is(200, "").body["unit"], HOSPITAL);

    // Twice the same file does nothing twice; and no number stands anywhere in clear.
    let stands = all_of(&server).await;
    let (path, seen) = checked(&server, by, workbook(&right)).await;
    assert_eq!(seen["counts"], counts(0, 0, 4, 0));
    written(&server, by, &path, &seen, "all").await;
    assert_eq!(all_of(&server).await, stands);
    let clear = "select concat(
        (select string_agg(people::text, '') from people), (select string_agg(audit_log::text, '') from audit_log),
        (select string_agg(encode(source, 'escape') || encode(outcome, 'escape'), '') from sheet_imports),
        (select string_agg(payload::text, '') from graphile_worker._private_jobs))";
    let clear: String = sqlx::query_scalar(clear).fetch_one(&server.service.pool).await.unwrap();
    assert!(numbers.iter().chain(&phones).all(|number| !clear.contains(number)));
    server.close().await;
}

/// Rows with what is said of each; nothing of one that is right. `waiting` is the number of somebody who waits for a verdict.
fn rows_that_cannot_stand(waiting: &str) -> Vec<(String, &'static str)> {
    let (id, tel) = (id_number, phone);
    let good = |place| format!("李雷,,{},{},", id(place), tel(place));
    vec![
        (format!(",,{},{},,,,主治医师,骨科,,", id(10), tel(10)), "未填写姓名"),
        (
            format!("李雷3,,{},{},,,,主治医师,骨科,,", id(10), tel(10)),
            "姓名须与证件一致，1 至 50 个字，不含数字和符号",
        ),
        (format!("李雷,,,{},,,,主治医师,骨科,,", tel(10)), "未填写证件号码"),
        (
            format!("李雷,,4.31225E+17,{},,,,主治医师,骨科,,", tel(10)),
            "“证件号码”是数字且超过 15 位，末几位已丢失，请将单元格设为文本格式后重新填写",
        ),
        (
            format!("李雷,,431225600101987,{},,,,主治医师,骨科,,", tel(10)),
            "居民身份证号码须为 18 位，且与校验位相符；其他证件请填写证件类型",
        ),
        (format!("李雷,护照,E1,{},,,,主治医师,骨科,,", tel(10)), "护照号码须为 5 至 20 位字母和数字"),
        (
            format!("李雷,护照,{},{},,,,主治医师,骨科,,", id(10), tel(10)),
            "这是居民身份证号码，请将证件类型改为居民身份证",
        ),
        (
            format!("李雷,驾驶证,{},{},,,,主治医师,骨科,,", id(10), tel(10)),
            "“证件类型”填写有误，应为居民身份证、护照、港澳居民来往内地通行证、台湾居民来往大陆通行证、军官证、其他证件之一",
        ),
        (format!("李雷,,{},,,,,主治医师,骨科,,", id(10)), "未填写手机号码"),
        (format!("李雷,,{},0731-84000000,,,,主治医师,骨科,,", id(10)), "手机号码须为中国大陆的 11 位手机号"),
        (
            format!("{},,,,骨科,,", good(10)),
            "未填写职称，请填写职称系列和职称级别，或只填职称名称；没有职称的填 无职称",
        ),
        (format!("{},,,大夫,骨科,,", good(10)), "职称名称无法识别，请改填职称系列和职称级别"),
        (
            format!("{},医师,特级,,骨科,,", good(10)),
            "“职称级别”填写有误，应为正高、副高、中级、初级（师）、初级（士）、无职称之一",
        ),
        (format!("{},,,主治医师,,,", good(10)), "未填写从事专业"),
        (format!("{},,,主治医师,骨科,也许,", good(10)), "“参加继续医学教育”填写有误，应为是或否"),
        (format!("{},,,主治医师,骨科,,卡号", good(10)), "医通卡号须为 4 至 32 位字母、数字或短横"),
        (
            format!("{}骨科,,,主治医师,骨科,,", good(10)),
            "该单位没有这个科室，请先在单位页面添加，或更正科室名称",
        ),
        (
            format!("{}一病区,,,主治医师,骨科,,", good(11)),
            "该单位有多个同名科室，请写明上级，如 内科/心血管内科",
        ),
        (
            format!("李四,,{},{},,,,主治医师,骨科,,", id(1), tel(12)),
            "该证件号码是本单位另一姓名的人员，请核对姓名和证件号码",
        ),
        (
            format!("钱他处,,{},{},,,,主治医师,骨科,,", id(2), tel(13)),
            "该人员已在其他单位登记，不能导入；确已调来的，请原单位办理调出后，在“人员调动”中调入",
        ),
        (format!("赵注销,,{},{},,,,主治医师,骨科,,", id(3), tel(3)), "该人员已注销，请先核对其人员状态"),
        (
            format!("周小燕,,{waiting},{},,,,主治医师,骨科,,", tel(14)),
            "该证件号码或手机号码已向该单位提交注册申请，请由该单位在“人员注册”中审核",
        ),
        (
            format!("孙同号,,{},{},,,,主治医师,骨科,,", id(15), tel(1)),
            "手机号码已被其他人员使用，请填写本人的手机号码",
        ),
        (
            format!("{},,,主治医师,骨科,,CARD-1", good(16)),
            "医通卡号已由他人使用，请核对；录入有误的，由录入的单位在人员页面更正",
        ),
        // The first of several is right.
        (format!("{}普通外科/一病区,,,主治医师,骨科,否,CARD-2", good(20)), ""),
        (format!("李雷,,{},{},,,,主治医师,骨科,,", id(20), tel(21)), "证件号码与第 26 行重复"),
        (format!("李雷,,{},{},,,,主治医师,骨科,,", id(22), tel(20)), "手机号码与第 26 行重复"),
        (format!("{},,,主治医师,骨科,,CARD-2", good(23)), "医通卡号与第 26 行重复"),
        (
            ",,,,,,,大夫,骨科,,".to_owned(),
            "未填写姓名；未填写证件号码；未填写手机号码；职称名称无法识别，请改填职称系列和职称级别",
        ),
        (
            format!("{},医师,初级（师）,主任医师,骨科,,", good(25)),
            "职称系列、职称级别与职称名称不一致，请核对后填写一致",
        ),
        // The phone of the same registration.
        (
            format!("吴同机,,{},13700000007,,,,主治医师,骨科,,", id(24)),
            "该证件号码或手机号码已向该单位提交注册申请，请由该单位在“人员注册”中审核",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_row_that_cannot_stand_says_why() {
    let server = TestServer::open().await;
    let by = server.admin().unwrap();
    let authority = session(&server, "xiaoxiang-wjw").await;
    // Whom the rows meet: one of the unit with a card, one of another unit, one who is cancelled, one who waits.
    let met = csv(",医通卡号", &[("周小燕", 1, ",CARD-1"), ("赵注销", 3, ",")]);
    let (path, seen) = checked(&server, by, met).await;
    written(&server, by, &path, &seen, "all").await;
    let other = csv(",单位", &[("钱他处", 2, ",浏河县妇幼保健院")]);
    let (path, seen) = checked(&server, &authority, other).await;
    assert_eq!(written(&server, &authority, &path, &seen, "all").await["counts"], counts(1, 0, 0, 0));
    server.sql("update people set state = 'cancelled' where name = '赵注销'").await;
    crate::registration::submitted(&server, 7).await;
    let waiting = crate::registration::id_number(7);
    server
        .sql(&format!(
            "insert into units (parent_id, kind, name) select id, 'department', '一病区' from units where name in ('普通外科', '药学部')
                 and parent_id = {}",
            unit(&server, HOSPITAL).await
        ))
        .await;

    let rows = rows_that_cannot_stand(&waiting);
    let mut text =
        "姓名,证件类型,证件号码,手机号码,科室,职称系列,职称级别,职称,从事专业,参加继续医学教育,医通卡号\n"
            .to_owned();
    for (row, _) in &rows {
        writeln!(text, "{row}").unwrap();
    }
    let (path, seen) = checked(&server, by, text).await;
    let expected: Vec<_> = (2..)
        .zip(&rows)
        .filter(|(_, (_, says))| !says.is_empty())
        .map(|(row, (_, says))| (row, (*says).to_owned()))
        .collect();
    assert_eq!(faults(&seen), expected);
    let wrong = u32::try_from(expected.len()).unwrap();
    assert_eq!(seen["counts"], counts(1, 0, 0, wrong));
    let english = server.service.request(Method::GET, &path, Some(by)).header("accept-language", "en");
    let english = answer(english).await.body;
    assert_eq!(english["faults"][0]["says"], "The name is missing");

    // The good row alone.
    let done = written(&server, by, &path, &seen, "good").await;
    assert_eq!((&done["state"], &done["counts"]), (&json!("written"), &counts(1, 0, 0, wrong)));
    let entered = "select takes_part, departments.name, above.name from people
        join units departments on departments.id = department_id join units above on above.id = departments.parent_id
        where card_number = 'CARD-2'";
    let entered: (bool, String, String) =
        sqlx::query_as(entered).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(entered, (false, "一病区".to_owned(), "普通外科".to_owned()));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_enters_its_own_people_and_an_authority_those_of_the_units_below() {
    let server = TestServer::open().await;
    let by = server.admin().unwrap();
    let authority = session(&server, "xiaoxiang-wjw").await;
    server
        .sql(
            "insert into unit_names (unit_id, name, kind, pinyin, initials)
                 select id, '老妇幼', 'earlier', '', '' from units where name = '浏河县妇幼保健院';
             insert into unit_names (unit_id, name, kind, pinyin, initials)
                 select id, '妇幼', 'alias', '', '' from units where name in ('浏河县妇幼保健院', '岳麓人民医院')",
        )
        .await;
    // A unit's, in GBK as offices save it: its own name may stand there, and no other.
    let (own, other) = (format!(",{HOSPITAL}"), ",浏河县妇幼保健院");
    let text = csv(
        ",单位",
        &[("周小燕", 1, &own), ("李雷", 2, ","), ("韩梅梅", 3, other), ("赵六", 4, ",没有的医院")],
    );
    let (gbk, _, lossy) = GB18030.encode(&text);
    assert!(!lossy);
    let (path, seen) = checked(&server, by, gbk.into_owned()).await;
    let not_own = "填写的不是本单位，只能导入本单位人员".to_owned();
    assert_eq!(faults(&seen), [(4, not_own.clone()), (5, not_own)]);
    written(&server, by, &path, &seen, "good").await;

    let county = crate::authority::admin(&server, Role::AuthorityAdmin, "岳麓区").await;
    let rows: [(&str, u32, &str); 7] = [
        ("周小燕", 1, &own),
        ("王五", 5, ",老妇幼"),
        ("赵六", 6, ",妇幼"),
        ("孙七", 7, ","),
        ("李八", 8, ",没有的医院"),
        ("周小燕", 9, other),
        ("李雷", 2, other),
    ];
    let (path, seen) = checked(&server, &authority, csv(",工作单位", &rows)).await;
    let told = [
        (4, "有多个单位使用这个名称，请填写全称，或由该单位自行导入".to_owned()),
        (5, "未填写单位".to_owned()),
        (6, "没有这个单位，或不在管辖范围内；请填写全称、曾用名或别名".to_owned()),
        // An authority sees of which unit somebody is.
        (8, format!("该人员已在“{HOSPITAL}”登记，不能导入；确已调来的，请该单位办理调出后调入")),
    ];
    assert_eq!((&seen["counts"], faults(&seen)), (&counts(2, 0, 1, 4), told.into()));
    written(&server, &authority, &path, &seen, "good").await;
    let women = unit(&server, "浏河县妇幼保健院").await;
    let entered: i64 =
        sqlx::query_scalar("select count(*) from people where unit_id = $1 and name in ('王五', '周小燕')")
            .bind(women)
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
    assert_eq!(entered, 2);
    // Each has a first title, entered by who has sent the file.
    let titled: i64 = sqlx::query_scalar(
        "select count(*) from person_titles join people on people.id = person_id
         where unit_id = $1 and people.name in ('王五', '周小燕') and first_day is null and entered_by = (
             select account_id from audit_log where action = 'import_people' and concerned_unit_id = $1
         )",
    )
    .bind(women)
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(titled, 2);
    // The unit reads in its own log what was done to it.
    let concerned: i64 = sqlx::query_scalar(
        "select count(*) from audit_log where action = 'import_people' and concerned_unit_id = $1",
    )
    .bind(women)
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(concerned, 1);
    // A county's admin has none of another county's units, and is not told of which unit somebody is.
    let (path, seen) =
        checked(&server, &county, csv(",单位", &[("王五", 5, ",岳麓人民医院"), ("马九", 10, other)])).await;
    assert_eq!(
        faults(&seen),
        [
            (
                2,
                "该人员已在其他单位登记，不能导入；确已调来的，请原单位办理调出后，在“人员调动”中调入"
                    .to_owned()
            ),
            (3, "没有这个单位，或不在管辖范围内；请填写全称、曾用名或别名".to_owned())
        ]
    );
    // An import is its sender's alone.
    for (method, act, body) in [
        (Method::GET, "", None),
        (Method::GET, "/file", None),
        (Method::POST, "/writing", Some(json!({ "plan": seen["plan"], "rows": "good" }))),
    ] {
        server.service.call(method, &format!("{path}{act}"), Some(by), body).await.is(404, "not_found");
    }
    sent(&server, IMPORTS, by, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec())
        .await
        .is(400, "workbook_of_old_form");
    sent(&server, IMPORTS, by, b"MZ\x90\0".to_vec()).await.is(400, "workbook_unreadable");
    let (_, seen) = checked(&server, by, "单位名称,级别\n岳麓医院,县\n").await;
    assert_eq!(seen["refusal"]["code"], "workbook_of_another_kind");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_empty_is_filled_in_and_what_stands_stays() {
    let server = TestServer::open().await;
    let by = server.admin().unwrap();
    let (path, seen) = checked(&server, by, csv("", &[("周小燕", 1, "")])).await;
    written(&server, by, &path, &seen, "all").await;
    let text = format!(
        "姓名,证件号码,手机号码,职称,从事专业,科室,卡号\n周小燕,{},{},主任医师,骨科,药学部,CARD-7\n",
        id_number(1),
        phone(1)
    );
    let (path, seen) = checked(&server, by, text.clone()).await;
    assert_eq!(seen["counts"], counts(0, 1, 0, 0), "{seen}");
    written(&server, by, &path, &seen, "all").await;
    let stands: (String, String, String, i64, i64) = sqlx::query_as(
        "select title, specialty, card_number, version, changed_by from people where name = '周小燕' and department_id is not null",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(
        (stands.0.as_str(), stands.1.as_str(), stands.2.as_str(), stands.3),
        ("主治医师", "心血管内科", "CARD-7", 2)
    );
    let acts: Vec<Value> = sqlx::query_scalar("select detail from audit_log where action = 'change_person'")
        .fetch_all(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(acts.len(), 1);
    assert_eq!(
        (&acts[0]["before"]["department"], &acts[0]["after"]["department"], &acts[0]["imported"]),
        (&Value::Null, &json!("药学部"), &json!(true))
    );
    let (_, seen) = checked(&server, by, text.clone()).await;
    assert_eq!(seen["counts"], counts(0, 0, 1, 0), "sent again");

    // Somebody changes them between the check and the import: it is told anew.
    server.sql("update people set department_id = null, card_number = null where name = '周小燕'").await;
    let (path, seen) = checked(&server, by, text).await;
    server.sql("update people set specialty = '急诊' where name = '周小燕'").await;
    let anew = written(&server, by, &path, &seen, "all").await;
    assert_eq!((&anew["state"], &anew["is_anew"]), (&json!("checked"), &json!(true)));
    assert_eq!(written(&server, by, &path, &anew, "all").await["state"], "written");
    server.close().await;
}

/// A person with this number, entered by a transaction that is not committed yet.
async fn entering(server: &TestServer, name: &str, place: u32) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let sealer = Sealer::new(Keys::clone(&server.service.keys));
    let (number, phone) = (
        sealer.seal(Kind::IdNumber, &id_number(place)).unwrap(),
        sealer.seal(Kind::Phone, &phone(place)).unwrap(),
    );
    let mut other = server.service.pool.begin().await.unwrap();
    sqlx::query(
        "insert into people (name, id_number_sealed, id_number_index, phone_sealed, phone_index, key_id, title, specialty, unit_id,
             registration)
         select $1, $2, $3, $4, $5, $6, '主治医师', '内科', id, 'approved' from units where name = $7",
    )
    .bind(name)
    .bind(number.bytes)
    .bind(number.index)
    .bind(phone.bytes)
    .bind(phone.index)
    .bind(sealer.key_id().as_slice())
    .bind(HOSPITAL)
    .execute(&mut *other)
    .await
    .unwrap();
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_who_registers_the_same_number_there_is_one_row_at_the_end() {
    let server = TestServer::open().await;
    let by = server.admin().unwrap();
    let text = csv("", &[("周小燕", 1, ""), ("李雷", 2, "")]);
    // After the check: what it would do is told anew, and nothing was done.
    let (path, seen) = checked(&server, by, text).await;
    entering(&server, "李雷", 2).await.commit().await.unwrap();
    let anew = written(&server, by, &path, &seen, "all").await;
    assert_eq!(
        (&anew["state"], &anew["is_anew"], &anew["counts"]),
        (&json!("checked"), &json!(true), &counts(1, 1, 0, 0)),
        "of who was entered by hand series and level are filled in: {anew}"
    );
    assert_eq!(called(&server, "周小燕").await, 0);

    // In the very moment: the import waits for the other one, then begins again.
    let other = entering(&server, "周小燕", 1).await;
    wanted(&server, by, &path, &anew, "all").await.is(202, "");
    server.until_somebody_waits().await;
    other.commit().await.unwrap();
    rests(&server, &path).await;
    let again = server.service.get(&path, Some(by)).await.body;
    assert_eq!((&again["is_anew"], &again["counts"]), (&json!(true), &counts(0, 2, 0, 0)), "{again}");
    assert_eq!(written(&server, by, &path, &again, "all").await["state"], "written");
    assert_eq!((called(&server, "周小燕").await, called(&server, "李雷").await), (1, 1));

    // A registration is found by the import, and an import by a registration, whichever comes first.
    let (path, seen) = checked(&server, by, csv("", &[("周小燕", 3, "")])).await;
    written(&server, by, &path, &seen, "all").await;
    let number = json!({ "document": "id_card", "number": id_number(3) });
    let (_, applicant) = crate::registration::session_of(&server, "13700000009").await;
    let entered = server.service.request(Method::PATCH, "/api/v1/registration", Some(&applicant));
    let entered = entered.header("if-match", "\"1\"").header("content-type", "application/json");
    answer(entered.body(number.to_string())).await.is(409, "number_taken");
    server.close().await;
}

/// So many rows.
fn many(count: u32) -> String {
    let rows: Vec<_> = (1..=count).map(|place| ("众人甲", place, "")).collect();
    csv("", &rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_dies_on_the_way_is_done_whole_or_not_begun() {
    let server = TestServer::open().await;
    let by = server.admin().unwrap();
    let (path, seen) = checked(&server, by, many(1200)).await;
    // The last one waits, after the others were entered.
    let other = entering(&server, "别人", 1200).await;
    wanted(&server, by, &path, &seen, "all").await.is(202, "");
    server.until_somebody_waits().await;
    let look = server.service.get(&path, Some(by)).await.body;
    assert_eq!(
        (&look["state"], &look["rows"], &look["rows_done"]),
        (&json!("writing"), &json!(1200), &json!(1200))
    );
    assert!(server.end_who_waits().await > 0);
    assert_eq!(called(&server, "众人甲").await, 0, "nothing of it stands");
    other.rollback().await.unwrap();
    rests(&server, &path).await;
    let acts = "select count(*) from audit_log where action = 'import_people'";
    let acts: i64 = sqlx::query_scalar(acts).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!((called(&server, "众人甲").await, acts), (1200, 1), "tried again, all of it does, once");
    let left: i64 = sqlx::query_scalar("select count(*) from staged_people")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(left, 0);
    server.close().await;
}

/// The shell's command on this server's stores.
fn shell(server: &TestServer, file: &std::path::Path, arguments: &[&str]) -> std::process::Command {
    let settings = [
        ("DATABASE_URL", server.stores.postgres.url().to_owned()),
        ("DATA_DIR", server.stores.settings().data_dir.display().to_string()),
    ];
    let mut command = command("import", &settings);
    command.args(["people", file.to_str().unwrap()]).args(arguments);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shell_does_what_the_page_does_and_killed_it_has_not_begun() {
    let server = TestServer::open().await;
    let folder = server.stores.folder.path();
    let (file, marked) = (folder.join("people.csv"), folder.join("marked.xlsx"));
    let text = format!("{}李雷,1,{},主治医师,内科\n", many(300), phone(301));
    std::fs::write(&file, text).unwrap();
    let run = |arguments: &[&str]| {
        let done = shell(&server, &file, arguments).output().unwrap();
        (done.status.success(), String::from_utf8([done.stdout, done.stderr].concat()).unwrap())
    };
    let before = all_of(&server).await;
    let (done, told) = run(&["--dry-run", "--account", "yuelu-jjb", "--marked", marked.to_str().unwrap()]);
    assert!(done && told.contains("新增 300，修改 0，无变化 0，有误 1"), "{told}");
    assert!(told.contains("第 302 行 李雷：居民身份证号码须为 18 位"), "{told}");
    assert!(first_sheet(&std::fs::read(&marked).unwrap()).get_value((301, 5)).is_some());
    let (done, told) = run(&["--account", "yuelu-jjb"]);
    assert!(!done && told.contains("--only-good"), "{told}");
    let (done, told) = run(&["--only-good", "--account", "unknown"]);
    assert!(!done && told.contains("没有这个可导入人员的管理员"), "{told}");
    assert_eq!(all_of(&server).await, before, "nothing was changed so far");

    // Killed while it writes: nothing of it stands, and begun again it is done.
    let other = entering(&server, "别人", 300).await;
    let mut running: Child = shell(&server, &file, &["--only-good", "--account", "yuelu-jjb"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    server.until_somebody_waits().await;
    running.kill().unwrap();
    running.wait().unwrap();
    other.rollback().await.unwrap();
    // Postgres learns of it when it next speaks to the process.
    eventually(async || {
        let busy = "select count(*) from pg_stat_activity where query like 'insert into people%' and state <> 'idle'";
        sqlx::query_scalar::<_, i64>(busy).fetch_one(&server.service.pool).await.unwrap() == 0
    })
    .await;
    assert_eq!(called(&server, "众人甲").await, 0);
    let (done, told) = run(&["--only-good", "--account", "yuelu-jjb"]);
    assert!(done && told.contains("新增 300 人"), "{told}");
    assert_eq!(called(&server, "众人甲").await, 300);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_one_person_s_under_every_master_key() {
    let server = TestServer::open().await;
    let by = server.admin().unwrap();
    let (path, seen) = checked(&server, by, csv("", &[("周小燕", 1, "")])).await;
    written(&server, by, &path, &seen, "all").await;
    // A node with a newer key, and the old one behind it.
    let pool = &server.service.pool;
    let old = std::fs::read_to_string(server.stores.settings().data_dir.join("master_keys")).unwrap();
    let new = zaichang_core::keys::make().unwrap();
    let both = format!("{},{}", new.expose_secret(), old.trim());
    let sealer = Sealer::new(Keys::parse(&both.into()).unwrap());
    let account = sqlx::query_scalar("select id from accounts where account = 'yuelu-jjb'");
    let account =
        accounts::living(pool, zaichang_core::ids::AccountId(account.fetch_one(pool).await.unwrap()));
    let account = account.await.unwrap().unwrap();
    let text = csv("", &[("周小燕", 1, ""), ("李雷", 2, "")]).into_bytes();
    let batch = imports::new_id().unwrap();
    let staged = import::stage(pool, &sealer, &account, text, server.now(), Progress::unheard(), batch);
    let staged = staged.await.unwrap();
    assert_eq!((staged.counts.add, staged.counts.same), (1, 1), "{staged:?}");
    let mut change = Change::begin(pool, &server.clock, &account).await.unwrap();
    import::write(&mut change, &sealer, batch, staged.counts).await.unwrap();
    change.commit().await.unwrap();
    let held: Vec<String> = sqlx::query_scalar(
        "select kind from number_indexes join people on people.id = person_id where name = '李雷' order by kind",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    assert_eq!(held, ["id_number", "id_number", "phone", "phone"]);
    // The old node finds them by its own.
    let (_, seen) = checked(&server, by, csv("", &[("李雷", 2, "")])).await;
    assert_eq!(seen["counts"], counts(0, 0, 1, 0));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_that_stands_without_a_series_is_filled_in_by_its_own_name_alone() {
    let server = TestServer::open().await;
    let by = server.admin().unwrap();
    let (path, seen) = checked(&server, by, csv("", &[("周小燕", 1, ""), ("李雷", 2, "")])).await;
    written(&server, by, &path, &seen, "all").await;
    // As people of before series and levels stand: 李雷 is called otherwise than the file says.
    server
        .sql(
            "update people set title_series = null, title_level = null where name = '周小燕';
             update people set title = '住院医师', title_series = null, title_level = null where name = '李雷'",
        )
        .await;
    let (path, seen) = checked(&server, by, csv("", &[("周小燕", 1, ""), ("李雷", 2, "")])).await;
    assert_eq!(seen["counts"], counts(0, 1, 1, 0), "{seen}");
    written(&server, by, &path, &seen, "all").await;
    let titles: Vec<(String, Option<String>)> = sqlx::query_as(
        "select title, title_level from people where name in ('周小燕', '李雷') order by title",
    )
    .fetch_all(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(
        titles,
        [("主治医师".to_owned(), Some("intermediate".to_owned())), ("住院医师".to_owned(), None)]
    );
    server.close().await;
}
