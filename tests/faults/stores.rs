//! Postgres and Redis as processes of ours, on ports of this machine, that can be killed and started again.
//! It must not know who uses them.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

use crate::process::{Process, as_postgres};

const READY: Duration = Duration::from_mins(1);
/// Every message a store is asked by us is answered so soon, or it does not answer.
const ANSWER: Duration = Duration::from_millis(500);
/// Only this machine reaches it, and only for as long as a fault lasts.
const PASSWORD: &str = "faults";

/// A free port of this machine.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// What a Postgres is started with beside the usual.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    pub settings: Vec<&'static str>,
    /// Loaded into every process of it.
    pub preload: Option<PathBuf>,
    /// Environment for what is loaded.
    pub environment: Vec<(String, String)>,
}

/// A Postgres.
#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    log: PathBuf,
    port: u16,
    extras: Extras,
    process: Process,
}

impl Postgres {
    /// Makes a cluster with a database and a role that is no superuser.
    pub async fn make(folder: &Path, log: &Path) -> anyhow::Result<Self> {
        let secret = folder.with_extension("pw");
        std::fs::write(&secret, PASSWORD)?;
        own(folder, &secret).await?;
        let mut initdb = as_postgres(&bin("initdb")?);
        initdb.arg("-D").arg(folder).arg("--pwfile").arg(&secret);
        initdb.args(["--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        initdb.args(["--auth-local=reject", "--auth-host=scram-sha-256", "--no-instructions"]);
        let made = initdb.output().await?;
        ensure!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        std::fs::remove_file(secret)?;
        let postgres = Self::start(folder, log, Extras::default()).await?;
        let mut connection = postgres.connect("postgres").await?;
        sqlx::raw_sql("create role zaichang login password 'faults'").execute(&mut connection).await?;
        sqlx::raw_sql("create database zaichang owner zaichang").execute(&mut connection).await?;
        Ok(postgres)
    }

    /// Starts it on a folder, on a free port.
    pub async fn start(folder: &Path, log: &Path, extras: Extras) -> anyhow::Result<Self> {
        let port = free_port()?;
        let process = launch(folder, log, port, &extras)?;
        let mut postgres = Self { folder: folder.to_owned(), log: log.to_owned(), port, extras, process };
        postgres.ready().await?;
        Ok(postgres)
    }

    /// Starts it again at the same address, after it was killed or died.
    pub async fn again(&mut self) -> anyhow::Result<()> {
        // The number in the file is that of a process that we have seen end.
        let _ = std::fs::remove_file(self.folder.join("postmaster.pid"));
        self.process = launch(&self.folder, &self.log, self.port, &self.extras)?;
        self.ready().await
    }

    async fn ready(&mut self) -> anyhow::Result<()> {
        let options = options(self.port, "postgres", "postgres");
        let asked = async || {
            let asked = async {
                let mut connection = options.connect().await?;
                sqlx::query("select 1").execute(&mut connection).await
            };
            timeout(ANSWER, asked).await.is_ok_and(|answer| answer.is_ok())
        };
        self.process.ready(READY, asked).await
    }

    /// A connection as the owner of the cluster, past every proxy.
    pub async fn connect(&self, database: &str) -> anyhow::Result<PgConnection> {
        let opened = timeout(READY, options(self.port, "postgres", database).connect()).await;
        opened.context("Postgres does not answer")?.context("Postgres refuses")
    }

    /// A connection as the server has them.
    pub async fn connect_as_server(&self) -> Result<PgConnection, sqlx::Error> {
        options(self.port, "zaichang", "zaichang").connect().await
    }

    /// Runs statements as the owner.
    pub async fn run(&self, sql: &'static str) -> anyhow::Result<()> {
        let mut connection = self.connect("zaichang").await?;
        sqlx::raw_sql(sql).execute(&mut connection).await?;
        connection.close().await?;
        Ok(())
    }

    /// Waits until it answers, be it after a panic of its own.
    pub async fn answers(&mut self) -> anyhow::Result<()> {
        self.ready().await
    }

    /// What was set for a library that is loaded into it.
    pub fn environment(&self, name: &str) -> Option<PathBuf> {
        let set = self.extras.environment.iter().find(|(set, _)| set == name);
        set.map(|(_, value)| PathBuf::from(value))
    }

    pub fn address(&self) -> SocketAddr {
        local(self.port)
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// The fast, orderly end.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.process.signal(rustix::process::Signal::INT);
        self.process.ended().await?;
        Ok(())
    }

    /// A backup of the server's database, as docs/operating/backup.en.md makes one.
    pub async fn dump(&self, to: &Path) -> anyhow::Result<()> {
        self.tool("pg_dump", &["-Fc", "-d", "zaichang", "-f", &to.display().to_string()]).await
    }

    /// The backup in a new database, restored as that page does it. The server's address of it.
    pub async fn restored(&self, from: &Path) -> anyhow::Result<String> {
        self.tool("createdb", &["-O", "zaichang", "-E", "UTF8", "-T", "template0", "restored"]).await?;
        let how = ["--no-owner", "--role=zaichang", "--exit-on-error", "--single-transaction"];
        let from = from.display().to_string();
        self.tool("pg_restore", &[&["-d", "restored"], how.as_slice(), &[&from]].concat()).await?;
        Ok(url_at(self.address()).replace("/zaichang?", "/restored?"))
    }

    /// One of Postgres' own programs, as the owner of the cluster.
    async fn tool(&self, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let mut command = Command::new(bin(program)?);
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "postgres"]).args(arguments);
        let done = command.env("PGPASSWORD", PASSWORD).output().await?;
        ensure!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr).trim());
        Ok(())
    }

    /// Past every proxy, for the check.
    pub fn url(&self) -> String {
        url_at(self.address())
    }
}

