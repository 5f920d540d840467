//! One node: the built server as a process, with its settings in the environment.
//! It must not know what its stores are.

use std::path::{Path, PathBuf};
use std::time::Duration;

use loadtest::client::{Target, call};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

use crate::process::Process;
use crate::stores::free_port;

const READY: Duration = Duration::from_secs(30);

/// Settings by their names in the environment.
pub type Settings = Vec<(String, String)>;

/// A node that runs, or did.
#[derive(Debug)]
pub struct Node {
    server: PathBuf,
    settings: Settings,
    log: PathBuf,
    port: u16,
    metrics: u16,
    process: Process,
}

impl Node {
    /// Starts it on a free port and waits until it is ready.
    pub async fn start(server: &Path, folder: &Path, settings: Settings) -> anyhow::Result<Self> {
        let mut node = Self::launched(server, folder, settings)?;
        node.ready().await?;
        Ok(node)
    }

    /// Starts it on a free port and waits for nothing.
    pub fn launched(server: &Path, folder: &Path, mut settings: Settings) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let (port, metrics) = (free_port()?, free_port()?);
        settings.extend([
            ("ZAICHANG_LISTEN".to_owned(), format!("127.0.0.1:{port}")),
            ("ZAICHANG_METRICS_LISTEN".to_owned(), format!("127.0.0.1:{metrics}")),
            ("ZAICHANG_DATA_DIR".to_owned(), folder.display().to_string()),
        ]);
        let log = folder.join("node.log");
        let process = launch(server, &settings, &log)?;
        Ok(Self { server: server.to_owned(), settings, log, port, metrics, process })
    }

    /// Starts it again at the same address.
    pub async fn again(&mut self) -> anyhow::Result<()> {
        self.process = launch(&self.server, &self.settings, &self.log)?;
        self.ready().await
    }

    /// From the next start on, this program runs in its place: another release.
    pub fn install(&mut self, server: &Path) {
        server.clone_into(&mut self.server);
    }

    async fn ready(&mut self) -> anyhow::Result<()> {
        let target = self.target();
        self.process.ready(READY, async || is_ready(&target).await).await
    }

    /// Whether it says that requests may be sent to it.
    pub async fn is_ready(&self) -> bool {
        is_ready(&self.target()).await
    }

    pub fn target(&self) -> Target {
        let address = ([127, 0, 0, 1], self.port).into();
        Target { address, host: format!("127.0.0.1:{}", self.port) }
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Resident memory, in bytes.
    pub fn rss_bytes(&self) -> u64 {
        self.process.rss_bytes()
    }

    /// What it has written to its log.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Panics that it has counted since its last start, and those found in its log.
    pub async fn panics(&self) -> u64 {
        let told = self.log().matches("panicked at").count() as u64;
        told.max(self.metric("zaichang_panics_total").await)
    }

    /// A counter; 0 where it has not counted yet or cannot be asked.
    pub async fn metric(&self, name: &str) -> u64 {
        let asked = async {
            let mut stream = TcpStream::connect(("127.0.0.1", self.metrics)).await.ok()?;
            stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: m\r\nconnection: close\r\n\r\n").await.ok()?;
            let mut text = String::new();
            stream.read_to_string(&mut text).await.ok()?;
            let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
            value.trim().parse::<u64>().ok()
        };
        timeout(Duration::from_secs(2), asked).await.ok().flatten().unwrap_or(0)
    }
}

async fn is_ready(target: &Target) -> bool {
    let asked = call(target, "GET", "/readyz", None, None);
    timeout(Duration::from_secs(2), asked)
        .await
        .is_ok_and(|reply| reply.is_ok_and(|reply| reply.status == 200))
}

fn launch(server: &Path, settings: &Settings, log: &Path) -> anyhow::Result<Process> {
    let mut command = Command::new(server);
    // No setting of the caller's environment, and no zaichang.toml that happens to lie here.
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8");
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    command.arg("serve").current_dir("/");
    Process::spawn("zaichang", command, log)
}
