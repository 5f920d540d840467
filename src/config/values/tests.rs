//! What each wrong value is answered with.

use super::super::reader;

fn known() -> Vec<String> {
    reader().known()
}

/// What the settings of this file are refused with.
fn refusal(written: &str) -> String {
    reader().read_text(written).expect_err(written).to_string()
}

/// It begins with the setting and says what to do in Chinese, then in English.
fn is_whole(refusal: &str, setting: &str) -> bool {
    let words =
        refusal.strip_prefix(&format!("ZAICHANG_{setting}：")).and_then(|words| words.split_once(" · "));
    words.is_some_and(|(zh, en)| zh.contains(['请', '如']) && en.is_ascii())
}

#[test]
fn every_setting_is_known_by_its_name_in_the_environment() {
    let known = known();
    for name in
        ["LISTEN", "DATABASE_URL", "MASTER_KEYS", "SMS__PROVIDER", "SMS__ACCESS_KEY_ID", "WECHAT__APP_ID"]
    {
        assert!(known.contains(&format!("ZAICHANG_{name}")), "{name}: {known:?}");
    }
    assert!(!known.iter().any(|name| name == "ZAICHANG_SMS" || name == "ZAICHANG_WECHAT"));
}

/// The names in the first two cells of a page's rows: of SMS providers, each has a column.
fn documented(page: &str) -> Vec<&str> {
    let rows = page.lines().filter(|line| line.starts_with('|'));
    let cells = rows.flat_map(|row| row.split('|').skip(1).take(2).map(str::trim));
    let named = cells.filter(|cell| cell.starts_with("`ZAICHANG_"));
    named.flat_map(|cell| cell.split('`').filter(|part| part.starts_with("ZAICHANG_"))).collect()
}

#[test]
fn the_pages_of_the_settings_have_every_setting_and_no_other() {
    let mut known = known();
    known.sort_unstable();
    known.dedup();
    for page in [
        include_str!("../../../docs/operating/settings.md"),
        include_str!("../../../docs/operating/settings.en.md"),
    ] {
        let mut documented = documented(page);
        documented.sort_unstable();
        documented.dedup();
        assert_eq!(documented, known);
    }
}

#[test]
fn every_setting_has_a_sentence_of_its_own_in_both_languages() {
    for name in known() {
        let setting = name.strip_prefix("ZAICHANG_").unwrap();
        let (zh, en) = reader().may_be(setting).expect(&name);
        assert!(zh.contains(['请', '如']) && en.is_ascii(), "{name}: {zh} {en}");
    }
}

#[test]
fn a_value_of_another_kind_is_refused_by_the_name_of_its_setting() {
    // A table fits none of them; nested settings have their own tables below.
    for name in known().iter().filter(|name| !name.contains("__")) {
        let setting = name.strip_prefix("ZAICHANG_").unwrap();
        let refused = refusal(&format!("{} = {{ hunter2 = 1 }}", setting.to_ascii_lowercase()));
        assert!(is_whole(&refused, setting) && !refused.contains("hunter2"), "{refused}");
    }
}

