//! Settings: from the environment (prefix `ZAICHANG_`) over an optional `zaichang.toml`. The program's own are declared here, each
//! module's by the module; secrets are never printed; contradictions and unknown names are refused at start.

mod values;

pub use values::wrong;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use secrecy::SecretString;
use serde::Deserialize;

use crate::modules;
pub use zaichang_platform::settings::{Error, Stray};
use zaichang_platform::settings::{Reader, Values, declared, list};

/// Where data are kept unless said, and those of the demo.
const DATA_DIR: &str = "./.data";
const DEMO_DATA_DIR: &str = "./.data-demo";
/// Where metrics are served unless said.
const METRICS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);

/// All settings: the program's own, and those of its modules.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Where to listen. `0.0.0.0:8080` lets phones on the same network in; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The address that phones open, without a path: `https://cme.example.cn`. Default: follows `listen`; when that is
    /// every interface, this machine's address on the local network.
    pub public_url: Option<String>,
    /// Postgres 15 or later, the primary. Absent: a private one in `data_dir`.
    pub database_url: Option<SecretString>,
    /// Redis 7 or later; several addresses, separated by commas, are nodes of one Redis Cluster. A comma in a password is
    /// written `%2C`. Absent: a private one in `data_dir`, if `redis-server` is installed.
    pub redis_url: Option<SecretString>,
    /// Connections to Postgres for everything but the commits, which have four of their own, and exports, which have two.
    pub database_connections: u32,
    /// Where the private servers, the master keys and the logs of both live.
    pub data_dir: PathBuf,
    /// Base64 of 32 bytes each, separated by commas; the first signs, all verify. Absent: made and kept in `data_dir`.
    pub master_keys: Option<SecretString>,
    /// Proxies whose X-Forwarded-For is believed: addresses or networks, separated by commas.
    pub trusted_proxies: String,
    /// Connections that one address may hold, or one network of IPv6; declared proxies are exempt. A hall of 3,000 phones
    /// behind one address fits with six each, as many as a browser opens. Never more than three quarters of a node's files.
    pub connections_per_address: u32,
    /// Whether HTTP/2 is spoken without TLS as well, for a proxy that does. With TLS the client chooses.
    pub plain_http2: bool,
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
    /// What the modules declare.
    #[serde(skip)]
    pub modules: Values,
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
            database_url: None,
            redis_url: None,
            database_connections: 16,
            data_dir: PathBuf::from(DATA_DIR),
            master_keys: None,
            trusted_proxies: String::new(),
            connections_per_address: 20_000,
            plain_http2: false,
            allowed_origins: String::new(),
            tls_certificate: None,
            tls_key: None,
            metrics_listen: None,
            log_format: LogFormat::Text,
            log: "info,sqlx=warn".to_owned(),
            traces: None,
            traces_share: 0.01,
            drain_s: 10,
            modules: Reader::new(modules::settings()).defaults(),
        }
    }
}

impl Settings {
    /// Reads the environment over the file, and checks what can be checked without touching anything: the names, too.
    pub fn load(file: Option<&Path>) -> Result<Self, Error> {
        reader().load(file).map(Self::collected)
    }

    /// The same without the check of names, for callers that report unknown names themselves.
    pub fn read(file: Option<&Path>) -> Result<Self, Error> {
        reader().read(file).map(Self::collected)
    }

    /// The same for demo data, which have a data directory of their own unless one is named.
    pub fn of_demo(mut self) -> Self {
        if self.data_dir == Path::new(DATA_DIR) {
            self.data_dir = PathBuf::from(DEMO_DATA_DIR);
        }
        self
    }

    fn collected(modules: Values) -> Self {
        Self { modules: modules.clone(), ..modules.of::<Self>().clone() }
    }

    /// The declared proxies.
    pub fn proxies(&self) -> Result<Vec<IpNet>, Error> {
        list(&self.trusted_proxies).map(values::network).collect()
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

/// Everything that may be set.
fn reader() -> Reader {
    Reader::new([declared::<Settings>()].into_iter().chain(modules::settings()))
}

/// The names in the environment and the settings file that are no setting's.
pub fn strays(file: Option<&Path>) -> Vec<Stray> {
    reader().strays(file)
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
    fn the_demo_has_a_folder_of_its_own_unless_one_is_named() {
        assert_eq!(Settings::default().of_demo().data_dir, Path::new("./.data-demo"));
        let named = Settings { data_dir: "/var/lib/zaichang-demo".into(), ..Settings::default() };
        assert_eq!(named.of_demo().data_dir, Path::new("/var/lib/zaichang-demo"));
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