/// The server's address of a Postgres that is found there.
pub fn url_at(address: SocketAddr) -> String {
    format!("postgres://zaichang:{PASSWORD}@{address}/zaichang?sslmode=disable")
}

fn options(port: u16, user: &str, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(port)
        .username(user)
        .password(PASSWORD)
        .database(database)
        .ssl_mode(sqlx::postgres::PgSslMode::Disable)
}

fn launch(folder: &Path, log: &Path, port: u16, extras: &Extras) -> anyhow::Result<Process> {
    let mut command = as_postgres(&bin("postgres")?);
    command.arg("-D").arg(folder);
    let port = format!("port={port}");
    let usual = [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "shared_buffers=64MB",
        "max_wal_size=256MB",
    ];
    for setting in [port.as_str()].into_iter().chain(usual).chain(extras.settings.iter().copied()) {
        command.args(["-c", setting]);
    }
    command.env_remove("PGDATA").env("LC_ALL", "C.UTF-8");
    if let Some(preload) = &extras.preload {
        command.env("LD_PRELOAD", preload);
    }
    command.envs(extras.environment.iter().map(|(name, value)| (name, value)));
    Process::spawn("Postgres", command, log)
}

/// Makes a folder, and gives it and a file to the user that Postgres runs as.
pub async fn own(folder: &Path, file: &Path) -> anyhow::Result<()> {
    std::fs::create_dir(folder)?;
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    if rustix::process::geteuid().is_root() {
        let given = Command::new("chown").args(["postgres:postgres"]).arg(folder).arg(file).status().await?;
        ensure!(given.success(), "chown postgres {}", folder.display());
    }
    Ok(())
}

/// The newest installed Postgres.
fn bin(program: &str) -> anyhow::Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").context("apt-get install postgresql")?;
    let numbers = versions.flatten().filter_map(|version| version.file_name().to_str()?.parse::<u32>().ok());
    let newest = numbers.max().context("apt-get install postgresql")?;
    Ok(Path::new("/usr/lib/postgresql").join(newest.to_string()).join("bin").join(program))
}

/// A Redis that keeps nothing.
#[derive(Debug)]
pub struct Redis {
    log: PathBuf,
    port: u16,
    process: Process,
}

impl Redis {
    /// Starts it on a free port.
    pub async fn start(log: &Path) -> anyhow::Result<Self> {
        let port = free_port()?;
        let process = launch_redis(port, log)?;
        let mut redis = Self { log: log.to_owned(), port, process };
        redis.ready().await?;
        Ok(redis)
    }

    /// Starts it again at the same address, empty.
    pub async fn again(&mut self) -> anyhow::Result<()> {
        self.process = launch_redis(self.port, &self.log)?;
        self.ready().await
    }

    async fn ready(&mut self) -> anyhow::Result<()> {
        let address = self.address();
        let pings =
            async || tell_redis(address, "PING").await.is_ok_and(|answer| answer.starts_with("+PONG"));
        self.process.ready(READY, pings).await
    }

    /// Forgets everything.
    pub async fn flush(&self) -> anyhow::Result<()> {
        let answer = tell_redis(self.address(), "FLUSHALL").await?;
        ensure!(answer.starts_with("+OK"), "FLUSHALL: {answer}");
        Ok(())
    }

    pub fn address(&self) -> SocketAddr {
        local(self.port)
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}

fn launch_redis(port: u16, log: &Path) -> anyhow::Result<Process> {
    let mut command = Command::new("redis-server");
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    command.args(["--maxmemory", "256mb", "--maxmemory-policy", "volatile-ttl"]);
    Process::spawn("Redis", command, log)
}

/// One command without arguments that hold spaces, and the first line of the answer.
async fn tell_redis(address: SocketAddr, command: &str) -> anyhow::Result<String> {
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(format!("{command}\r\n").as_bytes()).await?;
        let mut answer = vec![0; 512];
        let length = stream.read(&mut answer).await?;
        anyhow::Ok(String::from_utf8_lossy(&answer[..length]).into_owned())
    };
    timeout(ANSWER, asked).await.context("Redis does not answer")?
}
