//! The output for wrong settings: the program is run and says it once, in both languages, and leaves nothing
//! behind.

use std::net::TcpListener;

use crate::program::{Setting, command};

/// What a start with these settings says before it ends.
fn said(settings: &[Setting]) -> String {
    let ended = command("serve", settings).output().unwrap();
    assert!(!ended.status.success(), "{settings:?}");
    String::from_utf8(ended.stderr).unwrap()
}

#[test]
fn a_wrong_setting_is_said_once_in_both_languages_and_nothing_is_started() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for (setting, value) in [
        ("LISTEN", "hunter2"),
        ("DRAIN_S", "hunter2"),
        ("REPEAT_S", "7"),
        ("REPEAT_S", "86400"),
        ("CODE_URL", "hunter2"),
        ("LOG", "hunter2=="),
        ("SMS__PROVIDER", "hunter2"),
        ("DATABASE_URL", "postgres://u:hunter2@db:port/zaichang"),
        ("REDIS_URL", "redis:hunter2"),
        ("MASTER_KEYS", "hunter2"),
        ("WECHAT__ENDPOINT", "hunter2"),
        ("WECHAT__APP_ID", "hunter2"),
        ("FACE_PROVIDER", "hunter2"),
    ] {
        let said = said(&[("DATA_DIR", data.display().to_string()), (setting, value.to_owned())]);
        assert!(said.starts_with(&format!("zaichang: ZAICHANG_{setting}：")), "{said}");
        assert_eq!(said.matches(" · ").count(), 1, "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    assert!(!data.exists(), "something was made for a setting that is refused");
}

#[test]
fn a_postgres_that_is_not_there_and_a_port_that_is_taken_are_said_with_their_reason() {
    let folder = tempfile::tempdir().unwrap();
    let data = ("DATA_DIR", folder.path().display().to_string());
    // Dropped at once, so that nothing listens there.
    let unreachable = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let away = ("DATABASE_URL", format!("postgres://u:hunter2@{unreachable}/zaichang"));
    let away = said(&[data.clone(), ("LISTEN", "127.0.0.1:0".to_owned()), away]);
    for part in ["Postgres 无法使用", "ZAICHANG_DATABASE_URL", "Connection refused"] {
        assert!(away.contains(part), "{away}");
    }
    assert!(!away.contains("hunter2"), "{away}");
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let held = holder.local_addr().unwrap().to_string();
    let taken = said(&[data, ("LISTEN", held.clone())]);
    for part in ["已被占用", "ZAICHANG_LISTEN", &held] {
        assert!(taken.contains(part), "{taken}");
    }
}
