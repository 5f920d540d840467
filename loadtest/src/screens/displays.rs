//! `displays`: pages of a server that is running. It must not know how one is started.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;

use super::check_ins::CheckIns;
use super::showing::{Audience, Size, Watched, raise_open_files};
use super::shown::{Showing, write_json};
use super::venue::Venue;
use crate::client::Target;
use crate::clock::unix_us;
use crate::demo::Demo;
use crate::history;
use crate::say::{note, say};

/// Pages of a server that is running
#[derive(clap::Args)]
pub struct Displays {
    /// What `zaichang demo --people N --json` printed
    #[arg(long)]
    demo: PathBuf,
    /// The server; the demo's if absent
    #[arg(long)]
    base_url: Option<String>,
    #[command(flatten)]
    size: Size,
    /// Check-ins a second that flow while pages watch
    #[arg(long, default_value_t = 0.0)]
    rate: f64,
    /// So many pages stop reading after the measuring, and it is measured when the server drops them
    #[arg(long, default_value_t = 0)]
    freeze: usize,
    /// Wait for the server to be killed and started again by somebody, and measure how the pages come back
    #[arg(long)]
    restart: bool,
    /// The server's process, for its memory; found by the data directory if absent
    #[arg(long)]
    server_pid: Option<u32>,
    /// The server's data directory
    #[arg(long, env = "ZAICHANG_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// The server's database, for more screens than the API gives; its private one's, found by the data directory, if absent
    #[arg(long, env = "ZAICHANG_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Also write the figures as JSON
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Runs it.
pub async fn run(args: Displays) -> anyhow::Result<()> {
    raise_open_files()?;
    let demo = Demo::read(&args.demo)?;
    let base_url = args.base_url.as_ref().unwrap_or(&demo.base_url);
    let target = Target::resolve(base_url).await?;
    let pid = args.pid()?;
    // Before the screens: a course that shows hundreds is given no more through the API.
    let check_ins = args.check_ins(&demo, base_url).await?;
    let database_url =
        history::database_url(args.database_url.as_deref(), args.data_dir.as_deref()).unwrap_or_default();
    let venue = Venue::open(&demo, &target, args.size.screens, &database_url).await?;
    let shown = args.show(check_ins, &target, pid, &venue).await;
    venue.close().await?;
    let showing = shown?;
    say(&showing.text());
    write_json(args.json.as_deref(), &showing)
}

impl Displays {
    async fn check_ins(&self, demo: &Demo, base_url: &str) -> anyhow::Result<Option<CheckIns>> {
        if self.rate <= 0.0 {
            return Ok(None);
        }
        let courses = Venue::courses(demo, self.size.screens);
        Ok(Some(CheckIns::prepare(demo, base_url, &courses, self.rate).await?))
    }

    async fn show(
        &self,
        mut check_ins: Option<CheckIns>,
        target: &Target,
        pid: u32,
        venue: &Venue,
    ) -> anyhow::Result<Showing> {
        let length = Duration::from_secs(self.size.seconds);
        ensure!(!length.is_zero(), "--seconds must be above zero");
        let watched = Watched {
            what: "zaichang",
            server: target.address,
            host: target.host.clone(),
            channels: venue.channels.clone(),
            pids: vec![pid],
        };
        let mut audience = Audience::gather(watched, &self.size, self.freeze).await?;
        audience.watch(length, check_ins.as_mut()).await?;
        if self.freeze > 0 {
            audience.freeze(check_ins.as_mut()).await?;
        }
        if self.restart {
            note("kill the server now, and start it again at the same address");
            audience.come_back(self.restarted(target, pid), check_ins.as_mut(), length).await?;
        }
        Ok(audience.end())
    }

    /// The server's process.
    fn pid(&self) -> anyhow::Result<u32> {
        match (self.server_pid, &self.data_dir) {
            (Some(pid), _) => Ok(pid),
            (None, Some(data_dir)) => pid_of(data_dir),
            (None, None) => bail!("whose memory is it? Give --server-pid, or the server's --data-dir"),
        }
    }

    /// Waits until another process serves: since when, and which.
    async fn restarted(&self, target: &Target, old: u32) -> anyhow::Result<(Option<i64>, Vec<u32>)> {
        let data_dir =
            self.data_dir.as_deref().context("--restart needs --data-dir: the new process is told there")?;
        for _ in 0..12_000 {
            if let Ok(pid) = pid_of(data_dir)
                && pid != old
                && tokio::net::TcpStream::connect(target.address).await.is_ok()
            {
                return Ok((Some(unix_us()), vec![pid]));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        bail!("the server was not started again within two minutes")
    }
}

/// Who serves with this data directory.
pub fn pid_of(data_dir: &Path) -> anyhow::Result<u32> {
    #[derive(Deserialize)]
    struct Running {
        pid: u32,
    }
    let path = data_dir.join("running.json");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("no server runs with {}", data_dir.display()))?;
    let running: Running =
        serde_json::from_str(&text).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(running.pid)
}
