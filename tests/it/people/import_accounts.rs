//! Accounts that people had on the platform before, from a file: kept as they are, one person's each, told of others within the same
//! bounds as phones and cards.

use reqwest::Method;
use serde_json::{Value, json};
use zaichang_platform::auth::password;

use super::imports::{checked, csv, faults, id_number, phone};
use crate::importing::{counts, rests, wanted, written};
use crate::projects::session;
use crate::test_server::{TestServer, client};

const TAKEN: &str = "账号已由其他人员使用，请核对；无法确认的请不填，由本人登录后自行设置";

/// The accounts of people with these names, by name.
async fn accounts(server: &TestServer, names: &[&str]) -> Vec<(String, Option<String>)> {
    let read =
        sqlx::query_as("select name, account from people where name = any($1) order by name collate \"C\"");
    read.bind(names).fetch_all(&server.service.pool).await.unwrap()
}

fn of(name: &str, account: &str) -> (String, Option<String>) {
    (name.to_owned(), (!account.is_empty()).then(|| account.to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_before_is_entered_as_it_is_filled_in_where_none_is_and_stays_where_one_is() {
    let server = TestServer::open().await;
    let by = server.admin().unwrap();
    let rows = [("周小燕", 1, ", Zhou.小燕 "), ("李雷", 2, ","), ("韩梅梅", 3, ",4301000012345678")];
    let (path, seen) = checked(&server, by, csv(",原平台账号", &rows)).await;
    assert_eq!(seen["counts"], counts(3, 0, 0, 0), "{seen}");
    written(&server, by, &path, &seen, "all").await;
    let names = ["周小燕", "李雷", "韩梅梅"];
    let stand = [of("周小燕", "Zhou.小燕"), of("李雷", ""), of("韩梅梅", "4301000012345678")];
    assert_eq!(accounts(&server, &names).await, stand);

    // Without a password nothing is opened by it; with one that its holder sets, by exactly what stood in the file.
    let logs_in = async |account: &str| {
        let body =
            json!({ "account": account, "password": "right horse", "client": client("phone-of-zhou") });
        server.service.post("/api/v1/sessions", None, body).await
    };
    logs_in("Zhou.小燕").await.is(401, "login_failed");
    let hash = password::hash(&"right horse".into()).unwrap();
    let sets = sqlx::query("update people set password_hash = $1 where name = '周小燕'").bind(hash);
    sets.execute(&server.service.pool).await.unwrap();
    assert_eq!(logs_in(" Zhou.小燕 ").await.is(201, "").body["person"]["name"], "周小燕");
    logs_in("zhou.小燕").await.is(401, "login_failed");

    let rows = [("周小燕", 1, ",other"), ("李雷", 2, ",lilei"), ("韩梅梅", 3, ",")];
    let (path, seen) = checked(&server, by, csv(",用户名", &rows)).await;
    assert_eq!(seen["counts"], counts(0, 1, 2, 0), "{seen}");
    written(&server, by, &path, &seen, "all").await;
    let stand = [of("周小燕", "Zhou.小燕"), of("李雷", "lilei"), of("韩梅梅", "4301000012345678")];
    assert_eq!(accounts(&server, &names).await, stand);
    let filled: Vec<Value> =
        sqlx::query_scalar("select detail from audit_log where action = 'change_person'")
            .fetch_all(&server.service.pool)
            .await
            .unwrap();
    assert_eq!((filled.len(), &filled[0]["account_added"]), (1, &json!(true)));
    let (_, seen) = checked(&server, by, csv(",账号", &rows)).await;
    assert_eq!(seen["counts"], counts(0, 0, 3, 0), "sent again");
    let logged: String = sqlx::query_scalar("select string_agg(audit_log::text, '') from audit_log")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert!(!logged.contains("lilei") && !logged.contains("Zhou."), "the log tells that, not which");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_no_account_or_another_s_is_told_and_counted_as_phones_and_cards_are() {
    let server = TestServer::open().await;
    let by = server.admin().unwrap();
    let authority = session(&server, "xiaoxiang-wjw").await;
    let other = csv(
        ",单位,账号",
        &[("王五", 1, ",浏河县妇幼保健院,wangwu"), ("钱七", 12, ",浏河县妇幼保健院,qianqi")],
    );
    let (path, seen) = checked(&server, &authority, other).await;
    written(&server, &authority, &path, &seen, "all").await;
    let (path, seen) = checked(&server, by, csv("", &[("周小燕", 2, "")])).await;
    written(&server, by, &path, &seen, "all").await;

    let long = format!(",,{}", "a".repeat(65));
    let number = format!(",,{}", id_number(5));
    let tel = format!(",,hn{}", phone(6));
    let rows = [
        ("李雷", 3, long.as_str()),
        ("李雷", 5, &number),
        ("李雷", 6, &tel),
        ("李雷", 7, ",,wangwu"),
        ("周小燕", 2, ",,qianqi"),
        ("李雷", 8, ",,lilei"),
        ("韩梅梅", 9, ",,lilei"),
        ("韩梅梅", 10, ",,LiLei"),
        ("孙七", 11, ",护照,e1234567"),
    ];
    // Whose document is a passport has its number for an account, as platforms before did.
    let text = csv(",证件类型,账号", &rows).replace(&id_number(11), "E 1234567");
    let (path, seen) = checked(&server, by, text).await;
    let form = "账号须为 1 至 64 个字，不含换行等控制字符";
    let personal = "账号不能含手机号码、证件号码或银行卡号，请不填，由本人登录后自行设置";
    let told = [
        (2, form),
        (3, personal),
        (4, personal),
        (5, TAKEN),
        (6, TAKEN),
        (8, "账号与第 7 行重复"),
        (10, personal),
    ];
    assert_eq!(faults(&seen), told.map(|(row, says)| (row, says.to_owned())));
    let english = server.service.request(Method::GET, &path, Some(by)).header("accept-language", "en");
    let english = crate::test_server::answer(english).await.body;
    assert_eq!(
        english["faults"][3]["says"],
        "Somebody else has this account: please check; where in doubt leave it empty, the person sets one once logged in"
    );
    let log = "select detail from audit_log where action = 'check_people' order by id desc limit 1";
    let newest = async || sqlx::query_scalar::<_, Value>(log).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(newest().await["account_taken"], 2);

    // They count among what an account is told in a day; another name that is tried is news, the same is not.
    server.sql("update import_answers set told = 2000").await;
    let asked = |account: &str| csv(",账号", &[("李雷", 7, &format!(",{account}"))]);
    assert_eq!(checked(&server, by, asked("wangwu")).await.1["state"], "checked");
    server.sql("update people set account = 'wangwu2' where name = '王五'").await;
    let (_, seen) = checked(&server, by, asked("wangwu2")).await;
    assert_eq!((&seen["state"], &seen["refusal"]["code"]), (&json!("refused"), &json!("import_of_others")));
    assert_eq!(seen["faults"], json!([]));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_an_account_while_a_file_is_written_has_it_and_the_file_is_told_anew() {
    let server = TestServer::open().await;
    let by = server.admin().unwrap();
    let (path, seen) = checked(&server, by, csv("", &[("周小燕", 1, "")])).await;
    written(&server, by, &path, &seen, "all").await;
    let rows = [("李雷", 2, ",lilei"), ("韩梅梅", 3, ",hanmei")];
    let (path, seen) = checked(&server, by, csv(",账号", &rows)).await;
    let mut other = server.service.pool.begin().await.unwrap();
    sqlx::query("update people set account = 'lilei' where name = '周小燕'")
        .execute(&mut *other)
        .await
        .unwrap();
    wanted(&server, by, &path, &seen, "all").await.is(202, "");
    server.until_somebody_waits().await;
    other.commit().await.unwrap();
    rests(&server, &path).await;
    let anew = server.service.get(&path, Some(by)).await.body;
    assert_eq!((&anew["is_anew"], &anew["counts"]), (&json!(true), &counts(1, 0, 0, 1)), "{anew}");
    assert_eq!(faults(&anew), [(2, TAKEN.to_owned())]);
    assert_eq!(accounts(&server, &["李雷", "韩梅梅"]).await, []);
    written(&server, by, &path, &anew, "good").await;
    assert_eq!(accounts(&server, &["李雷", "韩梅梅"]).await, [of("韩梅梅", "hanmei")]);
    server.close().await;
}
