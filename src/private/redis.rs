//! The private Redis, from its start to its stop. It keeps nothing on disk: it only remembers what Postgres has
//! committed, so one that a killed server left behind is replaced. It must not know the keys.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::process::Command;
use tokio::time::{Instant, sleep, sleep_until};

use super::error::{Error, Program};
use super::home::{self, Lock};
use super::programs;
use super::running::{Running, how, last_lines};
use super::socket_path::SocketPath;

const SOCKET: &str = "redis.sock";
const READY_WITHIN: Duration = Duration::from_secs(15);
const LOOK: Duration = Duration::from_millis(5);

/// With no save points its end writes nothing; should it hang, nothing is lost by force.
const STOP: [(Signal, Duration); 2] =
    [(Signal::TERM, Duration::from_secs(5)), (Signal::KILL, Duration::from_secs(5))];

/// Paths are relative to its own folder.
const SETTINGS: [(&str, &str); 9] = [
    ("--port", "0"),
    ("--unixsocket", SOCKET),
    ("--unixsocketperm", "700"),
    ("--loglevel", "warning"),
    ("--daemonize", "no"),
    ("--save", ""),
    ("--appendonly", "no"),
    ("--maxmemory", "256mb"),
    ("--maxmemory-policy", "allkeys-lru"),
];

/// A Redis of our own. Dropped without `stop`, it is asked to stop and not waited for.
#[derive(Debug)]
pub struct Redis {
    url: String,
    running: Running,
    _socket_path: SocketPath,
    _lock: Lock,
}

impl Redis {
    /// Starts it in `data_dir`, empty, and returns when it answers; none when the program is not installed.
    pub async fn start(data_dir: &Path) -> Result<Option<Self>, Error> {
        let Some(program) = programs::redis() else {
            return Ok(None);
        };
        let home = home::open(data_dir)?;
        let lock = Lock::take(&home, "redis.lock").await?;
        let folder = home.join("redis");
        home::private_folder(&folder)?;
        let log = folder.join("redis.log");
        let socket_path = SocketPath::to(&folder, SOCKET)?;
        let socket = socket_path.path().join(SOCKET);
        if let Some(mut left) = Running::adopted(Program::Redis, &socket, &log).await {
            tracing::info!(pid = left.pid(), "replacing the Redis of a server that was killed");
            left.stop(&STOP).await?;
        }
        let mut running = launch(&program, &folder, &log)?;
        wait_until_ready(&mut running, &socket, &log).await?;
        let url = format!("redis+unix://{}", socket.display());
        Ok(Some(Self { url, running, _socket_path: socket_path, _lock: lock }))
    }

    /// An address for the redis crate; the same after a restart in the same folder.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn pid(&self) -> i32 {
        self.running.pid()
    }

    /// Waits until Redis ends without having been asked, and says so. May be dropped and called again.
    pub async fn died(&mut self) -> Error {
        self.running.died().await
    }

    pub async fn stop(mut self) -> Result<(), Error> {
        self.running.stop(&STOP).await
    }
}

fn launch(program: &Path, folder: &Path, log: &Path) -> Result<Running, Error> {
    let said = File::create(log).map_err(Error::at(log))?;
    let complained = said.try_clone().map_err(Error::at(log))?;
    let mut command = Command::new(program);
    for (name, value) in SETTINGS {
        command.args([name, value]);
    }
    command.env_clear().current_dir(folder).process_group(0);
    command.stdin(Stdio::null()).stdout(said).stderr(complained);
    let child = command.spawn().map_err(Error::at(program))?;
    Ok(Running::child(Program::Redis, child, log))
}

async fn wait_until_ready(running: &mut Running, socket: &Path, log: &Path) -> Result<(), Error> {
    let deadline = Instant::now() + READY_WITHIN;
    loop {
        tokio::select! {
            status = running.ended() => return Err(Error::NotStarted {
                program: Program::Redis,
                how: how(status),
                last: last_lines(log),
                log: log.to_owned(),
            }),
            answered = ping(socket) => if answered.is_ok() { return Ok(()) },
            () = sleep_until(deadline) => return Err(Error::NotReady {
                program: Program::Redis,
                pid: running.pid(),
                within: READY_WITHIN,
                log: log.to_owned(),
            }),
        }
        sleep(LOOK).await;
    }
}

async fn ping(socket: &Path) -> std::io::Result<()> {
    let mut stream = UnixStream::connect(socket).await?;
    stream.write_all(b"PING\r\n").await?;
    let mut answer = [0; 7];
    stream.read_exact(&mut answer).await?;
    if &answer == b"+PONG\r\n" { Ok(()) } else { Err(std::io::ErrorKind::InvalidData.into()) }
}
