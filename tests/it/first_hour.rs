//! The first hour: an empty server writes a link, the link makes the authority and its first admin, and works once; the admin
//! logs in with two steps; and what strangers, latecomers, two at once and bad input come to.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;

use futures_util::future::join_all;
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use zaichang::config::Settings;
use zaichang::serve;
use zaichang_core::clock::Clock;
use zaichang_core::totp::Secret;
use zaichang_platform::auth::Token;
use zaichang_registry::admin_links::{self, MadeBy, Runner};
use zaichang_registry::deployment;

use crate::login::Provider;
use crate::program::{Program, command};
use crate::test_server::{Answer, MORNING, Service, Stores, eventually};

pub const PASSWORD: &str = "Chufang-2026";

/// An empty server that a first admin is awaited at.
pub struct Empty {
    pub stores: Stores,
    pub service: Service,
    pub clock: Clock,
}

/// An authenticator that was set up with a link.
pub struct Authenticator {
    pub secret: Secret,
    pub ticket: String,
}

/// Who makes a link.
fn runner() -> Runner {
    let claimed_user = Some("hejianguo".to_owned());
    Runner { uid: Some(0), os_user: Some("root".to_owned()), claimed_user }
}

/// What stands in the file of a link.
fn link_in(settings: &Settings) -> (PathBuf, String) {
    let file = settings.data_dir.join("admin-link.txt");
    let text = std::fs::read_to_string(&file).unwrap();
    let (address, token) = text.lines().next().unwrap().split_once('#').unwrap();
    assert!(address.ends_with("/console/start"), "{address}");
    (file, token.to_owned())
}

async fn node(stores: &Stores, folder: &str, clock: &Clock) -> Service {
    let mut settings = stores.settings();
    settings.data_dir = stores.folder.path().join(folder);
    let server = serve::start(settings, clock.clone(), None).await.unwrap();
    server.offer_first_admin().await;
    Service::of(server)
}

impl Empty {
    pub async fn open() -> Self {
        let (stores, clock) = (Stores::open().await, Clock::set_to(MORNING.parse().unwrap()));
        let service = node(&stores, "service", &clock).await;
        Self { stores, service, clock }
    }

