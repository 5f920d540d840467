//! The server under comparison: started with stores of its own in a folder, stopped, killed and started again at the
//! same address. It must not know what is measured.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::client::{Target, call};
use crate::demo::Demo;
use crate::history;

/// The first start makes the cluster.
const READY_WITHIN: Duration = Duration::from_mins(1);
const STOP_WITHIN: Duration = Duration::from_mins(1);

/// A server with its own folder and address. Stopped when dropped.
pub struct Service {
    program: PathBuf,
    folder: PathBuf,
    pub target: Target,
    process: Option<Child>,
}

impl Service {
    /// Starts it and waits until it is ready.
    pub async fn start(program: &Path, folder: &Path, address: SocketAddr) -> anyhow::Result<Self> {
        let target = Target { address, host: address.to_string() };
        let mut service =
            Self { program: program.to_owned(), folder: folder.to_owned(), target, process: None };
        service.resume().await?;
        Ok(service)
    }

    /// Starts it again in the same folder and at the same address.
    pub async fn resume(&mut self) -> anyhow::Result<()> {
        let log = File::options().create(true).append(true).open(self.log())?;
        let process = self
            .command("serve")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} could not be started", self.program.display()))?;
        self.process = Some(process);
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            if let Ok(reply) = call(&self.target, "GET", "/readyz", None, None).await
                && reply.status == 200
            {
                return Ok(());
            }
            let process = self.process.as_mut().context("it has just been started")?;
            if let Some(status) = process.try_wait()? {
                bail!("the server ended with {status}: see {}", self.log().display());
            }
            ensure!(Instant::now() < deadline, "the server is not ready: see {}", self.log().display());
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Invented people and courses.
    pub async fn demo(&self, people: usize) -> anyhow::Result<Demo> {
        let people = people.to_string();
        let output = self.command("demo").args(["--people", &people, "--json"]).output().await?;
        ensure!(output.status.success(), "no demo: {}", String::from_utf8_lossy(&output.stderr));
        Demo::parse(&String::from_utf8_lossy(&output.stdout))
    }

    /// The address as the demo writes it.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.target.host)
    }

    /// The database that it has started for itself.
    pub fn database_url(&self) -> anyhow::Result<String> {
        history::database_url(None, Some(&self.folder))
    }

    /// Its process.
    pub fn pid(&self) -> anyhow::Result<u32> {
        self.process.as_ref().and_then(Child::id).context("the server does not run")
    }

    /// Kills it as a lack of memory would, with no time for anything.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        let process = self.process.as_mut().context("the server does not run")?;
        process.start_kill()?;
        process.wait().await?;
        Ok(())
    }

    /// Stops it in good order.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        self.signal();
        if let Some(process) = &mut self.process {
            timeout(STOP_WITHIN, process.wait()).await.context("the server does not stop")??;
        }
        self.process = None;
        Ok(())
    }

    fn signal(&self) {
        let pid = self.process.as_ref().and_then(Child::id).and_then(|pid| i32::try_from(pid).ok());
        if let Some(pid) = pid.and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::TERM);
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    fn command(&self, what: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg(what)
            .env("ZAICHANG_DATA_DIR", &self.folder)
            .env("ZAICHANG_LISTEN", &self.target.host)
            .env("ZAICHANG_METRICS_LISTEN", "off")
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command
    }
}

impl Drop for Service {
    /// Its stores end with it, so it is asked and not killed.
    fn drop(&mut self) {
        self.signal();
    }
}
