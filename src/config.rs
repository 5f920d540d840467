//! Settings: from the environment (prefix `ZAICHANG_`) over an optional `zaichang.toml`. Each is documented where it is
//! declared; secrets are never printed; contradictions and names that nobody knows are refused at start.

mod names;
mod traces;

pub use names::{Stray, strays};

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::display::CodeUrl;
use crate::sms;

/// What every setting's name in the environment begins with.
const PREFIX: &str = "ZAICHANG";

/// Where metrics are served unless said.
const METRICS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);

/// Why the settings are refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    Unreadable(#[from] config::ConfigError),
    #[error("ZAICHANG_{setting}: {why}")]
    Wrong { setting: &'static str, why: String },
    #[error("{}", .0.iter().map(Stray::to_string).collect::<Vec<_>>().join("\n"))]
    Strays(Vec<Stray>),
}

fn wrong(setting: &'static str, why: impl Into<String>) -> Error {
    Error::Wrong { setting, why: why.into() }
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
    /// Connections to Postgres for everything but the commits, which have four of their own.
    pub database_connections: u32,
    /// Check-ins that may wait in each of the three commit lanes; beyond that the answer is `busy`.
    pub commit_queue: usize,
    /// Where the private servers, the master keys and the logs of both live.
    pub data_dir: PathBuf,
    /// Base64 of 32 bytes each, separated by commas; the first signs, all verify. Absent: made and kept in `data_dir`.
    pub master_keys: Option<SecretString>,
    /// A second scan within so many seconds is the same check-in. Divides a day.
    pub repeat_s: u32,
    /// Proxies whose X-Forwarded-For is believed: addresses or networks, separated by commas.
    pub trusted_proxies: String,
    /// Origins besides the public address that may act with our cookies, separated by commas.
    pub allowed_origins: String,
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
            trusted_proxies: String::new(),
            allowed_origins: String::new(),
            tls_certificate: None,
            tls_key: None,
            metrics_listen: None,
            log_format: LogFormat::Text,
            log: "info,sqlx=warn".to_owned(),
            traces: None,
            traces_share: 0.01,
            drain_s: 10,
            sms: sms::Settings::default(),
        }
    }
}

impl Settings {
    /// Reads the environment over the file, and checks what can be checked without touching anything: the names, too.
    pub fn load(file: Option<&Path>) -> Result<Self, Error> {
        let strays = strays(file);
        if strays.is_empty() { Self::read(file) } else { Err(Error::Strays(strays)) }
    }

    /// The same, for whoever tells of the strange names otherwise.
    pub fn read(file: Option<&Path>) -> Result<Self, Error> {
        let environment =
            config::Environment::with_prefix(PREFIX).prefix_separator("_").separator("__").ignore_empty(true);
        let settings: Self = config::Config::builder()
            .add_source(names::file_source(file))
            .add_source(environment)
            .build()?
            .try_deserialize()?;
        settings.check()?;
        Ok(settings)
    }

    /// Refuses contradictions.
    pub fn check(&self) -> Result<(), Error> {
        if self.repeat_s == 0 || 86_400 % self.repeat_s != 0 {
            return Err(wrong("REPEAT_S", "it must divide a day of 86400 seconds: 600, 1800, 3600…"));
        }
        if !(2..=200).contains(&self.database_connections) {
            return Err(wrong("DATABASE_CONNECTIONS", "it is 2 to 200"));
        }
        if !(1..=1_000_000).contains(&self.commit_queue) {
            return Err(wrong("COMMIT_QUEUE", "it is 1 to 1000000"));
        }
        traces::check(self)?;
        match (&self.tls_certificate, &self.tls_key) {
            (Some(_), None) => return Err(wrong("TLS_KEY", "a certificate needs its key")),
            (None, Some(_)) => return Err(wrong("TLS_CERTIFICATE", "a key needs its certificate")),
            _ => {}
        }
        if self.public_url.as_ref().is_some_and(|url| url.len() > 100) {
            return Err(wrong("PUBLIC_URL", "it is 100 characters at most: it has to fit into the code"));
        }
        if let Some(url) = &self.public_url {
            let plain = url.split_once("://").is_some_and(|(scheme, rest)| {
                ["http", "https"].contains(&scheme)
                    && !rest.is_empty()
                    && !rest.trim_end_matches('/').contains(['/', '?', '#', '@', ' '])
            });
            if !plain {
                return Err(wrong("PUBLIC_URL", "it is http:// or https:// and a host, without a path"));
            }
        }
        if let Some(url) = &self.database_url
            && !["postgres://", "postgresql://"].iter().any(|scheme| url.expose_secret().starts_with(scheme))
        {
            return Err(wrong("DATABASE_URL", "it begins with postgres:// or postgresql://"));
        }
        self.check_redis()?;
        self.proxies()?;
        self.metrics_address()?;
        Ok(())
    }

