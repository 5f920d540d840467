//! The fixture of one fault: stores, connections to them, a node and a crowd, all fresh, in a folder of their own.
//! It must not know what will be done to them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use loadtest::clock::unix_us;
use loadtest::demo::Demo;
use loadtest::history::Outcome;
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::sleep;

use crate::crowd::Crowd;
use crate::node::{Node, Settings};
use crate::process::until;
use crate::proxy::Proxy;
use crate::stores::{Extras, Postgres, Redis, own, url_at};

/// A folder that the user `postgres` can reach.
pub fn folder(keep: bool) -> anyhow::Result<TempDir> {
    let mut folder = tempfile::Builder::new().prefix("zaichang-faults-").tempdir()?;
    folder.disable_cleanup(keep);
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711))?;
    Ok(folder)
}

/// A cluster with the demo in it, made once and copied for every fault.
pub struct Template {
    folder: TempDir,
    pub server: PathBuf,
    pub demo: Demo,
    keys: String,
    /// Folders are kept for inspection.
    pub keep: bool,
}

impl Template {
    /// Makes it with so many people.
    pub async fn make(server: &Path, people: usize, keep: bool) -> anyhow::Result<Self> {
        ensure!(
            server.is_file(),
            "there is no {}: cargo build --release, or --server PATH",
            server.display()
        );
        let server = server.canonicalize()?;
        let folder = folder(false)?;
        let postgres = Postgres::make(&folder.path().join("pg"), &folder.path().join("pg.log")).await?;
        let run = async |arguments: &[&str]| {
            let mut command = Command::new(&server);
            command.env_clear().env("PATH", "/usr/bin:/bin").args(arguments).current_dir("/");
            command.env("ZAICHANG_DATABASE_URL", url_at(postgres.address())).env("ZAICHANG_LOG", "warn");
            command.env("ZAICHANG_DATA_DIR", folder.path().join("keys"));
            let done = command.output().await?;
            ensure!(
                done.status.success(),
                "zaichang {arguments:?}: {}",
                String::from_utf8_lossy(&done.stderr)
            );
            anyhow::Ok(String::from_utf8(done.stdout)?)
        };
        let demo = Demo::parse(&run(&["demo", "--people", &people.to_string(), "--json"]).await?)?;
        postgres.stop().await?;
        let keys = demo.master_keys.join(",");
        Ok(Self { folder, server, demo, keys, keep })
    }

    /// The master keys of its data, as settings have them.
    pub fn keys(&self) -> &str {
        &self.keys
    }

    /// A copy of the cluster for one fault.
    pub async fn copy(&self, to: &Path) -> anyhow::Result<()> {
        let from = self.folder.path().join("pg");
        let copied = Command::new("cp").arg("-aT").arg(from).arg(to).status().await?;
        ensure!(copied.success(), "the cluster cannot be copied to {}", to.display());
        Ok(())
    }
}

/// What a fault needs from the start.
#[derive(Default)]
pub struct Plan {
    pub extras: Extras,
    /// Postgres on a disk of so many MiB.
    pub small_disk_mib: Option<u32>,
}

/// A disk in memory that can be full. Dropped, it is taken away.
struct Disk(PathBuf);

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// Everything that runs. Fields end in this order.
pub struct TestServer {
    pub crowd: Crowd,
    pub node: Node,
    pub postgres_line: Proxy,
    pub redis_line: Proxy,
    pub postgres: Postgres,
    pub redis: Redis,
    pub settings: Settings,
    /// The built server.
    pub program: PathBuf,
    returns: Vec<i64>,
    /// What a fault itself found wrong.
    pub wrong: Vec<String>,
    pub disk: Option<PathBuf>,
    _disk: Option<Disk>,
    folder: TempDir,
}

impl TestServer {
    /// Opens it, and waits until the crowd is being recorded.
    pub async fn open(template: &Template, plan: Plan, rate: u32) -> anyhow::Result<Self> {
        let folder = folder(template.keep)?;
        let path = folder.path();
        let mut disk = None;
        let mut above = path.to_owned();
        if let Some(mib) = plan.small_disk_mib {
            above = path.join("disk");
            own(&above, path).await?;
            let size = format!("size={mib}m,mode=711");
            let mounted =
                Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&above).output();
            if !mounted.await?.status.success() {
                return Err(Skip("mounting is not permitted here").into());
            }
            disk = Some(Disk(above.clone()));
        }
        template.copy(&above.join("pg")).await?;
        let postgres = Postgres::start(&above.join("pg"), &path.join("pg.log"), plan.extras).await?;
        let redis = Redis::start(&path.join("redis.log")).await?;
        let postgres_line = Proxy::open(postgres.address()).await?;
        let redis_line = Proxy::open(redis.address()).await?;
        let settings = vec![
            ("ZAICHANG_DATABASE_URL".to_owned(), url_at(postgres_line.address())),
            ("ZAICHANG_REDIS_URL".to_owned(), format!("redis://{}", redis_line.address())),
            ("ZAICHANG_MASTER_KEYS".to_owned(), template.keys.clone()),
        ];
        let node = Node::start(&template.server, &path.join("node"), settings.clone()).await?;
        let crowd = Crowd::gather(template.demo.clone(), vec![node.target()], rate).await?;
        let recorded = async || crowd.history().count(|entry| entry.outcome == Outcome::Recorded) > 200;
        let begun = until("200 phones are recorded", Duration::from_secs(30), recorded).await;
        begun.with_context(|| format!("the crowd was answered {:?}", crowd.answers()))?;
        let (returns, wrong) = (Vec::new(), Vec::new());
        Ok(Self {
            crowd,
            node,
            postgres_line,
            redis_line,
            postgres,
            redis,
            settings,
            program: template.server.clone(),
            returns,
            wrong,
            disk: disk.as_ref().map(|disk: &Disk| disk.0.clone()),
            _disk: disk,
            folder,
        })
    }

    /// From this instant on, what was taken away is back.
    pub fn returned(&mut self) {
        self.returns.push(unix_us());
    }

    pub fn returns(&self) -> &[i64] {
        &self.returns
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
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
}

/// A fault that cannot be made on this machine.
#[derive(Debug)]
pub struct Skip(pub &'static str);

impl std::fmt::Display for Skip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Skip {}