#[test]
fn a_wrong_value_is_refused_by_the_name_of_its_setting() {
    let table = [
        ("listen = 'hunter2'", "LISTEN"),
        ("code_url = 'hunter2'", "CODE_URL"),
        ("app_keys = 'hunter2'", "APP_KEYS"),
        ("app_keys = 'issuer:hunter2'", "APP_KEYS"),
        ("log_format = 'hunter2'", "LOG_FORMAT"),
        ("log = 'hunter2==='", "LOG"),
        ("drain_s = 'hunter2'", "DRAIN_S"),
        ("repeat_s = 7", "REPEAT_S"),
        ("repeat_s = 0", "REPEAT_S"),
        ("repeat_s = 86400", "REPEAT_S"),
        ("repeat_s = 43200", "REPEAT_S"),
        ("repeat_s = 57600", "REPEAT_S"),
        ("repeat_s = 21600", "REPEAT_S"),
        ("database_connections = 1", "DATABASE_CONNECTIONS"),
        ("commit_queue = 0", "COMMIT_QUEUE"),
        ("tls_key = 'hunter2'", "TLS_CERTIFICATE"),
        ("tls_certificate = 'hunter2'", "TLS_KEY"),
        ("public_url = 'hunter2/path'", "PUBLIC_URL"),
        ("public_url = 'https://hunter2/path'", "PUBLIC_URL"),
        ("database_url = 'mysql://u:hunter2@db'", "DATABASE_URL"),
        ("database_url = 'postgres://u:hunter2@db:port/z'", "DATABASE_URL"),
        ("redis_url = 'redis://a, memcached://hunter2'", "REDIS_URL"),
        ("redis_url = 'redis://a,redis+unix:///hunter2'", "REDIS_URL"),
        ("redis_url = 'redis:hunter2'", "REDIS_URL"),
        ("redis_url = ' , '", "REDIS_URL"),
        ("trusted_proxies = '10.0.0.0/8, hunter2'", "TRUSTED_PROXIES"),
        ("connections_per_address = 0", "CONNECTIONS_PER_ADDRESS"),
        ("sms_per_minute = 0", "SMS_PER_MINUTE"),
        ("plain_http2 = 'hunter2'", "PLAIN_HTTP2"),
        ("metrics_listen = 'hunter2'", "METRICS_LISTEN"),
        ("traces = 'hunter2:4318'", "TRACES"),
        ("traces = 'http://me:hunter2@collector:4318'", "TRACES"),
        ("traces_share = -0.1", "TRACES_SHARE"),
        ("traces_share = 1.5", "TRACES_SHARE"),
        ("traces_share = nan", "TRACES_SHARE"),
        ("[sms]\nprovider = 'hunter2'", "SMS__PROVIDER"),
        ("[sms]\nprovider = 'aliyun'", "SMS__ACCESS_KEY_ID"),
        (
            "[sms]\nprovider = 'aliyun'\naccess_key_id = 'hunter 2'\naccess_key_secret = 'x'\nsign_name = 'x'\n\
             template_code = 'x'",
            "SMS__ACCESS_KEY_ID",
        ),
        (
            "[sms]\nprovider = 'aliyun'\naccess_key_id = 'a'\naccess_key_secret = 'hunter2'\nsign_name = ' '\n\
             template_code = 'x'",
            "SMS__SIGN_NAME",
        ),
        (
            "[sms]\nprovider = 'aliyun'\naccess_key_id = 'a'\naccess_key_secret = 'hunter2'\nsign_name = 'x'\n\
             template_code = 'x'\nendpoint = 'http://hunter2.example'",
            "SMS",
        ),
        ("face_provider = 'hunter2'", "FACE_PROVIDER"),
        ("face_provider = 'wechat'", "FACE_PROVIDER"),
        ("[wechat]\napp_id = 'hunter2'", "WECHAT__APP_ID"),
        ("[wechat]\napp_id = 'wx00000000000000aa'", "WECHAT__APP_SECRET"),
        ("[wechat]\napp_secret = 'hunter2'", "WECHAT__APP_ID"),
        ("[wechat]\nofficial_app_id = 'wx00000000000000aa'", "WECHAT__OFFICIAL_APP_SECRET"),
        ("[wechat]\nofficial_app_secret = 'hunter2'", "WECHAT__OFFICIAL_APP_ID"),
        ("[wechat]\naward_template_id = 'hunter2'", "WECHAT__AWARD_TEMPLATE_ID"),
        ("[wechat]\naward_template_fields = 'hunter2'", "WECHAT__AWARD_TEMPLATE_FIELDS"),
        ("[wechat]\nendpoint = 'http://hunter2.example'", "WECHAT__ENDPOINT"),
        ("[wechat]\napp_id = { hunter2 = 1 }", "WECHAT__APP_ID"),
    ];
    for (written, setting) in table {
        let refused = refusal(written);
        assert!(is_whole(&refused, setting) && !refused.contains("hunter"), "{written}: {refused}");
    }
}

#[test]
fn what_may_be_is_not_refused() {
    for written in [
        "",
        "redis_url = 'rediss://a:6380'",
        "redis_url = 'redis+unix:///run/redis.sock'",
        "redis_url = 'redis://a:1,redis://b:2'",
        "database_url = 'postgresql://u:p%40@db:5432/z?sslmode=require'",
        "metrics_listen = 'off'",
        "repeat_s = 28800",
        "repeat_s = 1",
        "trusted_proxies = '10.0.0.0/8, 192.0.2.7'",
    ] {
        reader().read_text(written).expect(written);
    }
}

#[test]
fn a_file_with_wrong_syntax_is_told_without_its_lines() {
    let refused = refusal("listen = '127.0.0.1:0'\nmaster_keys = hunter2\n");
    assert!(refused.starts_with("设置文件") && refused.contains("line 2"), "{refused}");
    assert!(!refused.contains("hunter2"), "{refused}");
}
