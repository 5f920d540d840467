//! A program that runs so that it can be killed, frozen and watched, with every process it has started itself.
//! It must not know what the program does.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

/// How often a condition is checked.
const LOOK: Duration = Duration::from_millis(5);

/// A running program. Dropped, it is killed.
#[derive(Debug)]
pub struct Process {
    what: &'static str,
    child: Child,
    pid: Pid,
    log: PathBuf,
}

impl Process {
    /// Starts it with its output appended to the log, in a process group of its own.
    pub fn spawn(what: &'static str, mut command: Command, log: &Path) -> anyhow::Result<Self> {
        let said = File::options().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said);
        command.process_group(0).kill_on_drop(true);
        let child = command.spawn().with_context(|| format!("cannot start {what}"))?;
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let pid = id.with_context(|| format!("{what} has ended at once"))?;
        Ok(Self { what, child, pid, log: log.to_owned() })
    }

    /// Sends a signal to the program itself.
    pub fn signal(&self, signal: Signal) {
        // It may have ended already; the caller that waits for it learns that.
        let _ = kill_process(self.pid, signal);
    }

    /// SIGSTOP to it and to all it has started: it keeps everything open and answers nothing.
    pub fn freeze(&self) {
        self.tell_all(Signal::STOP);
    }

    /// The end of a freeze.
    pub fn thaw(&self) {
        self.tell_all(Signal::CONT);
    }

    /// SIGKILL to it and to all it has started; returns when they are gone.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        let family = self.family();
        for pid in &family {
            let _ = kill_process(*pid, Signal::KILL);
        }
        self.child.wait().await?;
        until(self.what, Duration::from_secs(20), async || !family.iter().any(|pid| is_there(*pid))).await
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> anyhow::Result<ExitStatus> {
        Ok(self.child.wait().await?)
    }

    /// Whether it runs still.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Resident memory of the program itself, in bytes.
    pub fn rss_bytes(&self) -> u64 {
        let status = fs::read_to_string(proc(self.pid).join("status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
        kib.unwrap_or(0) * 1024
    }

    /// Waits until it answers; fails at once if it ends instead.
    pub async fn ready(&mut self, within: Duration, answers: impl AsyncFn() -> bool) -> anyhow::Result<()> {
        let deadline = Instant::now() + within;
        loop {
            if answers().await {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended before it was ready ({status}): {}", self.what, last_lines(&self.log));
            }
            if Instant::now() > deadline {
                bail!("{} was not ready within {within:?}: {}", self.what, last_lines(&self.log));
            }
            sleep(LOOK).await;
        }
    }

    /// The parent first, so that it starts nothing in place of a child.
    fn family(&self) -> Vec<Pid> {
        let mut family = vec![self.pid];
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Some(pid) =
                entry.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw)
            else {
                continue;
            };
            if parent(pid) == Some(self.pid) {
                family.push(pid);
            }
        }
        family
    }

    fn tell_all(&self, signal: Signal) {
        for pid in self.family() {
            let _ = kill_process(pid, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.runs() {
            self.tell_all(Signal::KILL);
        }
    }
}

/// Asks until it is so; fails when it is not so in time.
pub async fn until(what: &str, within: Duration, so: impl AsyncFn() -> bool) -> anyhow::Result<()> {
    let deadline = Instant::now() + within;
    while !so().await {
        if Instant::now() > deadline {
            bail!("not within {within:?}: {what}");
        }
        sleep(LOOK).await;
    }
    Ok(())
}

/// A command as the user `postgres` where we are root, which Postgres refuses.
pub fn as_postgres(program: &Path) -> Command {
    if geteuid().is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(program);
        command.current_dir("/");
        command
    } else {
        Command::new(program)
    }
}

/// The last lines of a log, for a message.
pub fn last_lines(log: &Path) -> String {
    let text = String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(4)..].join(" | ")
}

fn proc(pid: Pid) -> PathBuf {
    Path::new("/proc").join(pid.as_raw_nonzero().to_string())
}

/// The fields of `/proc/…/stat` after the name: state, parent, …
fn stat(pid: Pid) -> Option<String> {
    let stat = fs::read_to_string(proc(pid).join("stat")).ok()?;
    stat.rsplit_once(") ").map(|(_, fields)| fields.to_owned())
}

fn parent(pid: Pid) -> Option<Pid> {
    stat(pid)?.split(' ').nth(1)?.parse().ok().and_then(Pid::from_raw)
}

fn is_there(pid: Pid) -> bool {
    stat(pid).is_some_and(|fields| !fields.starts_with(['Z', 'X']))
}
