//! Units from a file and into one: checked, put right, carried out once and whole, beside others who change the same.

use std::fmt::Write as _;

use reqwest::Method;
use serde_json::{Value, json};
use zaichang_platform::auth::Role;

use super::Registry;
use crate::importing::{self, counts, downloaded, first_sheet, rests, wanted, workbook, written};
use crate::program::command;
use crate::test_server::{Answer, TestServer, answer};

const IMPORTS: &str = "/api/v1/unit-imports";

async fn sent(server: &TestServer, session: &str, bytes: Vec<u8>) -> Answer {
    importing::sent(server, IMPORTS, session, bytes).await
}

pub(super) async fn checked(server: &TestServer, session: &str, bytes: Vec<u8>) -> (String, Value) {
    importing::checked(server, IMPORTS, session, bytes).await
}

/// Everything that an import may write, in one text.
async fn all_of(server: &TestServer) -> String {
    let all = "select (select string_agg(units::text, '|' order by id) from units)
                   || (select string_agg(unit_names::text, '|' order by id) from unit_names)
                   || (select string_agg(id || ' ' || version, '|' order by id) from unit_versions)
                   || (select count(*) from audit_log) || (select count(*) from admin_links)";
    sqlx::query_scalar(all).fetch_one(&server.service.pool).await.unwrap()
}

const HEAD: &[&str] = &[
    "序号",
    "单位名称*",
    "省",
    "市州",
    "区县",
    "主管部门",
    "级别",
    "类别",
    "医院等级",
    "原名",
    "别名",
    "联系人",
];

