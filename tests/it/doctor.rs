//! `zaichang doctor` as it is run, against real stores: a healthy server has nothing to fix, each planted fault is named.

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt as _;

use secrecy::ExposeSecret as _;
use serde_json::Value;
use zaichang::private::Redis;
use zaichang_core::clock::Clock;
use zaichang_core::keys;

use crate::astray::{cluster_node, postgres_with, redis_with};
use crate::program::{Setting, command};
use crate::test_server::{Stores, TestServer, eventually};

/// What doctor said and how it ended.
pub struct Report {
    success: bool,
    findings: HashMap<String, Value>,
    ok: bool,
}

impl Report {
    #[track_caller]
    pub fn is(&self, check: &str, level: &str) -> &Value {
        let finding = self
            .findings
            .get(check)
            .unwrap_or_else(|| panic!("{check} was not looked at: {:?}", self.findings));
        assert_eq!(finding["level"], level, "{finding}");
        // Every required fix is stated in both languages.
        assert_eq!(finding["zh"].is_string() && finding["en"].is_string(), level != "ok", "{finding}");
        finding
    }
}

pub fn doctor(settings: &[Setting]) -> Report {
    let said = command("doctor", settings).arg("--json").output().unwrap();
    let report: Value = serde_json::from_slice(&said.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let findings = findings.map(|finding| (finding["check"].as_str().unwrap().to_owned(), finding.clone()));
    Report {
        success: said.status.success(),
        ok: report["ok"].as_bool().unwrap(),
        findings: findings.collect(),
    }
}

pub fn stores(stores: &Stores) -> Vec<Setting> {
    let folder = stores.folder.path().join("doctor");
    std::fs::create_dir_all(&folder).unwrap();
    vec![
        ("DATABASE_URL", stores.postgres.url().to_owned()),
        ("REDIS_URL", stores.redis.as_ref().unwrap().url().to_owned()),
        ("DATA_DIR", folder.display().to_string()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_server_has_nothing_to_fix_until_a_month_is_missing_or_its_key_is_lost() {
    let server = TestServer::on(Stores::open_alone().await, Clock::System, |_| {}).await;
    let mut settings = stores(&server.stores);
    // The keys of the service sealed the demo's people.
    settings[2].1 = server.stores.folder.path().join("service").display().to_string();
    let told = doctor(&settings);
    let wrong: Vec<_> = told.findings.values().filter(|finding| finding["level"] == "fix").collect();
    assert!(told.success && told.ok && wrong.is_empty(), "{wrong:?}");
    for check in [
        "settings",
        "settings_names",
        "postgres",
        "postgres_primary",
        "postgres_encoding",
        "postgres_clock",
        "postgres_fsync",
        "postgres_full_page_writes",
        "postgres_commit",
        "postgres_commit_default",
        "postgres_connections",
        "schema",
        "months",
        "sealed_numbers",
        "sealed_again",
        "redis",
        "redis_role",
        "redis_speed",
        "redis_memory",
        "redis_writes",
        "redis_clock",
        "data_directory",
        "disk_space",
    ] {
        told.is(check, "ok");
    }
    told.is("postgres_standby", "note");

    let month = zaichang_core::clock::day_of(server.now()).strftime("check_ins_%Y_%m").to_string();
    server.sql(&format!("alter table check_ins detach partition {month}")).await;
    let told = doctor(&settings);
    assert!(!told.success && !told.ok);
    assert!(told.is("months", "fix")["found"].as_str().unwrap().contains(&month));
    server
        .sql("delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)")
        .await;
    doctor(&settings).is("schema", "note");
    server.sql("update _sqlx_migrations set checksum = '\\x00' where version = 1").await;
    doctor(&settings).is("schema", "fix");
    server
        .sql("insert into _sqlx_migrations values (99991231235959, 'later', now(), true, '\\x00', 0)")
        .await;
    doctor(&settings).is("schema", "fix");

    // A key that only an admin's account still needs is missed as well.
    server
        .sql(
            "update accounts set phone_sealed = '\\x00', phone_index = '\\x00', key_id = '\\x01020304'
             where id = (select min(id) from accounts)",
        )
        .await;
    let told = doctor(&settings);
    let missed = told.is("sealed_numbers", "fix")["found"].as_str().unwrap().to_owned();
    assert!(missed.contains("01020304 (accounts)"), "{missed}");
    let behind = told.is("sealed_again", "fix")["found"].as_str().unwrap().to_owned();
    assert!(behind.contains("accounts 1 rows") && behind.contains("(unknown_key)"), "{behind}");

    let other = keys::make().unwrap();
    settings.push(("MASTER_KEYS", other.expose_secret().to_owned()));
    doctor(&settings).is("sealed_numbers", "fix");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_at_wechat_is_asked_for_its_token_where_there_is_one() {
    let server = Stores::open_alone().await;
    let mut settings = stores(&server);
    doctor(&settings).is("wechat", "note");
    let simulated = crate::wechat::simulated::SimulatedWechat::open(Clock::System).await;
    settings.extend([
        ("WECHAT__ENDPOINT", simulated.url.clone()),
        ("WECHAT__APP_ID", crate::wechat::simulated::MINI.to_owned()),
        ("WECHAT__APP_SECRET", crate::wechat::simulated::SECRETS[0].to_owned()),
        ("WECHAT__OFFICIAL_APP_ID", crate::wechat::simulated::OFFICIAL.to_owned()),
        ("WECHAT__OFFICIAL_APP_SECRET", "another".to_owned()),
    ]);
    let told = doctor(&settings);
    told.is("wechat_mini_program", "ok");
    let refused = told.is("wechat_official_account", "fix");
    assert!(!told.success && refused["found"].as_str().unwrap().contains("40125"), "{refused}");
    assert!(!refused.to_string().contains("another"), "{refused}");
    drop(simulated);
    doctor(&settings).is("wechat_mini_program", "fix");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_setting_is_told_with_the_name_that_was_meant() {
    let server = Stores::open_alone().await;
    let mut settings = stores(&server);
    settings.push(("SMS_PROVIDER", "log".to_owned()));
    let file = server.folder.path().join("settings.toml");
    std::fs::write(&file, "repeat_seconds = 600\n").unwrap();
    let said = command("doctor", &settings).arg("--settings").arg(&file).output().unwrap();
    assert!(!said.status.success());
    let text = String::from_utf8(said.stdout).unwrap();
    for (stray, meant) in [
        ("ZAICHANG_SMS_PROVIDER", "ZAICHANG_SMS__PROVIDER"),
        ("ZAICHANG_REPEAT_SECONDS", "ZAICHANG_REPEAT_S"),
    ] {
        assert!(text.contains(&format!("FIX  settings_names: {stray}")), "{text}");
        assert!(
            text.contains(&format!("是否应为 {meant}？")) && text.contains(&format!("Is {meant} meant?")),
            "{text}"
        );
    }
    // An empty database is no fault: the first start fills it.
    assert!(text.contains("note  schema: "), "{text}");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_are_refused_and_stores_that_are_away_are_findings_too() {
    let folder = tempfile::tempdir().unwrap();
    let refused = doctor(&[("REPEAT_S", "7".to_owned())]);
    assert!(refused.is("settings", "fix")["en"].as_str().unwrap().contains("ZAICHANG_REPEAT_S"));
    let unreachable = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let away = [
        ("DATABASE_URL", format!("postgres://zaichang:hunter2@{unreachable}/zaichang")),
        ("REDIS_URL", format!("redis://:hunter2@{unreachable}")),
        ("DATA_DIR", folder.path().join("none").display().to_string()),
    ];
    let told = doctor(&away);
    assert!(!told.success);
    told.is("postgres", "fix");
    told.is("redis", "fix");
    assert!(!format!("{:?}", told.findings).contains("hunter2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_the_master_keys_is_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("master_keys");
    std::fs::write(&file, keys::make().unwrap().expose_secret()).unwrap();
    let level = |mode| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let told = doctor(&[("DATA_DIR", folder.path().display().to_string())]);
        told.findings["master_keys"]["level"].clone()
    };
    assert_eq!([0o600, 0o644].map(level), ["ok", "fix"]);
    std::fs::write(&file, "c2hvcnQ=").unwrap();
    assert_eq!(level(0o600), "fix");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_could_lose_rows_is_told_what_to_switch_on() {
    let folder = tempfile::tempdir().unwrap();
    let faults = [
        "fsync=off",
        "full_page_writes=off",
        "synchronous_commit=off",
        "max_connections=12",
        "synchronous_standby_names=elsewhere",
        "default_transaction_read_only=on",
    ];
    let (_running, url) = postgres_with(&folder, &faults).await;
    let settings =
        [("DATABASE_URL", url.clone()), ("DATA_DIR", folder.path().join("none").display().to_string())];
    let told = doctor(&settings);
    assert!(!told.success);
    for check in ["fsync", "full_page_writes", "connections", "standby", "primary"] {
        told.is(&format!("postgres_{check}"), "fix");
    }
    // Our own connections say for themselves that they wait for the disk.
    told.is("postgres_commit", "ok");
    told.is("postgres_commit_default", "note");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_node_of_a_redis_cluster_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let (_node, url) = cluster_node(&folder).await;
    let data = ("DATA_DIR", folder.path().display().to_string());
    // One address alone is not how a cluster is named.
    doctor(&[("REDIS_URL", url.clone()), data.clone()]).is("redis_role", "fix");
    let settings = [("REDIS_URL", format!("{url}, {url}")), data];
    let told = doctor(&settings);
    told.is("redis_role", "ok");
    told.is("redis_cluster", "fix");
    let client = redis::Client::open(url.as_str()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut serve = redis::cmd("CLUSTER");
    serve.arg("ADDSLOTSRANGE").arg(0).arg(16383).exec_async(&mut connection).await.unwrap();
    eventually(async || doctor(&settings).findings["redis_cluster"]["level"] == "ok").await;
    let told = doctor(&settings);
    let node = url.strip_prefix("redis://").unwrap();
    for check in ["redis", "redis_role", "redis_memory", "redis_writes", "redis_clock"] {
        assert!(told.is(check, "ok")["found"].as_str().unwrap().starts_with(node), "{check}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_would_rather_refuse_than_forget_is_to_be_mended() {
    let (full, roomy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // Less than an empty Redis takes: nothing can be written.
    let (_full, url) = redis_with(&full, "1kb", "noeviction").await;
    let told = doctor(&[("REDIS_URL", url), ("DATA_DIR", full.path().display().to_string())]);
    told.is("redis_memory", "fix");
    assert!(told.is("redis_writes", "fix")["found"].as_str().unwrap().contains("OOM"));
    let (_roomy, url) = redis_with(&roomy, "0", "noeviction").await;
    let data = ("DATA_DIR", roomy.path().display().to_string());
    let told = doctor(&[("REDIS_URL", url.clone()), data.clone()]);
    told.is("redis_memory", "note");
    told.is("redis_writes", "ok");
    // Several addresses mean a cluster, and this is none.
    doctor(&[("REDIS_URL", format!("{url},{url}")), data.clone()]).is("settings", "fix");
    let replica = Redis::start(roomy.path()).await.unwrap().expect("redis-server is installed");
    let client = redis::Client::open(replica.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    redis::cmd("REPLICAOF").arg("127.0.0.1").arg(1).exec_async(&mut connection).await.unwrap();
    let data = ("DATA_DIR", roomy.path().display().to_string());
    doctor(&[("REDIS_URL", replica.url().to_owned()), data]).is("redis_role", "fix");
    replica.stop().await.unwrap();
}
