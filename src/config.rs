//! Settings: from the environment (prefix `ZAICHANG_`) over an optional `zaichang.toml`. Each is documented where it is
//! declared; secrets are never printed; contradictions and unknown names are refused at start.

mod names;
mod values;

pub use names::{Stray, strays};
pub use values::wrong;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use secrecy::SecretString;
use serde::Deserialize;

use zaichang_attendance::display::CodeUrl;
use zaichang_attendance::face;
use zaichang_attendance::phone::AppKeys;
use zaichang_integrations::{sms, wechat};

/// What every setting's name in the environment begins with.
const PREFIX: &str = "ZAICHANG";

/// Where metrics are served unless said.
const METRICS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);

/// Why the settings are refused, and what to do: in both languages, without the value, which may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("ZAICHANG_{setting}：{zh} · {en}")]
    Wrong { setting: String, zh: &'static str, en: &'static str },
    #[error("{}", .0.iter().map(Stray::to_string).collect::<Vec<_>>().join("\n"))]
    Strays(Vec<Stray>),
    #[error(
        "没有设置文件 {0}，请检查 --settings 的路径 · there is no settings file {0}: check the path after --settings"
    )]
    NoFile(PathBuf),
    #[error(
        "设置文件 {file} 无法解析，请改正语法 · the settings file {file} cannot be parsed, correct its syntax: {why}"
    )]
    Syntax { file: String, why: String },
    #[error(
        "设置无法读取，请对照 docs/operating/settings.md 改正 · the settings cannot be read, correct them by docs/operating/settings.en.md: {0}"
    )]
    Unreadable(String),
}

/// All settings. Nested ones are written with two underscores: `ZAICHANG_SMS__PROVIDER`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Where to listen. `0.0.0.0:8080` lets phones on the same network in; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The address that phones open, without a path: `https://cme.example.cn`. Default: follows `listen`; when that is
    /// every interface, this machine's address on the local network.
    pub public_url: Option<String>,
    /// `upper` (default) or `as-written`: how the address stands in the QR.
    pub code_url: CodeUrl,
    /// Postgres 15 or later, the primary. Absent: a private one in `data_dir`.
    pub database_url: Option<SecretString>,
    /// Redis 7 or later; several addresses, separated by commas, are nodes of one Redis Cluster. A comma in a password is
    /// written `%2C`. Absent: a private one in `data_dir`, if `redis-server` is installed.
    pub redis_url: Option<SecretString>,
    /// Connections to Postgres for everything but the commits, which have four of their own, and exports, which have two.
    pub database_connections: u32,
    /// Check-ins that may wait in each of the two commit lanes; beyond that the answer is `busy`.
    pub commit_queue: usize,
    /// Where the private servers, the master keys and the logs of both live.
    pub data_dir: PathBuf,
    /// Base64 of 32 bytes each, separated by commas; the first signs, all verify. Absent: made and kept in `data_dir`.
    pub master_keys: Option<SecretString>,
    /// A second scan within so many seconds is the same check-in. Divides 28,800, so that no slot crosses midnight in
    /// Asia/Shanghai.
    pub repeat_s: u32,
    /// Whether a scan counts that was made before the person's unit approved the registration, if it does so within the 24
    /// hours of the scan's pass. Such a record is marked. `false`: the scan is refused and not kept.
    pub approval_may_follow: bool,
    /// The rules that weigh evidence of presence: a JSON file like crates/attendance/src/presence/rules.json. Absent: built in.
    pub presence_rules: Option<PathBuf>,
    /// Whether phones may be asked how far from the hall they are, in courses whose organiser has said where it is. Off unless
    /// the law and the people's consent allow it.
    pub presence_distances: bool,
    /// Proxies whose X-Forwarded-For is believed: addresses or networks, separated by commas.
    pub trusted_proxies: String,
    /// Connections that one address may hold, or one network of IPv6; declared proxies are exempt. A hall of 3,000 phones
    /// behind one address fits with six each, as many as a browser opens. Never more than three quarters of a node's files.
    pub connections_per_address: u32,
    /// Whether HTTP/2 is spoken without TLS as well, for a proxy that does. With TLS the client chooses.
    pub plain_http2: bool,
    /// Origins besides the public address that may act with our cookies, separated by commas.
    pub allowed_origins: String,
    /// Apps whose own server vouches for people: `issuer:base64` of each Ed25519 public key, separated by commas.
    pub app_keys: String,
    /// PEM files; both or none. Read again when they change.
    pub tls_certificate: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    /// Where `/metrics` is served; `off` for nowhere. Default: 127.0.0.1:9464, or any free port when that is taken.
    pub metrics_listen: Option<String>,
    /// `text` or `json`.
    pub log_format: LogFormat,
    /// What is logged, in tracing's filter language.
    pub log: String,
    /// Where spans are sent: an OpenTelemetry collector's OTLP over HTTP, such as `http://127.0.0.1:4318`. Only in a
    /// program built with `--features traces`. Absent: nowhere.
    pub traces: Option<String>,
    /// Which share of the requests is traced, 0 to 1.
    pub traces_share: f64,
    /// How long a stop waits for what is in flight, in seconds.
    pub drain_s: u64,
    /// How SMS codes are sent: `provider` is `log` (development), `aliyun` or `tencent`, with that sender's settings.
    pub sms: sms::Settings,
    /// The most messages that this node sends in a minute; strangers have a fifth. Beyond, none is sent, and an alert fires.
    pub sms_per_minute: u32,
    /// Who compares faces where a course asks for it: `none` (default) or `wechat`, in the mini-program.
    pub face_provider: face::Provider,
    /// The mini-program and the Official Account at WeChat, where there are any.
    pub wechat: wechat::Settings,
}

