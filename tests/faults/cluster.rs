//! The second fixture: three nodes behind nginx, a Redis Cluster, Postgres with a synchronous standby, as scripts/cluster.sh
//! starts them from deploy/. It must not know how they are configured.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use loadtest::client::Target;
use loadtest::clock::unix_us;
use loadtest::demo::Demo;
use loadtest::history::Outcome;
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::sleep;

use crate::crowd::Crowd;
use crate::process::until;
use crate::test_server;

/// Ports of one cluster.
const PORTS: u16 = 50;
const NODES: [&str; 3] = ["node1", "node2", "node3"];

/// A running cluster with a crowd in front of it.
pub struct Cluster {
    pub crowd: Crowd,
    script: Script,
    returns: Vec<i64>,
    /// What a fault itself found wrong.
    pub wrong: Vec<String>,
}

/// The script with its settings. Dropped, it stops what it has started.
struct Script {
    script: PathBuf,
    server: PathBuf,
    base: u16,
    folder: TempDir,
}

impl Cluster {
    /// Starts it with so many people, and waits until the crowd is being recorded.
    pub async fn open(server: &Path, people: usize, keep: bool, rate: u32) -> anyhow::Result<Self> {
        let script = PathBuf::from("scripts/cluster.sh").canonicalize();
        let script = script.context("run it in the project's folder: scripts/cluster.sh is not here")?;
        let (server, folder, base) = (server.canonicalize()?, test_server::folder(keep)?, free_ports()?);
        let script = Script { script, server, base, folder };
        script.run(&["start"]).await?;
        script.run(&["demo", &people.to_string()]).await?;
        let demo = Demo::read(&script.folder.path().join("demo.json"))?;
        let target = Target::resolve(&format!("http://127.0.0.1:{base}")).await?;
        let crowd = Crowd::gather(demo, vec![target], rate).await?;
        let cluster = Self { crowd, script, returns: Vec::new(), wrong: Vec::new() };
        cluster.recorded_since(0).await?;
        Ok(cluster)
    }

    /// The nodes themselves, past nginx; and nginx.
    pub fn nodes(&self) -> ([Target; 3], Target) {
        let at = |port| Target { address: ([127, 0, 0, 1], port).into(), host: format!("127.0.0.1:{port}") };
        let base = self.script.base;
        ([at(base + 1), at(base + 2), at(base + 3)], at(base))
    }

    /// One of the script's verbs.
    pub async fn run(&self, arguments: &[&str]) -> anyhow::Result<()> {
        self.script.run(arguments).await
    }

    /// From this instant on, what was taken away is back.
    pub fn returned(&mut self) {
        self.returns.push(unix_us());
    }

    pub fn returns(&self) -> &[i64] {
        &self.returns
    }

    /// Lets the crowd go on for so long.
    pub async fn go_on(&self, seconds: f64) {
        sleep(Duration::from_secs_f64(seconds)).await;
    }

    /// Something that must be so, or the fault has failed.
    pub fn expect(&mut self, so: bool, what: impl Into<String>) {
        if !so {
            self.wrong.push(what.into());
        }
    }

    /// Waits until a hundred phones that asked after this instant are recorded.
    pub async fn recorded_since(&self, since_us: i64) -> anyhow::Result<()> {
        let history = self.crowd.history();
        let recorded = |entry: &loadtest::history::Entry| {
            entry.began_us > since_us && entry.outcome == Outcome::Recorded
        };
        let so = async || history.count(recorded) > 100;
        let begun = until("a hundred phones are recorded", Duration::from_secs(30), so).await;
        begun.with_context(|| format!("the crowd was answered {:?}", self.crowd.answers()))
    }

    /// Past nginx and the nodes, through the gate, to the current primary.
    pub fn database_url(&self) -> anyhow::Result<String> {
        let secret = std::fs::read_to_string(self.script.folder.path().join("secrets/zaichang"))?;
        Ok(format!("postgres://zaichang:{}@127.0.0.1:{}/zaichang", secret.trim(), self.script.base + 20))
    }

    /// Resident memory of all nodes, in bytes.
    pub fn rss_bytes(&self) -> u64 {
        let of = |node: &&str| {
            let pid = std::fs::read_to_string(self.script.folder.path().join("pids").join(node)).ok()?;
            let status = std::fs::read_to_string(format!("/proc/{}/status", pid.split(' ').next()?)).ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
            line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()
        };
        NODES.iter().filter_map(of).sum::<u64>() * 1024
    }

    /// Panics found in the nodes' logs.
    pub fn panics(&self) -> u64 {
        let logs = NODES.map(|node| self.script.folder.path().join("log").join(format!("{node}.log")));
        let told = logs.iter().map(|log| std::fs::read(log).unwrap_or_default());
        told.map(|log| String::from_utf8_lossy(&log).matches("panicked at").count() as u64).sum()
    }
}

impl Script {
    async fn run(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let mut command = Command::from(self.command(arguments));
        let done = command.output().await?;
        let said = String::from_utf8_lossy(&done.stderr);
        ensure!(done.status.success(), "cluster.sh {}: {}", arguments.join(" "), said.trim());
        Ok(())
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(&self.script);
        command.args(arguments).env("ZAICHANG_BIN", &self.server);
        command.env("ZAICHANG_CLUSTER_DIR", self.folder.path());
        command.env("ZAICHANG_CLUSTER_BASE", self.base.to_string());
        command
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = self.command(&["stop"]).output();
    }
}

/// The first of fifty ports that are all free.
fn free_ports() -> anyhow::Result<u16> {
    let free = |base: &u16| (*base..base + PORTS).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok());
    (23_500..32_000).step_by(usize::from(PORTS)).find(free).context("no fifty free ports")
}
