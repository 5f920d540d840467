//! What the value of each setting may be, and the refusal of any other: in both languages, by the setting's name, with what
//! to write instead. It must not repeat a value, which may be a secret, nor touch what a value points at.

use std::net::IpAddr;

use config::ConfigError;
use ipnet::IpNet;
use secrecy::ExposeSecret as _;
use sqlx::postgres::PgConnectOptions;
use tracing_subscriber::EnvFilter;

use super::{Error, Settings, list};
use zaichang_attendance::checkin::Slot;
use zaichang_attendance::face;
use zaichang_platform::redis::Redis;

/// What a setting may be, said when it is anything else: its name without the prefix, then the sentence in both languages.
const MAY_BE: &[(&str, &str, &str)] = &[
    (
        "LISTEN",
        "应为本机地址与端口，如 0.0.0.0:8080，请改正",
        "it is an address of this machine with a port: write it as 0.0.0.0:8080",
    ),
    (
        "PUBLIC_URL",
        "应为 http:// 或 https:// 加主机名，不带路径，至多 100 个字符（要放进二维码），如 https://cme.example.cn",
        "it is http:// or https:// and a host without a path, 100 characters at most (it has to fit into the code): \
         write it as https://cme.example.cn",
    ),
    ("CODE_URL", "请写 upper 或 as-written", "write upper or as-written"),
    (
        "DATABASE_URL",
        "应为 Postgres 地址，如 postgres://用户:密码@主机:5432/库名；密码中的特殊字符写成 %XX",
        "it is the address of a Postgres: write it as postgres://user:password@host:5432/database; special characters \
         of a password are written %XX",
    ),
    (
        "REDIS_URL",
        "应为 Redis 地址，如 redis://主机:6379；多个地址以逗号分隔，须是同一 Redis Cluster 的节点（redis:// 或 rediss://）",
        "it is the address of a Redis: write it as redis://host:6379; several, separated by commas, are nodes of one \
         Redis Cluster (redis:// or rediss://)",
    ),
    ("DATABASE_CONNECTIONS", "请写 2 至 200 的整数", "write a whole number from 2 to 200"),
    ("COMMIT_QUEUE", "请写 1 至 1000000 的整数", "write a whole number from 1 to 1000000"),
    ("DATA_DIR", "请写一个目录的路径，如 ./.data", "write the path of a folder, such as ./.data"),
    (
        "MASTER_KEYS",
        "请写 32 字节密钥的 base64，多个以逗号分隔；zaichang key make 可生成",
        "write keys of 32 bytes as base64, separated by commas; `zaichang key make` prints one",
    ),
    (
        "REPEAT_S",
        "应能整除 28800（八小时的秒数），否则时段会跨过零点，请写 600、1800 或 3600 等",
        "it must divide 28800, the seconds of eight hours, or a slot would cross midnight: write 600, 1800 or 3600, for \
         example",
    ),
    (
        "PRESENCE_RULES",
        "应为评分规则文件（JSON）的路径，请检查路径与内容",
        "it is the path of a file with rules (JSON): check the path and what is in it",
    ),
    ("APPROVAL_MAY_FOLLOW", "请写 true 或 false", "write true or false"),
    ("PRESENCE_DISTANCES", "请写 true 或 false", "write true or false"),
    (
        "TRUSTED_PROXIES",
        "每一项应为地址或网段，以逗号分隔，如 10.0.0.0/8,192.0.2.7，请改正",
        "each entry is an address or a network, separated by commas: write it as 10.0.0.0/8,192.0.2.7",
    ),
    ("CONNECTIONS_PER_ADDRESS", "请写 1 至 1000000 的整数", "write a whole number from 1 to 1000000"),
    ("SMS_PER_MINUTE", "请写 1 至 1000000 的整数", "write a whole number from 1 to 1000000"),
    ("PLAIN_HTTP2", "请写 true 或 false", "write true or false"),
    (
        "ALLOWED_ORIGINS",
        "请写来源地址，以逗号分隔，如 https://a.example.cn,https://b.example.cn",
        "write origins, separated by commas, such as https://a.example.cn,https://b.example.cn",
    ),
    (
        "APP_KEYS",
        "每一项应为 名称:Ed25519 公钥的 base64，以逗号分隔，名称由字母、数字、-、_ 和 . 组成，请改正",
        "each entry is issuer:base64 of an Ed25519 public key, separated by commas, the issuer in letters, digits, '-', '_' \
         and '.': correct it",
    ),
    (
        "TLS_CERTIFICATE",
        "证书与私钥须成对：请写两个 PEM 文件的路径，或两项都去掉",
        "a key needs its certificate: write the paths of both PEM files, or leave both out",
    ),
    (
        "TLS_KEY",
        "证书与私钥须成对：请写两个 PEM 文件的路径，或两项都去掉",
        "a certificate needs its key: write the paths of both PEM files, or leave both out",
    ),
    (
        "METRICS_LISTEN",
        "请写本机地址与端口，如 127.0.0.1:9464，或 off",
        "write an address of this machine with a port, such as 127.0.0.1:9464, or off",
    ),
    ("LOG_FORMAT", "请写 text 或 json", "write text or json"),
    (
        "LOG",
        "应为日志过滤规则，请写成 info,sqlx=warn 的形式",
        "it is a filter of the log: write it as info,sqlx=warn",
    ),
    (
        "TRACES",
        "应为采集端地址，不含用户名与密码，如 http://127.0.0.1:4318",
        "it is a collector's address without a user: write it as http://127.0.0.1:4318",
    ),
    (
        "TRACES_SHARE",
        "请写 0 至 1 的小数，如 0.01（每百个请求追踪一个）",
        "write a number from 0 to 1: 0.01 traces one request in a hundred",
    ),
    ("DRAIN_S", "请写秒数，须为整数，如 10", "write whole seconds, such as 10"),
    // The senders of SMS. Which of them is at fault is not always known: `SMS` stands for all.
    (
        "SMS",
        "有一项写错，或不属于所选的服务：SMS__ENDPOINT 须为 https://主机，其余各项在文件中须加引号，请对照 docs/operating/settings.md 改正",
        "one of its settings is wrong or is not the chosen provider's: SMS__ENDPOINT is https://host, the others stand \
         in quotes in a file; correct it by docs/operating/settings.en.md",
    ),
    ("SMS__PROVIDER", "请写 log、aliyun 或 tencent", "write log, aliyun or tencent"),
    ("SMS__ACCESS_KEY_ID", PLAIN.0, PLAIN.1),
    ("SMS__ACCESS_KEY_SECRET", FILLED.0, FILLED.1),
    ("SMS__SECRET_ID", PLAIN.0, PLAIN.1),
    ("SMS__SECRET_KEY", FILLED.0, FILLED.1),
    ("SMS__SDK_APP_ID", FILLED.0, FILLED.1),
    ("SMS__SIGN_NAME", FILLED.0, FILLED.1),
    ("SMS__TEMPLATE_CODE", FILLED.0, FILLED.1),
    ("SMS__TEMPLATE_ID", FILLED.0, FILLED.1),
    ("SMS__REGION", PLAIN.0, PLAIN.1),
    (
        "SMS__ENDPOINT",
        "请写成 https://主机 或 https://主机:端口",
        "write it as https://host or https://host:port",
    ),
    (
        "FACE_PROVIDER",
        "请写 none 或 wechat；wechat 须先填写小程序的 WECHAT__APP_ID 与 WECHAT__APP_SECRET",
        "write none or wechat; wechat needs the mini-program's WECHAT__APP_ID and WECHAT__APP_SECRET",
    ),
    // WeChat's accounts.
    (
        "WECHAT",
        "有一项写错：各项在文件中须加引号，请对照 docs/operating/settings.md 改正",
        "one of its settings is wrong: they stand in quotes in a file; correct it by docs/operating/settings.en.md",
    ),
    ("WECHAT__APP_ID", APP_ID.0, APP_ID.1),
    ("WECHAT__APP_SECRET", APP_SECRET.0, APP_SECRET.1),
    ("WECHAT__OFFICIAL_APP_ID", APP_ID.0, APP_ID.1),
    ("WECHAT__OFFICIAL_APP_SECRET", APP_SECRET.0, APP_SECRET.1),
    (
        "WECHAT__AWARD_TEMPLATE_ID",
        "应为小程序的订阅消息模板 ID，并须先填写 WECHAT__APP_ID，请改正或删除",
        "it is the id of a subscribe-message template of the mini-program, which needs WECHAT__APP_ID: correct it or leave it \
         out",
    ),
    (
        "WECHAT__AWARD_TEMPLATE_FIELDS",
        "应为模板中活动、学分、日期三个关键词，依次以逗号分隔，如 thing1,number2,time3",
        "it is the template's keywords for activity, credits and day, separated by commas: write it as thing1,number2,time3",
    ),
    (
        "WECHAT__ENDPOINT",
        "请写成 https://主机 或 https://主机:端口",
        "write it as https://host or https://host:port",
    ),
];

