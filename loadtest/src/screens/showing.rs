//! One showing: pages gather before a server, watch, some freeze, all come back. The same for every kind of server.
//! It must not know how the server is started or what publishes.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::check_ins::CheckIns;
use super::frozen;
use super::gathering::Gathering;
use super::instant::Micros;
use super::orders::{Channel, Plan};
use super::process::cost;
use super::shown::{FrozenShown, Restarted, Showing, Shown};
use crate::clock::unix_us;

/// The most pages of a process: the limit of open files is 20,000 in many places, often less.
const PAGES_OF_A_PROCESS: usize = 9_000;
/// How long all pages may take to open.
const OPEN_WITHIN: Duration = Duration::from_mins(1);
/// Two steps of the default profile: what a page costs shows when it has been sent some codes.
const SETTLE: Duration = Duration::from_secs(6);
/// How long frozen pages are watched.
const FROZEN_WITHIN: Duration = Duration::from_mins(1);
/// How long the pages may take to come back.
const BACK_WITHIN: Duration = Duration::from_mins(2);

/// What the pages look at.
pub struct Watched {
    pub what: &'static str,
    pub server: SocketAddr,
    pub host: String,
    pub channels: Vec<Channel>,
    /// The server's processes.
    pub pids: Vec<u32>,
}

/// How large the crowd is, and how it is divided.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Size {
    /// Pages in all
    #[arg(long, default_value_t = 10_000)]
    pub pages: usize,
    /// Screens that the pages are spread over
    #[arg(long, default_value_t = 100)]
    pub screens: usize,
    /// Processes that the pages are spread over; two, or more where a process may not have enough open files
    #[arg(long, default_value_t = 2)]
    pub processes: usize,
    /// How many pages may be connecting at a time while they gather
    #[arg(long, default_value_t = 128)]
    pub at_once: usize,
    /// How long to measure, in seconds
    #[arg(long, default_value_t = 15)]
    pub seconds: u64,
}

/// The pages while they watch.
pub struct Audience {
    gathering: Gathering,
    watched: Watched,
    pages: usize,
    showing: Showing,
}

impl Size {
    fn plans(&self, watched: &Watched, freezable: usize) -> Vec<Plan> {
        let processes = self.processes.max(self.pages.div_ceil(PAGES_OF_A_PROCESS)).max(1);
        // Ports that a run has just used are not free at once: the next one connects from elsewhere.
        let run = u8::try_from(unix_us() / 1_000_000 % 199).unwrap_or(0) + 1;
        let plan = |number: usize| {
            let share = |of: usize| of / processes + usize::from(number < of % processes);
            let source = IpAddr::from([127, 0, run, u8::try_from(number % 250 + 2).unwrap_or(2)]);
            Plan {
                server: watched.server,
                host: watched.host.clone(),
                sources: if watched.server.ip().is_loopback() { vec![source] } else { vec![] },
                screens: watched.channels.clone(),
                pages: share(self.pages),
                freezable: share(freezable),
                at_once: share(self.at_once).max(1),
            }
        };
        (0..processes).map(plan).collect()
    }
}

impl Audience {
    /// Lets all pages connect and waits until each shows a code. `freezable` of them can be frozen later.
    pub async fn gather(watched: Watched, size: &Size, freezable: usize) -> anyhow::Result<Self> {
        ensure!(size.pages > 0, "--pages must be above zero");
        ensure!(freezable < size.pages, "some pages must go on: freeze fewer than {}", size.pages);
        let before = cost(&watched.pids)?;
        let mut gathering = Gathering::start(&size.plans(&watched, freezable)).await?;
        let opened_in_ms = ms(gathering.gather(OPEN_WITHIN).await?);
        sleep(SETTLE).await;
        let report = gathering.report(&HashMap::new()).await?;
        let showing = Showing {
            what: watched.what.to_owned(),
            pages: size.pages,
            screens: watched.channels.len(),
            opened_in_ms,
            opening: (&report.opening).into(),
            rss_before_mb: mb(before.rss),
            bytes_per_page: 0.0,
            watched: Shown::of(&report, (before, before), SETTLE.as_secs_f64(), size.pages, None),
            frozen: None,
            restarted: None,
        };
        Ok(Self { gathering, watched, pages: size.pages, showing })
    }