#[tokio::test(flavor = "multi_thread")]
async fn two_wrong_rows_are_told_put_right_and_sent_again() {
    let registry = Registry::open().await;
    let (server, by) = (&registry.server, registry.authority.as_str());
    let before = all_of(server).await;
    let place = ["潇湘省（演示）", "星沙市", "岳麓区"];
    let row = |n: usize, name: &'static str, grade: &'static str| -> Vec<&'static str> {
        let number = ["1", "2", "3", "4"][n];
        vec![
            number,
            name,
            place[0],
            place[1],
            place[2],
            "",
            grade,
            "综合",
            "三甲",
            "",
            if n == 0 { "附一、 附属一院" } else { "" },
            "周敏",
        ]
    };
    let rows = [
        row(0, "岳麓第一附属医院", "省级"),
        row(1, "岳", "省级"),
        row(2, "岳麓第三医院", "特级"),
        row(3, "岳麓第四医院", ""),
    ];
    let all: Vec<&[&str]> =
        [&["2025 年单位联系表"][..], HEAD].into_iter().chain(rows.iter().map(Vec::as_slice)).collect();
    let (path, seen) = checked(server, by, workbook(&all)).await;
    assert_eq!((&seen["state"], &seen["counts"]), (&json!("checked"), &counts(2, 0, 0, 2)), "{seen}");
    // The file's own first row is a blank head of no columns.
    let faults: Vec<_> =
        seen["faults"].as_array().unwrap().iter().map(|fault| (&fault["row"], &fault["says"])).collect();
    assert_eq!(faults[0], (&json!(5), &json!("单位名称须为 2 至 100 个字")));
    assert_eq!(faults[1], (&json!(6), &json!("“级别”填写有误，应为部、省、市州、县、乡镇、村之一")));
    assert_eq!(all_of(server).await, before, "a check changes nothing");

    wanted(server, by, &path, &seen, "all").await.is(409, "import_has_faults");
    let marked = downloaded(server, by, &format!("{path}/file")).await;
    let sheet = first_sheet(&marked);
    let cell = |row, column| sheet.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!(
        (cell(2, 12), cell(4, 12), cell(4, 1)),
        ("检查结果".into(), "单位名称须为 2 至 100 个字".into(), "岳".into())
    );
    assert_eq!((cell(1, 0), cell(3, 12)), ("2025 年单位联系表".into(), String::new()));

    // Put right in that very file, and sent again.
    let right: Vec<Vec<String>> = (1..=6)
        .map(|row| (0..13).map(|column| cell(row, column)).collect::<Vec<_>>())
        .map(|mut row| {
            for text in &mut row {
                *text = text.replace("特级", "县级");
                if text == "岳" {
                    "岳麓第二医院".clone_into(text);
                }
            }
            row
        })
        .collect();
    let right: Vec<Vec<&str>> = right.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let right: Vec<&[&str]> = right.iter().map(Vec::as_slice).collect();
    let (path, seen) = checked(server, by, workbook(&right)).await;
    assert_eq!(seen["counts"], counts(4, 0, 0, 0), "{seen}");
    let done = written(server, by, &path, &seen, "all").await;
    assert_eq!(
        (&done["state"], &done["counts"], &done["rows_done"]),
        (&json!("written"), &counts(4, 0, 0, 0), &json!(4))
    );
    wanted(server, by, &path, &seen, "all").await.is(409, "import_done");
    let unit = registry.get(&registry.path("岳麓第一附属医院").await).await.body;
    assert_eq!(
        (&unit["grade"], &unit["category"], &unit["hospital_class"], &unit["aliases"]),
        (&json!("province"), &json!("general"), &json!("third"), &json!(["附一", "附属一院"]))
    );
    assert_eq!(unit["division"][2]["name"], "岳麓区");
    assert_eq!(
        registry.found("q=fuyi").await,
        ["岳麓第一附属医院"],
        "it is found by what is read of an alias"
    );
    let id = registry.id("岳麓第一附属医院").await;
    assert_eq!(registry.acts(id).await[0].0, "add_unit");

    // Twice the same file does nothing twice.
    let stands = all_of(server).await;
    let (path, seen) = checked(server, by, workbook(&right)).await;
    assert_eq!(seen["counts"], counts(0, 0, 4, 0));
    written(server, by, &path, &seen, "all").await;
    assert_eq!(all_of(server).await, stands);
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_is_what_is_imported() {
    let registry = Registry::open().await;
    let (server, by) = (&registry.server, registry.authority.as_str());
    let file = downloaded(server, by, "/api/v1/units/file?state=all").await;
    let units = first_sheet(&file);
    let all = registry.get("/api/v1/units?state=all&limit=200").await.body;
    assert_eq!(units.height() - 1, usize::try_from(all["in_all"].as_u64().unwrap()).unwrap());
    let narrow = first_sheet(
        &downloaded(server, by, "/api/v1/units/file?q=%E4%BA%BA%E6%B0%91%E5%8C%BB%E9%99%A2").await,
    );
    assert_eq!(narrow.height() - 1, registry.found("q=人民医院").await.len());
    let open = downloaded(server, by, "/api/v1/units/file").await;
    let (_, seen) = checked(server, by, open.clone()).await;
    let stands = u32::try_from(first_sheet(&open).height() - 1).unwrap();
    assert_eq!((&seen["counts"], &seen["faults"]), (&counts(0, 0, stands, 0), &json!([])), "{seen}");

    // Put right there and sent again, it is changed; by a former name it is renamed.
    let hospital = registry.id("岳麓人民医院").await;
    let csv = "单位名称,所在区划,曾用名,别名,级别\n岳麓区人民医院,岳麓区,岳麓人民医院,岳医,县级\n";
    let (path, seen) = checked(server, by, csv.as_bytes().to_vec()).await;
    assert_eq!(seen["counts"], counts(0, 1, 0, 0), "{seen}");
    written(server, by, &path, &seen, "all").await;
    let unit = registry.get(&format!("/api/v1/units/{hospital}")).await.body;
    assert_eq!(
        (&unit["name"], &unit["earlier_names"][0]["name"]),
        (&json!("岳麓区人民医院"), &json!("岳麓人民医院"))
    );
    assert!(unit["aliases"].as_array().unwrap().contains(&json!("岳医")));
    let acts = registry.acts(hospital).await;
    assert_eq!(
        (acts.last().unwrap().0.as_str(), &acts.last().unwrap().1["imported"]),
        ("change_unit", &json!(true))
    );
    let (_, seen) = checked(server, by, csv.as_bytes().to_vec()).await;
    assert_eq!(seen["counts"], counts(0, 0, 1, 0), "sent again: {seen}");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_row_that_cannot_stand_says_why() {
    let registry = Registry::open().await;
    let (server, by) = (&registry.server, registry.authority.as_str());
    server.sql("update units set closed_at = now() where name = '浏河县妇幼保健院'").await;
    let csv = "单位名称,所在区划,主管部门,联系人\n\
        ,岳麓区,,\n\
        新医院,430102199001011234567890,,\n\
        新医院,,,\n\
        新医院,北京市东城区,,\n\
        新医院,岳麓区,国家,\n\
        星沙医院,岳麓区,市,张三7\n\
        浏河县妇幼保健院,浏河县,,\n\
        岳麓区,星沙市,,\n\
        好医院,岳麓区,市,\n\
        好医院,岳麓区,区,\n\
        好医院,浏河县,市,\n\
        1.5E+17,岳麓区,,\n";
    let (path, seen) = checked(server, by, csv.as_bytes().to_vec()).await;
    let faults: Vec<_> = seen["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["row"].as_i64().unwrap(), fault["says"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        (2, "未填写单位名称"),
        (3, "所在区划不存在，或不在管辖范围内"),
        (4, "未填写所在区划"),
        (5, "所在区划不存在，或不在管辖范围内"),
        (6, "主管部门应为省、市、区县之一，且在管辖范围内"),
        (7, "联系人须为 2 至 50 个字"),
        (8, "该单位已停用，请先恢复使用"),
        (9, "该名称是下级行政区划的名称，请填写单位的全称"),
        (11, "与第 10 行重复"),
        (12, "与第 10 行重复"),
        (13, "“单位名称”是数字且超过 15 位，末几位已丢失，请将单元格设为文本格式后重新填写"),
    ];
    let expected: Vec<_> = expected.map(|(row, says)| (row, says.to_owned())).into();
    assert_eq!(faults, expected);
    let english = server.service.request(Method::GET, &path, Some(by)).header("accept-language", "en");
    let english = answer(english).await.body;
    assert!(english["faults"][0]["says"].as_str().unwrap().is_ascii());
    let done = written(server, by, &path, &seen, "good").await;
    assert_eq!((&done["state"], &done["counts"]), (&json!("written"), &counts(1, 0, 0, 11)));
    let unit = registry.get(&registry.path("好医院").await).await.body;
    assert_eq!(
        (&unit["supervisor"]["kind"], &unit["division"][2]["name"]),
        (&json!("city"), &json!("岳麓区"))
    );
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_its_sender_s_and_within_their_own_tree() {
    let registry = Registry::open().await;
    let (server, by) = (&registry.server, registry.authority.as_str());
    let county = crate::authority::admin(server, Role::AuthorityAdmin, "岳麓区").await;
    let csv = "单位,区划代码\n新医院,\n他县医院,浏河县\n";
    let (path, seen) = checked(server, &county, csv.as_bytes().to_vec()).await;
    // A county's row need not say where it lies.
    assert_eq!((&seen["counts"], &seen["faults"][0]["row"]), (&counts(1, 0, 0, 1), &json!(3)), "{seen}");
    for (method, act, body) in [
        (Method::GET, "", None),
        (Method::GET, "/file", None),
        (Method::POST, "/writing", Some(json!({ "plan": seen["plan"], "rows": "good" }))),
        (Method::POST, "/admin-links", Some(json!({}))),
    ] {
        let path = format!("{path}{act}");
        server.service.call(method, &path, Some(by), body).await.is(404, "not_found");
    }
    sent(server, by, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec()).await.is(400, "workbook_of_old_form");
    sent(server, by, b"MZ\x90\0".to_vec()).await.is(400, "workbook_unreadable");
    sent(server, by, Vec::new()).await.is(400, "workbook_unreadable");
    sent(server, by, vec![b'a'; 16 * 1024 * 1024 + 1]).await.is(413, "workbook_too_large");
    let (path, seen) = checked(server, by, workbook(&[&["姓名", "证件号码"], &["王伟", "1"]])).await;
    assert_eq!(
        (&seen["state"], &seen["refusal"]["code"]),
        (&json!("refused"), &json!("workbook_of_another_kind"))
    );
    wanted(server, by, &path, &json!({ "plan": "x" }), "all").await.is(409, "import_not_checked");
    // At rest nothing of it can be read, and after a day it is gone.
    let sources: Vec<Vec<u8>> =
        sqlx::query_scalar("select source || coalesce(outcome, '') from sheet_imports")
            .fetch_all(&server.service.pool)
            .await
            .unwrap();
    let name = "新医院".as_bytes();
    assert!(sources.iter().all(|source| !source.windows(name.len()).any(|window| window == name)));
    server.advance(24 * 3600 + 1);
    zaichang_platform::sheets::imports::forget(&server.service.pool, server.now()).await.unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from sheet_imports")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(left, 0);
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_another_admin_who_adds_the_same_name_nothing_is_done_twice_or_by_half() {
    let registry = Registry::open().await;
    let (server, by) = (&registry.server, registry.authority.as_str());
    let csv = "单位名称,所在区划,级别\n第一新医院,岳麓区,县\n第二新医院,岳麓区,县\n";
    let (path, seen) = checked(server, by, csv.as_bytes().to_vec()).await;
    // After the check: what it would do is told anew.
    registry.post("/api/v1/units", json!({ "name": "第二新医院", "division": "990104" })).await.is(201, "");
    let anew = written(server, by, &path, &seen, "all").await;
    assert_eq!(
        (&anew["state"], &anew["is_anew"], &anew["counts"]),
        (&json!("checked"), &json!(true), &counts(1, 1, 0, 0))
    );
    assert_eq!(registry.found("q=第一新医院").await, Vec::<String>::new(), "nothing was done");
    wanted(server, by, &path, &seen, "all").await.is(409, "import_seen_otherwise");

    // In the very moment: the import waits for the other one, then begins again.
    let mut other = server.service.pool.begin().await.unwrap();
    let insert = "insert into units (parent_id, kind, name, division)
                  select id, 'unit', '第一新医院', '990104' from units where name = '岳麓区'";
    sqlx::raw_sql(insert).execute(&mut *other).await.unwrap();
    wanted(server, by, &path, &anew, "all").await.is(202, "");
    server.until_somebody_waits().await;
    other.commit().await.unwrap();
    rests(server, &path).await;
    let again = server.service.get(&path, Some(by)).await.body;
    assert_eq!(
        (&again["state"], &again["is_anew"], &again["counts"]),
        (&json!("checked"), &json!(true), &counts(0, 2, 0, 0))
    );
    let done = written(server, by, &path, &again, "all").await;
    assert_eq!(done["state"], "written");
    assert_eq!(registry.found("q=新医院").await.len(), 2);
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_dies_on_the_way_is_done_whole_or_not_begun() {
    let registry = Registry::open().await;
    let (server, by) = (&registry.server, registry.authority.as_str());
    let mut csv = "单位名称,所在区划\n".to_owned();
    for n in 0..1200 {
        writeln!(csv, "第{n}卫生室,岳麓区").unwrap();
    }
    let (path, seen) = checked(server, by, csv.into_bytes()).await;
    // The last one waits, after the others were entered.
    let mut other = server.service.pool.begin().await.unwrap();
    let insert = "insert into units (parent_id, kind, name) select id, 'unit', '第1199卫生室' from units where name = '岳麓区'";
    sqlx::raw_sql(insert).execute(&mut *other).await.unwrap();
    wanted(server, by, &path, &seen, "all").await.is(202, "");
    server.until_somebody_waits().await;
    let look = server.service.get(&path, Some(by)).await.body;
    assert_eq!(
        (&look["state"], &look["rows"], &look["rows_done"]),
        (&json!("writing"), &json!(1200), &json!(1000))
    );
    assert!(server.end_who_waits().await > 0);
    let there = "select count(*) from units where name like '第%卫生室'";
    let count: i64 = sqlx::query_scalar(there).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(count, 0, "nothing of it stands");
    other.rollback().await.unwrap();
    rests(server, &path).await;
    let count: i64 = sqlx::query_scalar(there).fetch_one(&server.service.pool).await.unwrap();
    let acts: i64 = sqlx::query_scalar("select count(*) from audit_log where action = 'import_units'")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!((count, acts), (1200, 1), "tried again, all of it does, once");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_sender_who_may_import_no_more_nothing_is_done_and_the_import_says_why() {
    let registry = Registry::open().await;
    let server = &registry.server;
    let csv = "单位名称,所在区划\n新医院,岳麓区\n";
    let (path, seen) = checked(server, &registry.authority, csv.as_bytes().to_vec()).await;
    let (id, plan) = (path.rsplit('/').next().unwrap(), seen["plan"].as_str().unwrap());
    // It was wanted, and its job waited meanwhile, in the words that any release queues it by.
    server
        .sql(&format!(
            "update accounts set disabled_at = now() where id = (select account_id from sheet_imports where id = '{id}');
             update sheet_imports set state = 'writing', wanted = 'all', plan = '{plan}' where id = '{id}';
             select enqueue_job('import_units', '{{\"import\": \"{id}\"}}', 'import:write:{id}', 3, null, 0::smallint)"
        ))
        .await;
    rests(server, &path).await;
    let stands: (String, Option<String>, i64) = sqlx::query_as(
        "select state, refusal, (select count(*) from units where name = '新医院') from sheet_imports where id = $1::uuid",
    )
    .bind(id)
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(stands, ("refused".to_owned(), Some("import_not_allowed".to_owned()), 0));
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_for_first_admins_are_told_once_and_kept_as_hashes() {
    let registry = Registry::open().await;
    let (server, by) = (&registry.server, registry.authority.as_str());
    let csv = "单位名称,所在区划,联系人\n第一新医院,岳麓区,周敏\n第二新医院,岳麓区,\n";
    let (path, seen) = checked(server, by, csv.as_bytes().to_vec()).await;
    let links = format!("{path}/admin-links");
    server.service.post(&links, Some(by), json!({})).await.is(409, "import_not_checked");
    written(server, by, &path, &seen, "all").await;
    let answered = server.service.request(Method::POST, &links, Some(by)).send().await.unwrap();
    assert_eq!(answered.status().as_u16(), 200);
    let sheet = first_sheet(&answered.bytes().await.unwrap());
    let cell = |row, column| sheet.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!(
        (cell(1, 0), cell(1, 2), cell(2, 0), cell(2, 2)),
        ("第一新医院".into(), "周敏".into(), "第二新医院".into(), "首位管理员".into())
    );
    let token = cell(1, 3).split_once("/console/start#").unwrap().1.to_owned();
    let opened = server
        .service
        .post("/api/v1/admin-links/openings", None, json!({ "token": token }))
        .await
        .is(200, "");
    assert_eq!(opened.body["unit"]["name"], "第一新医院");
    let kept: String = sqlx::query_scalar(
        "select (select string_agg(admin_links::text, '') from admin_links) || (select string_agg(audit_log::text, '') from audit_log)",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    assert!(!kept.contains(&token));
    server.service.post(&links, Some(by), json!({})).await.is(409, "units_have_admins");
    registry.server.close().await;
}

/// An import of this session's own, checked or carried out: its address and plan; none where the session may not send one.
pub async fn own_import(server: &TestServer, session: &str, carried_out: bool) -> Option<(String, Value)> {
    let made: i64 = sqlx::query_scalar("select count(*) from sheet_imports")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    let csv = format!("单位名称,所在区划\n第{made}新医院,岳麓区\n");
    let staged = sent(server, session, csv.into_bytes()).await;
    if staged.status.as_u16() != 202 {
        return None;
    }
    let path = staged.headers["location"].to_str().unwrap().to_owned();
    rests(server, &path).await;
    let seen = server.service.get(&path, Some(session)).await.is(200, "").body;
    if carried_out {
        written(server, session, &path, &seen, "all").await;
    }
    Some((path, seen["plan"].clone()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shell_does_what_the_page_does() {
    let registry = Registry::open().await;
    let server = &registry.server;
    let folder = server.stores.folder.path();
    let (file, marked) = (folder.join("units.csv"), folder.join("marked.xlsx"));
    std::fs::write(&file, "单位名称,所在区划\n第一新医院,岳麓区\n院,岳麓区\n").unwrap();
    let run = |arguments: &[&str]| {
        let settings = [
            ("DATABASE_URL", server.stores.postgres.url().to_owned()),
            ("DATA_DIR", folder.display().to_string()),
        ];
        let done = command("import", &settings)
            .args(["units", file.to_str().unwrap()])
            .args(arguments)
            .output()
            .unwrap();
        let told = [done.stdout, done.stderr].concat();
        (done.status.success(), String::from_utf8(told).unwrap())
    };
    let before = all_of(server).await;
    let (done, told) = run(&["--dry-run", "--marked", marked.to_str().unwrap()]);
    assert!(done, "{told}");
    assert!(
        told.contains("第 3 行 院：单位名称须为 2 至 100 个字 · A name has 2 to 100 characters"),
        "{told}"
    );
    assert!(told.contains("新增 1，修改 0，无变化 0，有误 1"), "{told}");
    let sheet = first_sheet(&std::fs::read(&marked).unwrap());
    assert_eq!(sheet.get_value((2, 2)).unwrap().to_string(), "单位名称须为 2 至 100 个字");
    let (done, told) = run(&[]);
    assert!(!done && told.contains("--only-good"), "{told}");
    let (done, told) = run(&["--only-good", "--account", "yuelu-jjb"]);
    assert!(!done && told.contains("没有这个可导入单位的行政部门管理员"), "{told}");
    assert_eq!(all_of(server).await, before, "nothing was changed so far");
    let (done, told) = run(&["--only-good", "--account", "xiaoxiang-wjw"]);
    assert!(done && told.contains("新增 1 个"), "{told}");
    let id = registry.id("第一新医院").await;
    assert_eq!(registry.acts(id).await[0].0, "add_unit");
    registry.server.close().await;
}