const APP_ID: (&str, &str) = (
    "应为 wx 开头的 18 位 AppID，与密钥成对填写，小程序与公众号各用各的，请改正",
    "it is an AppID of 18 characters that begins with wx; it goes with its secret, and mini-program and Official Account each \
     have their own: correct it",
);
const APP_SECRET: (&str, &str) = (
    "应为该 AppID 的 AppSecret，与 AppID 成对，请填写或两项都去掉",
    "it is the AppSecret of its AppID: fill it in, or leave both out",
);

const FILLED: (&str, &str) =
    ("所选的短信服务需要它，不能为空，请填写", "the chosen SMS provider needs it: fill it in");
const PLAIN: (&str, &str) = (
    "所选的短信服务需要它，只能由字母、数字、-、_ 和 . 组成，请填写或改正",
    "the chosen SMS provider needs it, in letters, digits, '-', '_' and '.' only: fill it in or correct it",
);

/// The refusal of a setting's value, by its name without the prefix.
pub fn wrong(setting: &str) -> Error {
    let sentence = MAY_BE.iter().find(|(name, ..)| *name == setting);
    let (_, zh, en) = sentence.unwrap_or(&(
        "",
        "无法读取，请对照 docs/operating/settings.md 改正",
        "correct it by docs/operating/settings.en.md",
    ));
    Error::Wrong { setting: setting.to_owned(), zh, en }
}