    fn check_redis(&self) -> Result<(), Error> {
        let Some(urls) = &self.redis_url else { return Ok(()) };
        let urls: Vec<&str> = list(urls.expose_secret()).collect();
        if urls.is_empty() || !urls.iter().all(|url| ["redis", "unix"].iter().any(|is| url.starts_with(is))) {
            return Err(wrong(
                "REDIS_URL",
                "each address begins with redis or unix; commas stand between them",
            ));
        }
        if urls.len() > 1
            && !urls.iter().all(|url| ["redis://", "rediss://"].iter().any(|is| url.starts_with(is)))
        {
            return Err(wrong("REDIS_URL", "the nodes of a cluster are redis:// or rediss://, not sockets"));
        }
        Ok(())
    }

    /// The declared proxies.
    pub fn proxies(&self) -> Result<Vec<IpNet>, Error> {
        let parse = |written: &str| {
            let net = written.parse::<IpNet>().or_else(|_| written.parse::<IpAddr>().map(IpNet::from));
            net.map_err(|_| {
                wrong("TRUSTED_PROXIES", format!("{written} is neither an address nor a network"))
            })
        };
        list(&self.trusted_proxies).map(parse).collect()
    }

    /// The declared origins.
    pub fn origins(&self) -> Vec<String> {
        list(&self.allowed_origins).map(|origin| origin.trim_end_matches('/').to_owned()).collect()
    }

    /// Where metrics are served, if anywhere.
    pub fn metrics_address(&self) -> Result<Option<SocketAddr>, Error> {
        match self.metrics_listen.as_deref() {
            None => Ok(Some(METRICS)),
            Some("off") => Ok(None),
            Some(address) => address
                .parse()
                .map(Some)
                .map_err(|_| wrong("METRICS_LISTEN", "it is an address with a port, or off")),
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
    fn contradictions_name_their_setting() {
        type Spoil = fn(&mut Settings);
        let table: [(Spoil, &str); 9] = [
            (|settings| settings.repeat_s = 7, "REPEAT_S"),
            (|settings| settings.database_connections = 1, "DATABASE_CONNECTIONS"),
            (|settings| settings.tls_key = Some("key.pem".into()), "TLS_CERTIFICATE"),
            (|settings| settings.public_url = Some("cme.example.cn/path".into()), "PUBLIC_URL"),
            (|settings| settings.database_url = Some("mysql://x".into()), "DATABASE_URL"),
            (|settings| settings.redis_url = Some("redis://a, memcached://b".into()), "REDIS_URL"),
            (|settings| settings.redis_url = Some("redis://a,redis+unix:///b".into()), "REDIS_URL"),
            (|settings| settings.trusted_proxies = "10.0.0.0/8, nonsense".into(), "TRUSTED_PROXIES"),
            (|settings| settings.metrics_listen = Some("here".into()), "METRICS_LISTEN"),
        ];
        for (spoil, setting) in table {
            let mut settings = Settings::default();
            settings.check().unwrap();
            spoil(&mut settings);
            assert!(
                settings.check().unwrap_err().to_string().starts_with(&format!("ZAICHANG_{setting}:")),
                "{setting}"
            );
        }
    }

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
