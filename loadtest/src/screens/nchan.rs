//! The yardstick: nginx with nchan, which does nothing but publish, sends the same frames at the same cadence to the
//! same pages. It must not know how the figures are used.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::orders::Channel;
use super::process;
use super::publish::{counts_every, publish};
use super::showing::{Audience, Size, Watched, raise_open_files};
use super::shown::{Showing, write_json};
use crate::client::Target;
use crate::say::say;

/// As many as the server has threads on the machine of record.
const WORKERS: usize = 2;
const READY_WITHIN: Duration = Duration::from_secs(10);
/// Courses that check-ins are spread over where none are named: the counts of a course's screens change together.
const COURSES: usize = 2;

/// The same crowd before nginx with nchan, which only publishes: what pages cost at least
#[derive(clap::Args)]
pub struct Nchan {
    #[command(flatten)]
    pub size: Size,
    #[command(flatten)]
    pub nginx: Nginx,
    /// Publish counts as this many check-ins a second would change them
    #[arg(long, default_value_t = 0.0)]
    rate: f64,
    /// Also write the figures as JSON
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Where nginx and nchan are.
#[derive(Clone, Debug, clap::Args)]
pub struct Nginx {
    /// nginx
    #[arg(long, default_value = "nginx")]
    nginx: PathBuf,
    /// nchan, as nginx loads it (Debian: libnginx-mod-nchan)
    #[arg(long, default_value = "/usr/lib/nginx/modules/ngx_nchan_module.so")]
    nchan_module: PathBuf,
}

/// Runs it.
pub async fn run(args: Nchan) -> anyhow::Result<()> {
    raise_open_files()?;
    let showing = show(&args.size, &args.nginx, args.rate, COURSES).await?;
    say(&showing.text());
    write_json(args.json.as_deref(), &showing)
}

/// One showing before an nginx of its own, with counts as these check-ins to so many courses would change them.
pub async fn show(size: &Size, nginx: &Nginx, rate: f64, courses: usize) -> anyhow::Result<Showing> {
    ensure!(size.screens > 0, "no pages without a channel: --screens must be above zero");
    let server = Running::start(nginx).await?;
    let target = Target { address: server.address, host: server.address.to_string() };
    let channel = |number: usize| Channel { path: format!("/sub/{number}"), resume: None, course: 0 };
    let watched = Watched {
        what: "nchan",
        server: target.address,
        host: target.host.clone(),
        channels: (0..size.screens).map(channel).collect(),
        pids: server.workers(),
    };
    // Ends with this function.
    let mut publishers = JoinSet::new();
    publish(&mut publishers, &target, size.screens, counts_every(rate, courses));
    let showing = async {
        let mut audience = Audience::gather(watched, size, 0).await?;
        audience.watch(Duration::from_secs(size.seconds), None).await?;
        Ok(audience.end())
    };
    tokio::select! {
        showing = showing => showing,
        Some(ended) = publishers.join_next() => ended?.and_then(|()| anyhow::bail!("a publisher has ended")),
    }
}

/// An nginx with its files in a folder of its own. Stopped when dropped.
struct Running {
    address: SocketAddr,
    process: Child,
    _folder: TempDir,
}

impl Running {
    async fn start(nginx: &Nginx) -> anyhow::Result<Self> {
        ensure!(
            nginx.nchan_module.exists(),
            "{} is not there: install nchan (Debian: libnginx-mod-nchan) or give --nchan-module",
            nginx.nchan_module.display()
        );
        let folder = TempDir::with_prefix("loadtest-nchan-")?;
        let address = free_port()?;
        let configuration = folder.path().join("nginx.conf");
        fs::write(&configuration, configured(&nginx.nchan_module, address, folder.path()))?;
        let process = Command::new(&nginx.nginx)
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| {
                format!("{} could not be started: install nginx or give --nginx", nginx.nginx.display())
            })?;
        let mut running = Self { address, process, _folder: folder };
        let deadline = Instant::now() + READY_WITHIN;
        while TcpStream::connect(address).await.is_err() || running.workers().len() < WORKERS {
            ensure!(
                running.process.try_wait()?.is_none(),
                "nginx has ended at once: what it said stands above"
            );
            ensure!(Instant::now() < deadline, "nginx does not listen after {READY_WITHIN:?}");
            sleep(Duration::from_millis(20)).await;
        }
        Ok(running)
    }

    fn workers(&self) -> Vec<u32> {
        self.process.id().map(process::children).unwrap_or_default()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let pid = self.process.id().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
        if let Some(pid) = pid {
            // The master stops its workers with it; killed, it would leave them behind.
            let _ = kill_process(pid, Signal::TERM);
        }
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

fn configured(module: &Path, address: SocketAddr, folder: &Path) -> String {
    let (module, folder) = (module.display(), folder.display());
    format!(
        "load_module {module};
daemon off;
pid {folder}/pid;
error_log stderr error;
worker_processes {WORKERS};
worker_rlimit_nofile 20000;
events {{ worker_connections 19000; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    tcp_nodelay on;
    keepalive_requests 1000000000;
    keepalive_timeout 3600s;
    server {{
        listen {address} backlog=4096;
        location ~ ^/pub/(\\d+)$ {{
            nchan_publisher http;
            nchan_channel_id $1;
            nchan_message_buffer_length 1;
            nchan_message_timeout 10s;
        }}
        location ~ ^/sub/(\\d+)$ {{
            nchan_subscriber websocket;
            nchan_channel_id $1;
            nchan_subscriber_first_message newest;
        }}
    }}
}}
"
    )
}