/// What the reader of the sources says, as the setting's own refusal.
pub(super) fn told(error: ConfigError) -> Error {
    match error {
        ConfigError::NotFound(key)
        | ConfigError::Type { key: Some(key), .. }
        | ConfigError::At { key: Some(key), .. } => wrong(&key.replace('.', "__").to_ascii_uppercase()),
        ConfigError::FileParse { uri, cause } => {
            Error::Syntax { file: uri.unwrap_or_default(), why: without_excerpt(&cause.to_string()) }
        }
        other => Error::Unreadable(other.to_string()),
    }
}

/// A parser's words without the lines of the file that it shows, in which a secret may stand.
fn without_excerpt(said: &str) -> String {
    let is_excerpt = |line: &&str| {
        line.trim_start_matches(|one: char| one == ' ' || one.is_ascii_digit()).starts_with('|')
    };
    said.lines().filter(|line| !is_excerpt(line) && !line.is_empty()).collect::<Vec<_>>().join(": ")
}

/// Refuses contradictions, and values that cannot work.
pub(super) fn check(settings: &Settings) -> Result<(), Error> {
    let needs_wechat = settings.face_provider == face::Provider::Wechat;
    let fits = [
        ("FACE_PROVIDER", !needs_wechat || settings.wechat.app_id.is_some()),
        ("REPEAT_S", Slot::fits_days(settings.repeat_s)),
        ("DATABASE_CONNECTIONS", (2..=200).contains(&settings.database_connections)),
        ("COMMIT_QUEUE", (1..=1_000_000).contains(&settings.commit_queue)),
        ("CONNECTIONS_PER_ADDRESS", (1..=1_000_000).contains(&settings.connections_per_address)),
        ("SMS_PER_MINUTE", (1..=1_000_000).contains(&settings.sms_per_minute)),
        ("TRACES", settings.traces.as_deref().is_none_or(is_collector)),
        ("TRACES_SHARE", (0.0..=1.0).contains(&settings.traces_share)),
        ("TLS_KEY", settings.tls_certificate.is_none() || settings.tls_key.is_some()),
        ("TLS_CERTIFICATE", settings.tls_key.is_none() || settings.tls_certificate.is_some()),
        ("PUBLIC_URL", settings.public_url.as_deref().is_none_or(is_public_url)),
        ("DATABASE_URL", settings.database_url.as_ref().is_none_or(|url| is_postgres(url.expose_secret()))),
        ("LOG", EnvFilter::try_new(&settings.log).is_ok()),
        ("REDIS_URL", settings.redis_url.as_ref().is_none_or(|urls| are_redis(urls.expose_secret()))),
    ];
    if let Some((setting, _)) = fits.iter().find(|(_, fits)| !fits) {
        return Err(wrong(setting));
    }
    settings.sms.check().map_err(|field| wrong(&format!("SMS__{}", field.to_ascii_uppercase())))?;
    settings.wechat.check().map_err(|field| wrong(&format!("WECHAT__{}", field.to_ascii_uppercase())))?;
    settings.proxies()?;
    settings.app_keys()?;
    settings.metrics_address()?;
    Ok(())
}

/// An address or a network, as a proxy is declared.
pub(super) fn network(written: &str) -> Result<IpNet, Error> {
    let net = written.parse::<IpNet>().or_else(|_| written.parse::<IpAddr>().map(IpNet::from));
    net.map_err(|_| wrong("TRUSTED_PROXIES"))
}

fn is_collector(url: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) && !url.contains('@')
}

fn is_public_url(url: &str) -> bool {
    url.len() <= 100
        && url.split_once("://").is_some_and(|(scheme, rest)| {
            ["http", "https"].contains(&scheme)
                && !rest.is_empty()
                && !rest.trim_end_matches('/').contains(['/', '?', '#', '@', ' '])
        })
}

fn is_postgres(url: &str) -> bool {
    ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme))
        && url.parse::<PgConnectOptions>().is_ok()
}

fn are_redis(written: &str) -> bool {
    let is_one = |url: &str, schemes: &[&str]| schemes.iter().any(|scheme| url.starts_with(scheme));
    let urls: Vec<&str> = list(written).collect();
    let schemes: &[&str] = if urls.len() > 1 { &["redis://", "rediss://"] } else { &["redis", "unix"] };
    urls.iter().all(|url| is_one(url, schemes)) && Redis::at(written).is_ok()
}

#[cfg(test)]
mod tests;
