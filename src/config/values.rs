//! What the value of each of the program's own settings may be. It must not touch what a value points at.

use std::net::IpAddr;

use ipnet::IpNet;
use secrecy::ExposeSecret as _;
use sqlx::postgres::PgConnectOptions;
use tracing_subscriber::EnvFilter;

use super::{Error, Settings, list};
use zaichang_platform::redis::Redis;
use zaichang_platform::settings::{self, MayBe, Values, YES_OR_NO};

impl settings::Settings for Settings {
    const MAY_BE: &'static [MayBe] = &[
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
        ("DATA_DIR", "请写一个目录的路径，如 ./.data", "write the path of a folder, such as ./.data"),
        (
            "MASTER_KEYS",
            "请写 32 字节密钥的 base64，多个以逗号分隔；zaichang key make 可生成",
            "write keys of 32 bytes as base64, separated by commas; `zaichang key make` prints one",
        ),
        (
            "TRUSTED_PROXIES",
            "每一项应为地址或网段，以逗号分隔，如 10.0.0.0/8,192.0.2.7，请改正",
            "each entry is an address or a network, separated by commas: write it as 10.0.0.0/8,192.0.2.7",
        ),
        ("CONNECTIONS_PER_ADDRESS", "请写 1 至 1000000 的整数", "write a whole number from 1 to 1000000"),
        ("PLAIN_HTTP2", YES_OR_NO.0, YES_OR_NO.1),
        (
            "ALLOWED_ORIGINS",
            "请写来源地址，以逗号分隔，如 https://a.example.cn,https://b.example.cn",
            "write origins, separated by commas, such as https://a.example.cn,https://b.example.cn",
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
    ];

    fn check(&self, _: &Values) -> Result<(), &'static str> {
        let fits = [
            ("database_connections", (2..=200).contains(&self.database_connections)),
            ("connections_per_address", (1..=1_000_000).contains(&self.connections_per_address)),
            ("traces", self.traces.as_deref().is_none_or(is_collector)),
            ("traces_share", (0.0..=1.0).contains(&self.traces_share)),
            ("tls_key", self.tls_certificate.is_none() || self.tls_key.is_some()),
            ("tls_certificate", self.tls_key.is_none() || self.tls_certificate.is_some()),
            ("public_url", self.public_url.as_deref().is_none_or(is_public_url)),
            ("database_url", self.database_url.as_ref().is_none_or(|url| is_postgres(url.expose_secret()))),
            ("log", EnvFilter::try_new(&self.log).is_ok()),
            ("redis_url", self.redis_url.as_ref().is_none_or(|urls| are_redis(urls.expose_secret()))),
            ("trusted_proxies", self.proxies().is_ok()),
            ("metrics_listen", self.metrics_address().is_ok()),
        ];
        fits.into_iter().find(|(_, fits)| !fits).map_or(Ok(()), |(setting, _)| Err(setting))
    }
}

/// The refusal of one of the program's own settings, by its name without the prefix.
pub fn wrong(setting: &str) -> Error {
    settings::wrong::<Settings>(setting)
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
