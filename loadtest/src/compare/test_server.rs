//! The service under measurement: its binary in a folder of its own, with its private Postgres and Redis, the demo's
//! people and enough courses. It is started, stopped and emptied from here. It must not know what is measured.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use sqlx::PgPool;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::client::{Target, call};
use crate::demo::{Course, Demo};
use crate::history;
use crate::processor::resident_mb;
use crate::scenario::Site;

const READY_WITHIN: Duration = Duration::from_mins(1);
const STOPPED_WITHIN: Duration = Duration::from_mins(1);
const ASK_EVERY: Duration = Duration::from_millis(20);

/// A running service, and its people and courses.
pub struct TestServer {
    binary: PathBuf,
    folder: TempDir,
    listen: SocketAddr,
    child: Option<Child>,
    pub site: Site,
    /// The courses of the flood: without a cap.
    pub courses: Vec<Course>,
}

impl TestServer {
    /// Makes it and starts it.
    pub async fn open(binary: &Path, people: usize, courses: i32) -> anyhow::Result<Self> {
        let binary =
            binary.canonicalize().with_context(|| format!("there is no server at {}", binary.display()))?;
        // On a real disk: elsewhere an fsync costs nothing, and the figures would prove nothing.
        let folder = tempfile::Builder::new().prefix("loadtest-").tempdir()?;
        let listen = free_address()?;
        let child = start(&binary, folder.path(), listen, &[]).await?;
        let demo = demo(&binary, folder.path(), people).await?;
        let pool = history::open(&history::database_url(None, Some(folder.path()))?).await?;
        let courses = add_courses(&pool, &demo, courses).await?;
        let base_urls = vec![format!("http://{listen}")];
        let site = Site { demo, base_urls, pool, repeat_s: 600, connections: 256, server: child.id() };
        Ok(Self { binary, folder, listen, child: Some(child), site, courses })
    }

    /// Starts it anew with nothing recorded and nothing remembered, and with these settings besides its own.
    pub async fn fresh(&mut self, settings: &[(&str, &str)]) -> anyhow::Result<()> {
        self.start(&[]).await?;
        // Rows are never deleted: the months are dropped whole, and made again at the next start.
        let emptied = sqlx::raw_sql(
            "do $$ declare month regclass; begin
                 for month in select inhrelid::regclass from pg_inherits where inhparent = 'check_ins'::regclass loop
                     execute format('drop table %s', month);
                 end loop;
             end $$; truncate tallies; checkpoint",
        );
        emptied.execute(&self.site.pool).await.context("cannot empty the tables")?;
        self.stop().await?;
        self.start(settings).await
    }

    /// Starts it if it does not run.
    pub async fn start(&mut self, settings: &[(&str, &str)]) -> anyhow::Result<()> {
        if self.child.is_none() {
            let child = start(&self.binary, self.folder.path(), self.listen, settings).await?;
            self.site.server = child.id();
            self.child = Some(child);
            let url = history::database_url(None, Some(self.folder.path()))?;
            self.site.pool = history::open(&url).await?;
        }
        Ok(())
    }

    /// Stops it and its stores.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        self.site.pool.close().await;
        self.site.server = None;
        let Some(mut child) = self.child.take() else { return Ok(()) };
        if let Some(pid) = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        }
        let ended = tokio::time::timeout(STOPPED_WITHIN, child.wait()).await;
        ended.context("the server does not stop")??;
        Ok(())
    }

    /// Stops it and takes its folder away.
    pub async fn close(mut self) -> anyhow::Result<()> {
        self.stop().await
    }

    /// The server's resident memory, in MB (10⁶ bytes).
    pub fn resident_mb(&self) -> anyhow::Result<f64> {
        resident_mb(self.site.server.context("the server does not run")?)
    }

    /// A database of the yardsticks' own, on the same Postgres.
    pub async fn yardstick_database(&self) -> anyhow::Result<String> {
        let exists = sqlx::query("select from pg_database where datname = 'yardstick'");
        if exists.fetch_optional(&self.site.pool).await?.is_none() {
            sqlx::raw_sql("create database yardstick").execute(&self.site.pool).await?;
        }
        let ours = history::database_url(None, Some(self.folder.path()))?;
        ensure!(
            ours.starts_with("postgres:///zaichang?"),
            "the private Postgres has another address than expected"
        );
        Ok(ours.replacen("postgres:///zaichang?", "postgres:///yardstick?", 1))
    }
}

fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn command(binary: &Path, folder: &Path) -> Command {
    let mut command = Command::new(binary);
    // Only these settings apply, whatever the environment holds.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ZAICHANG_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).env("ZAICHANG_DATA_DIR", folder).stdin(Stdio::null()).kill_on_drop(true);
    command
}

async fn start(
    binary: &Path,
    folder: &Path,
    listen: SocketAddr,
    settings: &[(&str, &str)],
) -> anyhow::Result<Child> {
    let log = std::fs::File::create(folder.join("server.log"))?;
    let mut child = command(binary, folder)
        .arg("serve")
        .env("ZAICHANG_LISTEN", listen.to_string())
        .env("ZAICHANG_METRICS_LISTEN", "off")
        .envs(settings.iter().copied())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("the server cannot be started")?;
    let target = Target { address: listen, host: listen.to_string() };
    let deadline = Instant::now() + READY_WITHIN;
    loop {
        if call(&target, "GET", "/readyz", None, None).await.is_ok_and(|reply| reply.status == 200) {
            return Ok(child);
        }
        if child.try_wait()?.is_some() || Instant::now() > deadline {
            let log = std::fs::read_to_string(folder.join("server.log")).unwrap_or_default();
            let last: Vec<_> = log.lines().rev().take(5).collect();
            bail!("the server does not become ready; its last lines, newest first:\n{}", last.join("\n"));
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}

async fn demo(binary: &Path, folder: &Path, people: usize) -> anyhow::Result<Demo> {
    let mut command = command(binary, folder);
    command.args(["demo", "--json", "--people", &people.to_string()]);
    let output = command.stderr(Stdio::inherit()).output().await?;
    ensure!(output.status.success(), "`demo` failed: {}", output.status);
    let text = String::from_utf8(output.stdout)?;
    Demo::parse(text.lines().last().unwrap_or_default())
}

/// More courses like the demo's first one without a cap: a platform has many halls open at the same time.
async fn add_courses(pool: &PgPool, demo: &Demo, wanted: i32) -> anyhow::Result<Vec<Course>> {
    let mut courses = demo.uncapped();
    let like = courses.first().context("the demo has no course without a cap")?.clone();
    let more = wanted - i32::try_from(courses.len())?;
    let ids: Vec<i64> = sqlx::query_scalar(
        "insert into courses (project_id, title, hours, place, opens_minute, closes_minute)
         select project_id, title, hours, place, opens_minute, closes_minute
         from courses, generate_series(1, $2) where id = $1 returning id",
    )
    .bind(like.id)
    .bind(more)
    .fetch_all(pool)
    .await
    .context("cannot add courses")?;
    courses.extend(ids.into_iter().map(|id| Course { id, ..like.clone() }));
    courses.truncate(usize::try_from(wanted)?.max(1));
    Ok(courses)
}
