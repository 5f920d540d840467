//! The private Postgres, from its start to its orderly stop. It must not know the tables.

use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions as _, Connection as _};

use super::cluster::{self, NAME};
use super::error::Error;
use super::home::{self, Lock};
use super::postmaster::{PORT, Postmaster, SOCKET};
use super::programs;
use super::running::Running;
use super::socket_path::SocketPath;
use super::user::User;

/// Fast shutdown first; then the immediate one, which the next start recovers from.
const STOP: [(Signal, Duration); 2] =
    [(Signal::INT, Duration::from_secs(30)), (Signal::QUIT, Duration::from_secs(10))];

/// A Postgres of our own. Dropped without `stop`, it is asked to stop and not waited for.
#[derive(Debug)]
pub struct Postgres {
    url: String,
    running: Running,
    _socket_path: SocketPath,
    _lock: Lock,
}

impl Postgres {
    /// Starts it in `data_dir`, making the cluster when there is none, and returns when it answers.
    pub async fn start(data_dir: &Path) -> Result<Self, Error> {
        let home = home::open(data_dir)?;
        let lock = Lock::take(&home, "postgres.lock").await?;
        let folder = home.join("postgres");
        let made_by = cluster::made_by(&folder)?;
        let installed = programs::postgres(made_by).await.ok_or_else(|| match made_by {
            Some(made_by) => Error::OtherVersion { folder: folder.clone(), made_by },
            None => Error::Missing { oldest: programs::OLDEST },
        })?;
        let user = User::for_folder(&folder)?;
        if made_by.is_none() {
            cluster::make(&installed, user, &folder).await?;
        }
        let socket_path = SocketPath::to(&folder, SOCKET)?;
        let address = address(&socket_path);
        let postmaster = Postmaster {
            installed,
            user,
            folder,
            log: home.join("postgres.log"),
            socket: socket_path.path().join(SOCKET),
            address: address.clone(),
        };
        let running = postmaster.run().await?;
        prepare(&address).await?;
        let host = socket_path.path().display();
        let url = format!("postgres:///{NAME}?host={host}&port={PORT}&user={NAME}&sslmode=disable");
        Ok(Self { url, running, _socket_path: socket_path, _lock: lock })
    }

    /// An address for sqlx and for libpq; the same after a restart in the same folder.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn pid(&self) -> i32 {
        self.running.pid()
    }

    /// Waits until Postgres ends without having been asked, and says so. May be dropped and called again.
    pub async fn died(&mut self) -> Error {
        self.running.died().await
    }

    pub async fn stop(mut self) -> Result<(), Error> {
        self.running.stop(&STOP).await
    }
}

/// The database that every cluster has, for asking whether it answers.
fn address(socket_path: &SocketPath) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket_path.path())
        .port(PORT)
        .username(NAME)
        .database("postgres")
        .ssl_mode(PgSslMode::Disable)
}

/// Our database is made at the first start, and again should that one have been interrupted.
async fn prepare(address: &PgConnectOptions) -> Result<(), Error> {
    let mut connection = address.connect().await?;
    let ours = sqlx::query("select from pg_database where datname = $1").bind(NAME);
    if ours.fetch_optional(&mut connection).await?.is_none() {
        sqlx::raw_sql("create database zaichang").execute(&mut connection).await?;
    }
    connection.close().await?;
    Ok(())
}