    pub fn token(&self) -> String {
        link_in(&self.stores.settings()).1
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub async fn opened(&self, token: &str) -> Answer {
        self.service.post("/api/v1/admin-links/openings", None, json!({ "token": token })).await
    }

    pub async fn set_up(&self, token: &str) -> Authenticator {
        let wanted = json!({ "token": token, "account": "hunan-wjw" });
        let made = self.service.post("/api/v1/admin-links/authenticators", None, wanted).await.is(200, "");
        let text = |name: &str| made.body[name].as_str().unwrap().to_owned();
        Authenticator { secret: Secret::parse(&text("secret")).unwrap(), ticket: text("ticket") }
    }

    /// The code that the authenticator shows now.
    pub fn code(&self, secret: &Secret) -> String {
        secret.code(self.now().as_second() / 30)
    }

    /// All that a first admin types, with an authenticator of their own.
    pub async fn filled(&self, token: &str) -> Value {
        self.filled_with(token, &self.set_up(token).await)
    }

    pub fn filled_with(&self, token: &str, Authenticator { secret, ticket }: &Authenticator) -> Value {
        json!({
            "token": token,
            "authority": { "name": "湖南省卫生健康委员会", "division": "430000" },
            "name": "何建国",
            "phone": "138 0000 1234",
            "account": "hunan-wjw",
            "password": PASSWORD,
            "authenticator_ticket": ticket,
            "one_time_code": self.code(secret),
        })
    }

    pub async fn accept(&self, body: &Value) -> Answer {
        self.service.post("/api/v1/admin-links/acceptances", None, body.clone()).await
    }

    async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.service.pool).await.unwrap()
    }

    pub async fn close(self) {
        self.service.stop().await;
        self.stores.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_server_is_opened_by_its_link_and_its_admin_logs_in_with_two_steps() {
    let server = Empty::open().await;
    let (file, token) = link_in(&server.stores.settings());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let opened = server.opened(&token).await.is(200, "").body;
    assert_eq!((&opened["unit"], &opened["second_factor"]), (&json!(null), &json!("totp")));
    let authenticator = server.set_up(&token).await;

    let accepted = server.accept(&server.filled_with(&token, &authenticator)).await.is(201, "");
    assert_eq!(accepted.body["unit"]["name"], "湖南省卫生健康委员会");
    let session = accepted.cookie("zc_admin").unwrap();
    let me = server.service.get("/api/v1/admin/me", Some(&session)).await.is(200, "").body;
    assert_eq!((&me["role"], &me["name"]), (&json!("authority_admin"), &json!("何建国")));
    assert_eq!(me["unit"]["name"], "湖南省卫生健康委员会");
    let real = "select count(*) from deployment where kind = 'real' and authority_id is not null";
    assert_eq!(server.count(real).await, 1);
    assert_eq!(
        server.count("select count(*) from units where kind = 'province' and name = '湖南省'").await,
        1
    );
    let log = server.service.get("/api/v1/admin/audit-log", Some(&session)).await.is(200, "").body;
    assert_eq!(log["items"][0]["action"], "accept_admin_link");
    assert_eq!(log["items"][0]["detail"]["made_by"], "start");
    let whole = log.to_string();
    assert!(!whole.contains("1380000") && !whole.contains(&token), "{whole}");

    // The password alone is not enough, and a code works once: the one that set the authenticator up is used.
    let log_in = async |code: Option<&str>| {
        let login = json!({ "account": "hunan-wjw", "password": PASSWORD, "one_time_code": code });
        server.service.post("/api/v1/admin-sessions", None, login).await
    };
    log_in(None).await.is(401, "totp_code_required");
    let secret = &authenticator.secret;
    log_in(Some(&server.code(secret))).await.is(401, "totp_code_wrong");
    server.clock.advance(std::time::Duration::from_secs(30));
    let code = server.code(secret);
    let wrong = json!({ "account": "hunan-wjw", "password": "wrong horse", "one_time_code": code });
    server.service.post("/api/v1/admin-sessions", None, wrong).await.is(401, "login_failed");
    let at_once = join_all((0..4).map(|_| log_in(Some(&code)))).await;
    let words: Vec<_> = at_once.iter().map(Answer::word).collect();
    assert_eq!(words.iter().filter(|word| word.is_empty()).count(), 1, "one of them has used it: {words:?}");
    log_in(Some("000000")).await.is(401, "totp_code_wrong");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_for_an_hour_and_for_nobody_who_does_not_hold_it() {
    let server = Empty::open().await;
    let token = server.token();
    let stranger = Token::random().unwrap();
    for wrong in ["", "x", &token[1..], stranger.expose(), "䶮"] {
        server.opened(wrong).await.is(403, "admin_link_wrong");
    }
    // In an address that reaches a server a link is nothing.
    let page = server.service.get(&format!("/console/start?token={token}"), None).await;
    assert_eq!(page.status.as_u16(), 200);

    let filled = server.filled(&token).await;
    let both = join_all([server.accept(&filled), server.accept(&filled)]).await;
    let mut words: Vec<_> = both.iter().map(Answer::word).collect();
    words.sort_unstable();
    assert!(words == ["", "admin_link_ended"] || words == ["", "account_taken"], "{words:?}");
    assert_eq!(server.count("select count(*) from accounts").await, 1);
    server.opened(&token).await.is(410, "admin_link_ended");
    server.accept(&filled).await.is(410, "admin_link_ended");

    // A link for a second admin, which is not opened in time.
    let settings = server.stores.settings();
    let keep = |token: &Token, _| {
        std::fs::write(
            settings.data_dir.join("admin-link.txt"),
            format!("/console/start#{}\n", token.expose()),
        )
        .map_err(anyhow::Error::from)
    };
    let by = MadeBy::Command(runner());
    admin_links::make(&server.service.pool, Some(&server.service.keys), &by, server.now(), keep)
        .await
        .unwrap();
    let second = server.token();
    server.clock.advance(std::time::Duration::from_secs(3599));
    server.opened(&second).await.is(200, "");
    server.clock.advance(std::time::Duration::from_secs(1));
    server.opened(&second).await.is(410, "admin_link_expired");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_at_links_is_slowed_down() {
    let server = Empty::open().await;
    let tokens: Vec<_> = (0..330).map(|_| Token::random().unwrap()).collect();
    let answers = join_all(tokens.iter().map(|token| server.opened(token.expose()))).await;
    assert!(answers.iter().any(|answer| answer.word() == "admin_link_wrong"));
    assert!(answers.iter().any(|answer| answer.word() == "too_many_requests"));
    // The right one is looked up all the same.
    server.opened(&server.token()).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_link_takes_the_place_of_an_older_one_and_makes_a_second_admin_of_the_same_authority() {
    let server = Empty::open().await;
    let settings = server.stores.settings();
    let keep = |token: &Token, _| {
        std::fs::write(
            settings.data_dir.join("admin-link.txt"),
            format!("/console/start#{}\n", token.expose()),
        )
        .map_err(anyhow::Error::from)
    };
    let by = MadeBy::Command(runner());
    let first = server.token();
    admin_links::make(&server.service.pool, Some(&server.service.keys), &by, server.now(), keep)
        .await
        .unwrap();
    server.opened(&first).await.is(410, "admin_link_ended");
    let founded = server.accept(&server.filled(&server.token()).await).await.is(201, "");
    let session = founded.cookie("zc_admin").unwrap();

    admin_links::make(&server.service.pool, Some(&server.service.keys), &by, server.now(), keep)
        .await
        .unwrap();
    let token = server.token();
    assert_eq!(server.opened(&token).await.is(200, "").body["unit"]["name"], "湖南省卫生健康委员会");
    let mut second = server.filled(&token).await;
    server.accept(&second).await.is(409, "account_taken");
    second["account"] = json!("hunan-wjw-2");
    second["name"] = json!("李敏");
    server.accept(&second).await.is(409, "authority_exists");
    second.as_object_mut().unwrap().remove("authority");
    let joined = server.accept(&second).await.is(201, "");
    assert_eq!(joined.body["unit"], founded.body["unit"]);
    let log = server.service.get("/api/v1/admin/audit-log", Some(&session)).await.is(200, "").body;
    let detail = &log["items"][0]["detail"];
    assert_eq!((&detail["made_by"], &detail["os_user"]), (&json!("command"), &json!("root")));
    assert_eq!((&detail["os_uid"], &detail["claimed_user"]), (&json!(0), &json!("hejianguo")));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_that_start_at_once_write_one_link_and_a_restart_keeps_it() {
    let stores = Stores::open().await;
    let clock = Clock::set_to(MORNING.parse().unwrap());
    let (first, second) = tokio::join!(node(&stores, "first", &clock), node(&stores, "second", &clock));
    let links = async || {
        sqlx::query_scalar::<_, i64>("select count(*) from admin_links where ended_at is null")
            .fetch_one(&first.pool)
            .await
            .unwrap()
    };
    assert_eq!(links().await, 1);
    let kept: Vec<_> = ["first", "second"]
        .into_iter()
        .filter(|folder| stores.folder.path().join(folder).join("admin-link.txt").exists())
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let settings = Settings { data_dir: stores.folder.path().join(kept[0]), ..stores.settings() };
    let (_, token) = link_in(&settings);
    let again = node(&stores, kept[0], &clock).await;
    assert_eq!((link_in(&settings).1, links().await), (token.clone(), 1));
    let opened = again.post("/api/v1/admin-links/openings", None, json!({ "token": token })).await;
    opened.is(200, "");
    // After its end a start makes a new one.
    clock.advance(std::time::Duration::from_secs(3601));
    let later = node(&stores, kept[0], &clock).await;
    assert_ne!(link_in(&settings).1, token);
    assert_eq!(links().await, 1);
    for node in [first, second, again, later] {
        node.stop().await;
    }
    stores.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_in_the_middle_has_done_nothing_and_the_link_works_again() {
    let server = Empty::open().await;
    let token = server.token();
    let filled = server.filled(&token).await;
    // The last statement of the transaction fails.
    let broken =
        "create function break_off () returns trigger language plpgsql as $$ begin raise 'cut off'; end $$;
        create trigger breaks_off before insert on sessions for each row execute function break_off ();";
    sqlx::raw_sql(broken).execute(&server.service.pool).await.unwrap();
    server.accept(&filled).await.is(500, "internal");
    for nothing in [
        "select count(*) from units",
        "select count(*) from accounts",
        "select count(*) from deployment",
        "select count(*) from audit_log",
        "select count(*) from admin_links where ended_at is not null",
    ] {
        assert_eq!(server.count(nothing).await, 0, "{nothing}");
    }
    sqlx::raw_sql("drop trigger breaks_off on sessions").execute(&server.service.pool).await.unwrap();
    server.accept(&filled).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_that_is_wrong_is_named_and_nothing_is_made() {
    let server = Empty::open().await;
    let token = server.token();
    let good = server.filled(&token).await;
    let long = "长".repeat(101);
    let table = [
        ("/authority/name", json!(""), 400, "bad_request", "authority.name"),
        ("/authority/name", json!(long), 400, "bad_request", "authority.name"),
        ("/authority/division", json!("439999"), 400, "bad_request", "authority.division"),
        ("/authority/division", json!(""), 400, "bad_request", "authority.division"),
        ("/authority/division", json!("4300000"), 400, "bad_request", "authority.division"),
        ("/authority", json!(null), 400, "bad_request", "authority"),
        ("/name", json!("何"), 400, "bad_request", "name"),
        ("/name", json!("何1"), 400, "bad_request", "name"),
        ("/phone", json!("12345"), 400, "bad_request", "phone"),
        ("/phone", json!(13_800_001_234_i64), 400, "bad_request", "phone"),
        ("/account", json!("13800001234"), 400, "account_malformed", "account"),
        ("/account", json!("何建国"), 400, "account_malformed", "account"),
        ("/password", json!("123456"), 400, "password_weak", "password"),
        ("/password", json!("Hunan-wjw-1"), 400, "password_weak", "password"),
        ("/password", json!("x".repeat(129)), 400, "bad_request", "password"),
        ("/one_time_code", json!("000000"), 401, "totp_code_wrong", ""),
        ("/one_time_code", json!("x".repeat(17)), 400, "bad_request", "one_time_code"),
        ("/authenticator_ticket", json!(null), 400, "bad_request", "authenticator_ticket"),
        ("/authenticator_ticket", json!("x".repeat(257)), 400, "bad_request", "authenticator_ticket"),
        ("/authenticator_ticket", json!(""), 409, "authenticator_ticket_wrong", ""),
        ("/token", json!("x".repeat(65)), 400, "bad_request", "token"),
    ];
    for (at, value, status, word, field) in table {
        let mut wrong = good.clone();
        *wrong.pointer_mut(at).unwrap() = value;
        let refused = server.accept(&wrong).await.is(status, word);
        assert_eq!(refused.body["field"].as_str().unwrap_or(""), field, "{at}");
        let told = refused.body.to_string();
        assert!(!told.contains("12345") && !told.contains("4399"), "{told}");
    }
    for nothing in ["select count(*) from units", "select count(*) from accounts"] {
        assert_eq!(server.count(nothing).await, 0, "{nothing}");
    }
    server.accept(&good).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_of_a_city_lies_in_its_province_and_its_name_is_its_own() {
    let server = Empty::open().await;
    let mut filled = server.filled(&server.token()).await;
    filled["authority"] = json!({ "name": "长沙市卫生健康委员会", "division": "430100" });
    let accepted = server.accept(&filled).await.is(201, "");
    assert_eq!(accepted.body["unit"]["name"], "长沙市卫生健康委员会");
    let tree: Vec<(String, String)> = sqlx::query_as("select kind, name from units order by path")
        .fetch_all(&server.service.pool)
        .await
        .unwrap();
    let tree: Vec<_> = tree.iter().map(|(kind, name)| (kind.as_str(), name.as_str())).collect();
    assert_eq!(tree, [("province", "湖南省"), ("city", "长沙市")]);
    let parts = server.service.get("/api/v1/divisions?below=430100", None).await.is(200, "").body;
    let names: Vec<_> = parts["items"].as_array().unwrap().iter().map(|part| part["name"].clone()).collect();
    assert!(names.contains(&json!("岳麓区")), "{names:?}");
    let provinces = server.service.get("/api/v1/divisions", None).await.is(200, "").body;
    assert!(provinces["items"].as_array().unwrap().len() >= 31);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_called_like_the_division_and_is_another_stays_what_it_is() {
    let server = Empty::open().await;
    let units = async || {
        let units: Vec<(String, String, Option<String>)> =
            sqlx::query_as("select kind, name, division from units order by path")
                .fetch_all(&server.service.pool)
                .await
                .unwrap();
        units
    };
    let filled = server.filled(&server.token()).await;
    // Entered by hand with the wrong code.
    sqlx::query("insert into units (kind, name, division) values ('province', '湖南省', '430900')")
        .execute(&server.service.pool)
        .await
        .unwrap();
    let before = units().await;
    let refused = server.accept(&filled).await.is(409, "region_name_taken");
    assert_eq!(refused.body["field"], "authority.division");
    assert_eq!(units().await, before);
    // Entered without a code it is taken for it.
    sqlx::query("update units set division = null").execute(&server.service.pool).await.unwrap();
    server.accept(&filled).await.is(201, "");
    assert_eq!(units().await, [("province".to_owned(), "湖南省".to_owned(), Some("430000".to_owned()))]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_messages_reach_phones_the_phone_is_proved_and_asked_for_at_each_login() {
    let provider = Provider::start().await;
    let (stores, clock) = (Stores::open().await, Clock::set_to(MORNING.parse().unwrap()));
    let mut settings = stores.settings();
    settings.modules.put(provider.settings());
    let started = serve::start(settings, clock.clone(), None).await.unwrap();
    started.offer_first_admin().await;
    let server = Empty { stores, service: Service::of(started), clock };
    let token = server.token();
    assert_eq!(server.opened(&token).await.is(200, "").body["second_factor"], "sms");
    let ask = json!({ "token": token, "phone": "13800001234" });
    let asked = server.service.post("/api/v1/admin-links/sms-codes", None, ask.clone()).await;
    assert_eq!(asked.status.as_u16(), 202);
    server.service.post("/api/v1/admin-links/sms-codes", None, ask).await.is(429, "too_many_requests");
    let mut filled = server.filled(&token).await;
    filled["one_time_code"] = json!("000000");
    if provider.nth_code(1).await != "000000" {
        server.accept(&filled).await.is(401, "sms_code_wrong");
    }
    filled["one_time_code"] = json!(provider.nth_code(1).await);
    // The code is of this phone alone.
    let mut other = filled.clone();
    other["phone"] = json!("13800001235");
    server.accept(&other).await.is(401, "sms_code_wrong");
    let accepted = server.accept(&filled).await.is(201, "");

    server.clock.advance(std::time::Duration::from_secs(61));
    let login =
        |code: Option<String>| json!({ "account": "hunan-wjw", "password": PASSWORD, "one_time_code": code });
    let log_in = async |code| server.service.post("/api/v1/admin-sessions", None, login(code)).await;
    log_in(None).await.is(401, "admin_sms_code_required");
    log_in(None).await.is(401, "admin_sms_code_required");
    let code = provider.nth_code(2).await;
    provider.has_sent(2).await;
    log_in(Some(code.clone())).await.is(201, "");
    log_in(Some(code)).await.is(401, "sms_code_wrong");

    // The check sends one more, to the admin's own phone.
    let session = accepted.cookie("zc_admin").unwrap();
    let path = "/api/v1/admin/deployment-checks/sms";
    let checked = server.service.post(path, Some(&session), json!({})).await.is(200, "");
    assert_eq!(checked.body["result"], "passed");
    assert_eq!(provider.nth_code(3).await, "000000");
    assert_eq!(provider.bodies().await[2]["PhoneNumberSet"], json!(["+8613800001234"]));
    // Five a day, however slowly it is asked.
    let mut words = Vec::new();
    for _ in 0..5 {
        server.clock.advance(std::time::Duration::from_mins(1));
        words.push(server.service.post(path, Some(&session), json!({})).await.word().to_owned());
    }
    assert_eq!(words, ["", "", "", "", "sms_checks_used_up"]);
    provider.has_sent(7).await;
    // The codes of logins are counted apart.
    log_in(None).await.is(401, "admin_sms_code_required");
    provider.has_sent(8).await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_the_admin_s_secret_opens_and_is_sealed_again() {
    let server = Empty::open().await;
    let token = server.token();
    let authenticator = server.set_up(&token).await;
    server.accept(&server.filled_with(&token, &authenticator)).await.is(201, "");
    let Empty { stores, service, clock } = server;
    service.stop().await;
    let keys = stores.settings().data_dir.join("master_keys");
    let kept = std::fs::read_to_string(&keys).unwrap();
    let newer = zaichang_core::keys::make().unwrap();
    std::fs::write(&keys, format!("{},{}", newer.expose_secret(), kept.trim())).unwrap();
    let service = node(&stores, "service", &clock).await;
    let newest = service.keys.signing_id().to_vec();
    eventually(async || {
        let sealed: Vec<u8> =
            sqlx::query_scalar("select key_id from accounts").fetch_one(&service.pool).await.unwrap();
        sealed == newest
    })
    .await;
    clock.advance(std::time::Duration::from_mins(1));
    let code = authenticator.secret.code(clock.now().as_second() / 30);
    let login = json!({ "account": "hunan-wjw", "password": PASSWORD, "one_time_code": code });
    service.post("/api/v1/admin-sessions", None, login).await.is(201, "");
    service.stop().await;
    stores.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_make_a_link_and_a_backup_and_print_no_secret() {
    let stores = Stores::open_alone().await;
    let data_dir = stores.folder.path().join("service");
    let settings = [
        ("DATABASE_URL", stores.settings().database_url.unwrap().expose_secret().to_owned()),
        ("DATA_DIR", data_dir.display().to_string()),
        ("PUBLIC_URL", "https://cme.example.cn".to_owned()),
    ];
    let run = |words: &[&str]| {
        let mut command = command(words[0], &settings);
        let output = command.env("SUDO_USER", "somebody-else").args(&words[1..]).output().unwrap();
        let told = [output.stdout, output.stderr].map(|told| String::from_utf8(told).unwrap());
        (output.status.success(), told.join("\n"))
    };
    let backup = stores.folder.path().join("keys-backup.txt").display().to_string();
    let (done, told) = run(&["key", "backup", &backup]);
    assert!(!done && told.contains("no keys"), "{told}");

    let program = Program::serve(&settings).await;
    let kept = Settings { data_dir: data_dir.clone(), ..stores.settings() };
    eventually(async || data_dir.join("admin-link.txt").exists()).await;
    let (_, first) = link_in(&kept);
    let (done, told) = run(&["admin", "create"]);
    let (file, second) = link_in(&kept);
    assert!(done && told.contains(&file.display().to_string()), "{told}");
    assert!(first != second && !told.contains(&second), "{told}");
    let address = std::fs::read_to_string(&file).unwrap();
    assert!(address.starts_with("https://cme.example.cn/console/start#"), "{address}");
    // The user who runs the command may set any name: it is no more than a claim.
    let pool = sqlx::PgPool::connect(&settings[0].1).await.unwrap();
    let (uid, user, claimed): (Option<i64>, Option<String>, Option<String>) = sqlx::query_as(
        "select os_uid, os_user, claimed_user from admin_links where made_by = 'command' order by made_at desc limit 1",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(uid, Some(std::fs::metadata("/proc/self").unwrap().uid().into()));
    assert!(
        user.as_deref() != Some("somebody-else") && claimed.as_deref() == Some("somebody-else"),
        "{user:?} {claimed:?}"
    );
    pool.close().await;

    let (done, told) = run(&["key", "backup", &backup]);
    let master_keys = std::fs::read_to_string(data_dir.join("master_keys")).unwrap();
    let keys = zaichang_core::keys::Keys::parse(&master_keys.clone().into()).unwrap();
    assert!(done && told.contains(&deployment::fingerprint(keys.signing_id())), "{told}");
    assert!(!told.contains(master_keys.trim()), "{told}");
    assert_eq!(std::fs::read_to_string(&backup).unwrap().trim(), master_keys.trim());
    assert_eq!(std::fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o600);
    let (done, told) = run(&["key", "backup", &backup]);
    assert!(!done && told.contains("not there yet"), "what is there already stays: {told}");
    program.stop().await;

    // The demo never meets real data, and no real admin the demo's.
    let pool = sqlx::PgPool::connect(&settings[0].1).await.unwrap();
    sqlx::query("insert into deployment (kind) values ('real')").execute(&pool).await.unwrap();
    for words in [["serve", "--demo"], ["demo", "--json"]] {
        let (done, told) = run(&words);
        assert!(!done && told.contains("holds real data"), "{words:?}: {told}");
    }
    sqlx::query("update deployment set kind = 'demo'").execute(&pool).await.unwrap();
    let (done, told) = run(&["admin", "create"]);
    assert!(!done && told.contains("demo data"), "{told}");
    pool.close().await;
    stores.close().await;
}
