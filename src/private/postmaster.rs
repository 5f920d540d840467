//! The process that is Postgres: adopted from a killed server, or launched with our settings, and waited for.
//! Durable like any other: fsync and synchronous commits are on, whatever its configuration file says.
//! It must not know who connects.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::process::Command;
use tokio::time::{Instant, sleep, sleep_until};

use super::cluster;
use super::error::{Error, Program};
use super::programs::Installed;
use super::running::{Running, how, last_lines};
use super::user::User;

pub(super) const PORT: u16 = 5432;
pub(super) const SOCKET: &str = ".s.PGSQL.5432";
const PID_FILE: &str = "postmaster.pid";

/// After a crash the log is replayed first, and that may take its time.
const READY_WITHIN: Duration = Duration::from_mins(2);
/// Backends of a postmaster that was killed are gone within moments, and keep the next one out until then.
const SETTLE_WITHIN: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(10);
const LOG_LIMIT: u64 = 16 << 20;

const SETTINGS: [&str; 14] = [
    "listen_addresses=",
    // Relative to the folder of the cluster, and so free of the limit on a socket's path.
    "unix_socket_directories=.",
    "unix_socket_permissions=0700",
    "port=5432",
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "max_connections=100",
    "shared_buffers=128MB",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_checkpoints=off",
    "cluster_name=zaichang",
];

/// Everything a start needs to know.
pub(super) struct Postmaster {
    pub installed: Installed,
    pub user: User,
    pub folder: PathBuf,
    pub log: PathBuf,
    pub socket: PathBuf,
    pub address: PgConnectOptions,
}

enum Readiness {
    Answers,
    Ended(Option<ExitStatus>),
}

impl Postmaster {
    /// Adopts what a killed server left running, or launches anew, and waits until it answers.
    pub(super) async fn run(&self) -> Result<Running, Error> {
        let began = Instant::now();
        let unclean = self.folder.join(PID_FILE).exists();
        let mut running = match Running::adopted(Program::Postgres, &self.socket, &self.log).await {
            Some(adopted) => {
                tracing::info!(pid = adopted.pid(), "adopting the Postgres of a server that was killed");
                adopted
            }
            None => self.launch()?,
        };
        while let Readiness::Ended(status) = self.readiness(&mut running, began + READY_WITHIN).await? {
            if !unclean || began.elapsed() > SETTLE_WITHIN {
                return Err(Error::NotStarted {
                    program: Program::Postgres,
                    how: how(status),
                    last: last_lines(&self.log),
                    log: self.log.clone(),
                });
            }
            sleep(LOOK).await;
            running = self.launch()?;
        }
        tracing::info!(pid = running.pid(), ms = began.elapsed().as_millis(), "Postgres is ready");
        Ok(running)
    }

    async fn readiness(&self, running: &mut Running, deadline: Instant) -> Result<Readiness, Error> {
        loop {
            tokio::select! {
                status = running.ended() => return Ok(Readiness::Ended(status)),
                tried = self.address.connect() => if let Ok(connection) = tried {
                    connection.close().await?;
                    return Ok(Readiness::Answers);
                },
                () = sleep_until(deadline) => return Err(Error::NotReady {
                    program: Program::Postgres,
                    pid: running.pid(),
                    within: READY_WITHIN,
                    log: self.log.clone(),
                }),
            }
            sleep(LOOK).await;
        }
    }

    fn launch(&self) -> Result<Running, Error> {
        clear_stale_pid_file(&self.folder)?;
        let program = self.installed.program("postgres");
        let log = self.open_log()?;
        let mut command = Command::new(&program);
        let way = self.user.enter(&mut command, &self.folder)?;
        command.arg("-D").arg(&way.path);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        cluster::surroundings(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().map_err(Error::at(&program))?;
        Ok(Running::child(Program::Postgres, child, &self.log))
    }

    /// What this start says is added to the last ones; a log that grew long is put aside.
    fn open_log(&self) -> Result<File, Error> {
        if self.log.metadata().is_ok_and(|log| log.len() > LOG_LIMIT) {
            fs::rename(&self.log, self.log.with_extension("log.old")).map_err(Error::at(&self.log))?;
        }
        File::options().create(true).append(true).open(&self.log).map_err(Error::at(&self.log))
    }
}

/// After a crash the number in the pid file may belong to another process by now, and Postgres would take that one
/// for itself and refuse. Removed only when that is certain: in doubt Postgres refuses, and says why.
fn clear_stale_pid_file(folder: &Path) -> Result<(), Error> {
    let pid_file = folder.join(PID_FILE);
    let Ok(text) = fs::read_to_string(&pid_file) else { return Ok(()) };
    let pid = text.lines().next().unwrap_or_default().trim();
    // A postmaster stands in its own folder.
    let other = match (fs::metadata(format!("/proc/{pid}/cwd")), fs::metadata(folder)) {
        (Ok(there), Ok(ours)) => (there.dev(), there.ino()) != (ours.dev(), ours.ino()),
        (Err(hidden), _) if hidden.kind() == ErrorKind::PermissionDenied => {
            let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            !name.starts_with("post")
        }
        (gone, _) => gone.is_err(),
    };
    if other { fs::remove_file(&pid_file).map_err(Error::at(&pid_file)) } else { Ok(()) }
}