    /// Measures for so long, with check-ins beside it if there are some.
    pub async fn watch(&mut self, length: Duration, check_ins: Option<&mut CheckIns>) -> anyhow::Result<()> {
        let shown = self
            .stretch(check_ins, length, async {
                sleep(length).await;
                Ok(())
            })
            .await?
            .0;
        let grown = shown.server_rss_mb - self.showing.rss_before_mb;
        self.showing.bytes_per_page = grown * 1e6 / count(self.pages);
        self.showing.watched = shown;
        Ok(())
    }

    /// The freezable pages stop reading; measures until the server has dropped all of them, or a minute.
    pub async fn freeze(&mut self, check_ins: Option<&mut CheckIns>) -> anyhow::Result<()> {
        let from = self.gathering.freeze().await?;
        let watch = frozen::watch(self.watched.server, &from, FROZEN_WITHIN);
        let (others, frozen) = self.stretch(check_ins, FROZEN_WITHIN, watch).await?;
        self.showing.frozen =
            Some(FrozenShown { dropped_after: (&frozen.dropped_after).into(), frozen, others });
        Ok(())
    }

    /// Waits until the server is lost and all pages are back. `restart` gives the instant at which it listened again, if it
    /// knows, and its processes; check-ins flow from then on.
    pub async fn come_back(
        &mut self,
        restart: impl Future<Output = anyhow::Result<(Option<Micros>, Vec<u32>)>>,
        mut check_ins: Option<&mut CheckIns>,
        length: Duration,
    ) -> anyhow::Result<()> {
        let online = self.gathering.online();
        self.gathering.measure().await?;
        let lost = self.gathering.at_most_online(online - 1, BACK_WITHIN);
        let (lost_at, restarted) = tokio::join!(lost, restart);
        let lost_at = lost_at.context("no page has lost its line: was the server restarted?")?;
        let (ready_at, pids) = restarted?;
        self.watched.pids = pids;
        let before = cost(&self.watched.pids)?;
        let began = Instant::now();
        let flow = async {
            match &mut check_ins {
                Some(check_ins) => Some(check_ins.flow(length, CancellationToken::new()).await),
                None => None,
            }
        };
        let (back, flowed) = tokio::join!(self.gathering.all_online(online, BACK_WITHIN), flow);
        let report = self.gathering.report(&HashMap::new()).await?;
        let back_at = back.with_context(|| {
            let endings = &report.heard.endings;
            format!(
                "{} of {online} pages are back after {BACK_WITHIN:?}; lines ended so: {endings:?}",
                self.gathering.online()
            )
        })?;
        let (after, online) = (cost(&self.watched.pids)?, self.gathering.online());
        let seconds = began.elapsed().as_secs_f64();
        self.showing.restarted = Some(Restarted {
            all_back_after_ms: ms(back_at - lost_at),
            all_back_after_ready_ms: ready_at.map(|ready_at| ms(back_at - ready_at)),
            stretch: Shown::of(&report, (before, after), seconds, online, flowed),
        });
        Ok(())
    }

    /// Closes the pages.
    pub fn end(self) -> Showing {
        self.showing
    }

    /// Measures while `meanwhile` runs, with check-ins beside it for at most `length`.
    async fn stretch<T>(
        &mut self,
        check_ins: Option<&mut CheckIns>,
        length: Duration,
        meanwhile: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<(Shown, T)> {
        let counted = self.gathering.measure().await?;
        let (began, since, before) = (Instant::now(), unix_us(), cost(&self.watched.pids)?);
        let stop = CancellationToken::new();
        let meanwhile = async {
            let done = meanwhile.await;
            stop.cancel();
            done
        };
        let (flowed, acknowledged, done) = match check_ins {
            Some(check_ins) => {
                let (flowed, done) = tokio::join!(check_ins.flow(length, stop.clone()), meanwhile);
                (Some(flowed), check_ins.acknowledged(since, &counted), done?)
            }
            None => (None, HashMap::new(), meanwhile.await?),
        };
        let (seconds, after) = (began.elapsed().as_secs_f64(), cost(&self.watched.pids)?);
        let (report, online) = (self.gathering.report(&acknowledged).await?, self.gathering.online());
        Ok((Shown::of(&report, (before, after), seconds, online, flowed), done))
    }
}

/// Lets this process and those that it starts have as many open files as they may.
pub fn raise_open_files() -> anyhow::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })
        .context("the limit of open files cannot be raised")
}

#[expect(clippy::cast_precision_loss, reason = "bytes of one process")]
fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "minutes at most")]
fn ms(micros: Micros) -> f64 {
    micros as f64 / 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "pages of one run")]
fn count(pages: usize) -> f64 {
    pages as f64
}
