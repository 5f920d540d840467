//! The third fixture: two nodes of the release before, on one Postgres and one Redis that hold its data, with a crowd in front of
//! them; and the next release. It must not know in what order the nodes are replaced.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use loadtest::client::{Reply, Target, call};
use loadtest::clock::unix_us;
use loadtest::history::{Entry, Outcome};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::sleep;

use crate::crowd::Crowd;
use crate::node::{Node, Settings};
use crate::process::until;
use crate::stores::{Extras, Postgres, Redis, url_at};
use crate::test_server::{Template, folder};

/// How often, and after which pause, an admin asks again who is told to come back.
const TIMES: usize = 20;
const PAUSE: Duration = Duration::from_millis(500);

/// Everything that runs. Fields end in this order.
pub struct Releases {
    pub crowd: Crowd,
    pub nodes: [Node; 2],
    pub postgres: Postgres,
    pub redis: Redis,
    /// The program of the release before, and the one that takes over.
    pub previous: PathBuf,
    pub next: PathBuf,
    pub settings: Settings,
    returns: Vec<i64>,
    /// What the trial itself found wrong.
    pub wrong: Vec<String>,
    folder: TempDir,
}

impl Releases {
    /// Starts the release before on data that it has written itself, and waits until the crowd is being recorded.
    pub async fn open(template: &Template, next: &Path, rate: u32) -> anyhow::Result<Self> {
        ensure!(next.is_file(), "there is no {}: cargo build, or --server PATH", next.display());
        let folder = folder(template.keep)?;
        let path = folder.path();
        template.copy(&path.join("pg")).await?;
        let postgres = Postgres::start(&path.join("pg"), &path.join("pg.log"), Extras::default()).await?;
        let redis = Redis::start(&path.join("redis.log")).await?;
        let settings = vec![
            ("ZAICHANG_DATABASE_URL".to_owned(), url_at(postgres.address())),
            ("ZAICHANG_REDIS_URL".to_owned(), format!("redis://{}", redis.address())),
            ("ZAICHANG_MASTER_KEYS".to_owned(), template.keys().to_owned()),
        ];
        let previous = template.server.clone();
        let nodes = [
            Node::start(&previous, &path.join("node1"), settings.clone()).await?,
            Node::start(&previous, &path.join("node2"), settings.clone()).await?,
        ];
        let targets = nodes.iter().map(Node::target).collect();
        let crowd = Crowd::gather(template.demo.clone(), targets, rate).await?;
        let next = next.canonicalize()?;
        let (returns, wrong) = (Vec::new(), Vec::new());
        let releases =
            Self { crowd, nodes, postgres, redis, previous, next, settings, returns, wrong, folder };
        releases.recorded_since(0).await?;
        Ok(releases)
    }

    /// Waits until a hundred phones that asked after this instant are recorded.
    pub async fn recorded_since(&self, since_us: i64) -> anyhow::Result<()> {
        let history = self.crowd.history();
        let recorded = |entry: &Entry| entry.began_us > since_us && entry.outcome == Outcome::Recorded;
        let so = async || history.count(recorded) > 100;
        let begun = until("a hundred phones are recorded", Duration::from_secs(30), so).await;
        begun.with_context(|| format!("the crowd was answered {:?}", self.crowd.answers()))
    }

    /// From this instant on, a node that was replaced is back.
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

    /// Something that must be so, or the upgrade has failed.
    pub fn expect(&mut self, so: bool, what: impl Into<String>) {
        if !so {
            self.wrong.push(what.into());
        }
    }

    /// What `doctor` of a program says of the schema.
    pub async fn schema_says(&self, program: &Path) -> anyhow::Result<(String, String)> {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/bin:/bin").current_dir("/").args(["doctor", "--json"]);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        let said = command.output().await?.stdout;
        let report: Value = serde_json::from_slice(&said).context("doctor's report is no JSON")?;
        let finding = report["findings"].as_array().into_iter().flatten();
        let finding =
            finding.clone().find(|one| one["check"] == "schema").context("no finding on the schema")?;
        let word = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
        Ok((word("level"), word("found")))
    }

    /// Calls a node as the admin of the demo's hospital. What an admin is refused for a moment is asked again.
    pub async fn as_admin(
        &self,
        node: &Target,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> anyhow::Result<(u16, Value)> {
        let session = &self.crowd.shared().demo.unit_admin.session;
        let reply = patiently(async || call(node, method, path, Some(session), body).await).await?;
        Ok((reply.status, reply.body))
    }
}

/// Asks again while the answer is 503: come back in a moment.
pub async fn patiently(ask: impl AsyncFn() -> anyhow::Result<Reply>) -> anyhow::Result<Reply> {
    for _ in 0..TIMES {
        let reply = ask().await?;
        if reply.status != 503 {
            return Ok(reply);
        }
        sleep(PAUSE).await;
    }
    ask().await
}
