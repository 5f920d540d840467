//! Postgres and Redis with settings that the private ones would never have, for tests that look for faults with them.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;

use crate::test_server::eventually;

/// A program that is ended by a signal, and waited for, however the test ends.
pub struct Running {
    child: Child,
    signal: &'static str,
}

impl Running {
    /// It may end at once, and takes its own processes along.
    fn postgres(child: Child) -> Self {
        Self { child, signal: "-QUIT" }
    }

    /// It holds nothing; other signals it may ignore, as the caller of the tests did.
    fn redis(child: Child) -> Self {
        Self { child, signal: "-KILL" }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = Command::new("kill").args([self.signal, &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// A folder that Postgres' own user can reach, and a command that runs as that user where we are root.
fn as_postgres(folder: &Path, program: &Path) -> Command {
    let mut command = Command::new(program);
    if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777)).unwrap();
        let passwd = std::fs::read_to_string("/etc/passwd").unwrap();
        let line =
            passwd.lines().find(|line| line.starts_with("postgres:")).expect("there is a user postgres");
        let ids: Vec<u32> = line.split(':').skip(2).take(2).map(|id| id.parse().unwrap()).collect();
        command.uid(ids[0]).gid(ids[1]);
    }
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A Postgres with settings that the private one would never have.
pub async fn postgres_with(folder: &TempDir, settings: &[&str]) -> (Running, String) {
    let newest =
        std::fs::read_dir("/usr/lib/postgresql").unwrap().map(|entry| entry.unwrap().path().join("bin"));
    let bin: PathBuf =
        newest.filter(|bin| bin.join("postgres").exists()).max().expect("Postgres is installed");
    let cluster = folder.path().join("cluster");
    let made = as_postgres(folder.path(), &bin.join("initdb"))
        .args([
            "--username=zaichang",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "-D",
        ])
        .arg(&cluster)
        .status();
    assert!(made.unwrap().success());
    let mut postgres = as_postgres(folder.path(), &bin.join("postgres"));
    postgres.arg("-D").arg(&cluster).args(["-c", "listen_addresses=", "-c"]);
    postgres.arg(format!("unix_socket_directories={}", folder.path().display()));
    for setting in settings {
        postgres.args(["-c", setting]);
    }
    let running = Running::postgres(postgres.spawn().unwrap());
    let url = format!("postgres:///postgres?host={}&user=zaichang&sslmode=disable", folder.path().display());
    eventually(async || PgConnection::connect(&url).await.is_ok()).await;
    (running, url)
}

/// A Redis with this policy and limit.
pub async fn redis_with(folder: &TempDir, limit: &str, policy: &str) -> (Running, String) {
    let socket = folder.path().join("redis.sock");
    let program = Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--daemonize", "no", "--dir"])
        .arg(folder.path())
        .arg("--unixsocket")
        .arg(&socket)
        .args(["--maxmemory", limit, "--maxmemory-policy", policy])
        .stdout(Stdio::null())
        .spawn();
    let url = format!("redis+unix://{}", socket.display());
    let running = Running::redis(program.unwrap());
    let client = redis::Client::open(url.as_str()).unwrap();
    eventually(async || client.get_multiplexed_async_connection().await.is_ok()).await;
    (running, url)
}

/// A node of a Redis Cluster whose slots are not served yet.
pub async fn cluster_node(folder: &TempDir) -> (Running, String) {
    let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let [port, bus] = [free(), free()].map(|listener| listener.local_addr().unwrap().port().to_string());
    let program = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port, "--cluster-enabled", "yes", "--cluster-port", &bus])
        .args(["--save", "", "--maxmemory", "64mb", "--maxmemory-policy", "volatile-ttl", "--dir"])
        .arg(folder.path())
        .stdout(Stdio::null())
        .spawn();
    let running = Running::redis(program.unwrap());
    let url = format!("redis://127.0.0.1:{port}");
    let client = redis::Client::open(url.as_str()).unwrap();
    eventually(async || client.get_multiplexed_async_connection().await.is_ok()).await;
    (running, url)
}
