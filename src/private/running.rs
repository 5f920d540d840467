//! A server that runs: our child, or one that outlived the process which started it. It can be asked to stop, and
//! reports when it has ended. It must not know what the server does.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open, pidfd_send_signal};
use tokio::io::unix::AsyncFd;
use tokio::net::UnixStream;
use tokio::process::Child;
use tokio::time::timeout;

use super::error::{Error, Program};

#[derive(Debug)]
pub(super) struct Running {
    program: Program,
    pid: Pid,
    life: Life,
    log: PathBuf,
    ended: bool,
}

#[derive(Debug)]
enum Life {
    Child(Child),
    /// By a handle that stays with this very process: its number may go to another one.
    Adopted(AsyncFd<OwnedFd>),
}

impl Running {
    pub(super) fn child(program: Program, child: Child, log: &Path) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let pid = id.expect("a child that was just spawned has an id");
        Self { program, pid, life: Life::Child(child), log: log.to_owned(), ended: false }
    }

    /// The server that listens on this socket although this process did not start it.
    #[expect(deprecated, reason = "sound for an OwnedFd, which keeps its descriptor to the end")]
    pub(super) async fn adopted(program: Program, socket: &Path, log: &Path) -> Option<Self> {
        let stream = UnixStream::connect(socket).await.ok()?;
        let pid = Pid::from_raw(stream.peer_cred().ok()?.pid()?)?;
        let handle = AsyncFd::new(pidfd_open(pid, PidfdFlags::NONBLOCK).ok()?).ok()?;
        Some(Self { program, pid, life: Life::Adopted(handle), log: log.to_owned(), ended: false })
    }

    pub(super) fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Waits for its end. Only its parent learns how a process ended. May be dropped and called again.
    pub(super) async fn ended(&mut self) -> Option<ExitStatus> {
        let status = match &mut self.life {
            Life::Child(child) => child.wait().await.ok(),
            Life::Adopted(handle) => {
                // A handle turns readable when its process ends.
                handle.readable().await.ok();
                None
            }
        };
        self.ended = true;
        status
    }

    /// For a server that was not asked to stop.
    pub(super) async fn died(&mut self) -> Error {
        let how = how(self.ended().await);
        Error::Died { program: self.program, how, log: self.log.clone() }
    }

    /// Sends the signals one after the other, each with its time to take effect.
    pub(super) async fn stop(&mut self, steps: &[(Signal, Duration)]) -> Result<(), Error> {
        for (signal, patience) in steps {
            self.signal(*signal);
            if timeout(*patience, self.ended()).await.is_ok() {
                return Ok(());
            }
        }
        Err(Error::NotStopped { program: self.program, pid: self.pid(), log: self.log.clone() })
    }

    fn signal(&self, signal: Signal) {
        if self.ended {
            return;
        }
        // It may end at this very moment; waiting for it finds out.
        let _ = match &self.life {
            Life::Child(_) => kill_process(self.pid, signal),
            Life::Adopted(handle) => pidfd_send_signal(handle.get_ref(), signal),
        };
    }
}

impl Drop for Running {
    /// A server that is dropped without `stop` (a panic, an early return) must not stay behind.
    fn drop(&mut self) {
        self.signal(match self.program {
            Program::Postgres => Signal::INT,
            Program::Redis => Signal::TERM,
        });
    }
}

pub(super) fn how(status: Option<ExitStatus>) -> String {
    status.map_or_else(|| "原因未知 / cause unknown".to_owned(), |status| status.to_string())
}

/// The last lines of a log, for a message.
pub(super) fn last_lines(log: &Path) -> String {
    last_lines_of(&fs::read(log).unwrap_or_default())
}

/// The last lines of what a program wrote, for a message.
pub(super) fn last_lines_of(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(3)..].join("\n")
}