/// How a log line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            code_url: CodeUrl::default(),
            database_url: None,
            redis_url: None,
            database_connections: 16,
            commit_queue: 8192,
            data_dir: PathBuf::from("./.data"),
            master_keys: None,
            repeat_s: 600,
            approval_may_follow: true,
            presence_rules: None,
            presence_distances: false,
            trusted_proxies: String::new(),
            connections_per_address: 20_000,
            plain_http2: false,
            allowed_origins: String::new(),
            app_keys: String::new(),
            tls_certificate: None,
            tls_key: None,
            metrics_listen: None,
            log_format: LogFormat::Text,
            log: "info,sqlx=warn".to_owned(),
            traces: None,
            traces_share: 0.01,
            drain_s: 10,
            sms: sms::Settings::default(),
            sms_per_minute: 3000,
            face_provider: face::Provider::default(),
            wechat: wechat::Settings::default(),
        }
    }
}

impl Settings {
    /// Reads the environment over the file, and checks what can be checked without touching anything: the names, too.
    pub fn load(file: Option<&Path>) -> Result<Self, Error> {
        let strays = strays(file);
        if strays.is_empty() { Self::read(file) } else { Err(Error::Strays(strays)) }
    }

    /// The same without the check of names, for callers that report unknown names themselves.
    pub fn read(file: Option<&Path>) -> Result<Self, Error> {
        if let Some(file) = file.filter(|file| !file.exists()) {
            return Err(Error::NoFile(file.to_owned()));
        }
        let environment =
            config::Environment::with_prefix(PREFIX).prefix_separator("_").separator("__").ignore_empty(true);
        let sources = config::Config::builder().add_source(names::file_source(file)).add_source(environment);
        let read = sources.build().and_then(config::Config::try_deserialize);
        let settings: Self = read.map_err(values::told)?;
        settings.check()?;
        Ok(settings)
    }

    /// Refuses contradictions, and values that cannot work.
    pub fn check(&self) -> Result<(), Error> {
        values::check(self)
    }

    /// The declared proxies.
    pub fn proxies(&self) -> Result<Vec<IpNet>, Error> {
        list(&self.trusted_proxies).map(values::network).collect()
    }

    /// The declared origins.
    pub fn origins(&self) -> Vec<String> {
        list(&self.allowed_origins).map(|origin| origin.trim_end_matches('/').to_owned()).collect()
    }

    /// The keys of the apps that vouch for people.
    pub fn app_keys(&self) -> Result<AppKeys, Error> {
        AppKeys::parse(&self.app_keys).map_err(|_| wrong("APP_KEYS"))
    }

    /// Where metrics are served, if anywhere.
    pub fn metrics_address(&self) -> Result<Option<SocketAddr>, Error> {
        match self.metrics_listen.as_deref() {
            None => Ok(Some(METRICS)),
            Some("off") => Ok(None),
            Some(address) => address.parse().map(Some).map_err(|_| wrong("METRICS_LISTEN")),
        }
    }

    /// The address that phones open, for the port that was really taken.
    pub fn public_url_for(&self, listening: SocketAddr) -> String {
        if let Some(url) = &self.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let scheme = if self.tls_certificate.is_some() { "https" } else { "http" };
        let ip = if listening.ip().is_unspecified() { local_network_ip() } else { listening.ip() };
        format!("{scheme}://{}", SocketAddr::new(ip, listening.port()))
    }
}

fn list(written: &str) -> impl Iterator<Item = &str> {
    written.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

/// This machine's address on the way out: connecting a UDP socket sends nothing.
fn local_network_ip() -> IpAddr {
    let routed = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    routed.map_or(IpAddr::from([127, 0, 0, 1]), |address| address.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_printed() {
        let settings =
            Settings { database_url: Some("postgres://u:hunter2@db/z".into()), ..Settings::default() };
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn the_public_address_follows_the_listener() {
        let url = |settings: &Settings, listening: &str| settings.public_url_for(listening.parse().unwrap());
        let mut settings = Settings::default();
        assert_eq!(url(&settings, "127.0.0.1:8080"), "http://127.0.0.1:8080");
        settings.public_url = Some("https://cme.example.cn/".to_owned());
        assert_eq!(url(&settings, "0.0.0.0:8080"), "https://cme.example.cn");
    }
}
