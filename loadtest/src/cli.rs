//! The command line: what can be run, and with which settings. It must not know how anything is measured.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::{Args, Parser};

use crate::baseline::{self, Yardstick};
use crate::cheats;
use crate::compare;
use crate::demo::{Course, Demo};
use crate::history;
use crate::report::{Output, Report, svg, table};
use crate::say::{note, say};
use crate::scenario::arrivals::{self, Crowding};
use crate::scenario::{Site, cap, flood, forged, mixed, one_address, overload, repeat, steady};
use crate::screens;

/// The benchmark of record of zaichang. Every run ends with its history checked against Postgres; exit code 2 says that a
/// demand was not met or the history is not sound.
#[derive(Parser)]
#[command(name = "loadtest", version)]
pub enum Command {
    /// Closed loop: every request is a new person in a hall
    Flood {
        #[command(flatten)]
        site: SiteArgs,
        /// At most so many seconds; it ends earlier when everybody has been everywhere
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// A hall that fills: people come in ten minutes, half of them in the last two
    Arrivals {
        #[command(flatten)]
        site: SiteArgs,
        #[arg(long, default_value_t = 2000)]
        people: usize,
        /// So many times as fast
        #[arg(long, default_value_t = 1.0)]
        compress: f64,
        /// Instead: a course's cap and a tenth more, in ten seconds
        #[arg(long)]
        rush: bool,
    },
    /// Open loop at a mean rate; people without a final answer try again
    Steady {
        #[command(flatten)]
        site: SiteArgs,
        /// People per second
        #[arg(long, default_value_t = 2000.0)]
        rate: f64,
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// Everybody scans again and again in one slot
    Repeat {
        #[command(flatten)]
        site: SiteArgs,
        /// At least so many seconds of repeats, and at least four for everybody
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// Ten times as many people as seats, at once
    Cap {
        #[command(flatten)]
        site: SiteArgs,
    },
    /// Codes that no key has made, as fast as the answers come
    Forged {
        #[command(flatten)]
        site: SiteArgs,
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// A hall of phones on the address of somebody who sends bad codes
    OneAddress {
        #[command(flatten)]
        site: SiteArgs,
        #[arg(long, default_value_t = 5000)]
        phones: usize,
    },
    /// New people, repeats, forged and old codes, and records that are read
    Mixed {
        #[command(flatten)]
        site: SiteArgs,
        /// Requests per second
        #[arg(long, default_value_t = 2000.0)]
        rate: f64,
        #[arg(long, default_value_t = 20)]
        seconds: u64,
    },
    /// The same for as long as you like
    Soak {
        #[command(flatten)]
        site: SiteArgs,
        /// Requests per second
        #[arg(long, default_value_t = 500.0)]
        rate: f64,
        #[arg(long, default_value_t = 60)]
        minutes: u64,
    },
    /// Five times what the service can do, then a tenth
    Overload {
        #[command(flatten)]
        site: SiteArgs,
        /// Seconds of the peak, and of the overload
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// A hall of people who are there, beside people who are not and try every known way to be counted
    Cheats {
        #[command(flatten)]
        site: SiteArgs,
        #[command(flatten)]
        plan: cheats::Plan,
    },
    /// A yardstick server
    Baseline {
        #[arg(value_enum)]
        yardstick: Yardstick,
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: SocketAddr,
        /// The database of `naive` and `ceiling`: their tables in it are made afresh
        #[arg(long, env = "ZAICHANG_DATABASE_URL", hide_env_values = true)]
        database_url: Option<String>,
    },
    /// The record: the service beside its yardsticks, everything started and stopped by itself
    Compare(compare::Plan),
    #[command(flatten)]
    Screens(screens::Args),
}

/// Where the load goes, and where the history is checked.
#[derive(Args, Clone)]
pub struct SiteArgs {
    /// What `zaichang demo --people N --json` printed
    #[arg(long)]
    demo: PathBuf,
    /// A node; may be given several times. The demo's if absent
    #[arg(long)]
    base_url: Vec<String>,
    /// Courses to load, by id; several times. Those without a cap if absent
    #[arg(long)]
    course: Vec<i64>,
    /// The database to check the history against
    #[arg(long, env = "ZAICHANG_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The server's data directory, where its private Postgres is found
    #[arg(long, env = "ZAICHANG_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// The server's process, if it is on this machine; found by its data directory if that is named
    #[arg(long)]
    server_pid: Option<u32>,
    /// The server's setting: seconds of a slot
    #[arg(long, env = "ZAICHANG_REPEAT_S", default_value_t = 600)]
    repeat_s: u32,
    /// The most connections
    #[arg(long, default_value_t = 256)]
    connections: usize,
    #[command(flatten)]
    output: Output,
}

impl SiteArgs {
    async fn open(&self) -> anyhow::Result<Site> {
        let demo = Demo::read(&self.demo)?;
        let url = history::database_url(self.database_url.as_deref(), self.data_dir.as_deref())?;
        let pool = history::open(&url).await?;
        let base_urls =
            if self.base_url.is_empty() { vec![demo.base_url.clone()] } else { self.base_url.clone() };
        Ok(Site {
            demo,
            base_urls,
            pool,
            repeat_s: self.repeat_s,
            connections: self.connections.max(1),
            server: self.server_pid.or_else(|| self.running_pid()),
        })
    }

    /// The server on this data directory, if it runs.
    fn running_pid(&self) -> Option<u32> {
        let text = std::fs::read_to_string(self.data_dir.as_ref()?.join("running.json")).ok()?;
        let running: serde_json::Value = serde_json::from_str(&text).ok()?;
        u32::try_from(running["pid"].as_u64()?).ok()
    }

    /// The courses that were named, else those with a cap or those without.
    fn courses(&self, demo: &Demo, capped: bool) -> anyhow::Result<Vec<Course>> {
        if self.course.is_empty() {
            let fits = |course: &&Course| course.cap.is_some() == capped;
            let courses: Vec<_> = demo.courses.iter().filter(fits).cloned().collect();
            ensure!(
                !courses.is_empty(),
                "the demo has no open course {} a cap",
                if capped { "with" } else { "without" }
            );
            return Ok(courses);
        }
        let named = self.course.iter().map(|id| {
            let course = demo.courses.iter().find(|course| course.id == *id);
            course.cloned().with_context(|| format!("course {id} is not among the demo's open courses"))
        });
        named.collect()
    }
}

/// Prints the report and writes it where it was asked for. False if something was not met.
fn tell(report: &Report, output: &Output) -> anyhow::Result<bool> {
    say(&table(report));
    output.write(report, || svg(report))?;
    Ok(report.is_met())
}

impl Command {
    /// Runs it. False if a demand was not met or the history is not sound.
    pub async fn run(self) -> anyhow::Result<bool> {
        match self {
            Self::Baseline { yardstick, listen, database_url } => {
                let ready = |address| note(&format!("listening on {address}"));
                baseline::serve(yardstick, listen, database_url.as_deref(), ready).await?;
                Ok(true)
            }
            Self::Compare(plan) => compare::run(&plan).await,
            Self::Screens(args) => screens::run(args).await.map(|()| true),
            scenario => scenario.load().await,
        }
    }

    async fn load(self) -> anyhow::Result<bool> {
        let Some(args) = self.site().cloned() else { return Ok(true) };
        let site = args.open().await?;
        let capped = matches!(self, Self::Cap { .. } | Self::Arrivals { rush: true, .. });
        let courses = args.courses(&site.demo, capped)?;
        let seconds = Duration::from_secs;
        let report = match self {
            Self::Flood { seconds: s, .. } => flood::run(&site, &courses, seconds(s)).await,
            Self::Repeat { seconds: s, .. } => repeat::run(&site, &courses, seconds(s)).await,
            Self::Forged { seconds: s, .. } => forged::run(&site, &courses, seconds(s)).await,
            Self::Overload { seconds: s, .. } => overload::run(&site, &courses, seconds(s)).await,
            Self::Cap { .. } => cap::run(&site, &courses).await,
            Self::OneAddress { phones, .. } => one_address::run(&site, &courses[0], phones).await,
            Self::Arrivals { rush: true, .. } => {
                let largest = courses.iter().max_by_key(|course| course.cap).unwrap_or(&courses[0]);
                arrivals::run(&site, largest, Crowding::Rush).await
            }
            Self::Arrivals { people, compress, .. } => {
                arrivals::run(&site, &courses[0], Crowding::Filling { people, compress }).await
            }
            Self::Steady { rate, seconds: s, .. } => {
                steady::run(&site, &courses, steady::Plan::new(rate, seconds(s))).await
            }
            Self::Mixed { rate, seconds: s, .. } => {
                mixed::run(&site, "mixed", &courses, rate, seconds(s)).await
            }
            Self::Soak { rate, minutes, .. } => {
                mixed::run(&site, "soak", &courses, rate, seconds(60 * minutes)).await
            }
            Self::Cheats { plan, .. } => cheats::run(&site, &courses, plan).await,
            Self::Baseline { .. } | Self::Compare(_) | Self::Screens(_) => return Ok(true),
        };
        tell(&report?, &args.output)
    }

    const fn site(&self) -> Option<&SiteArgs> {
        match self {
            Self::Flood { site, .. }
            | Self::Arrivals { site, .. }
            | Self::Steady { site, .. }
            | Self::Repeat { site, .. }
            | Self::Cap { site }
            | Self::Forged { site, .. }
            | Self::OneAddress { site, .. }
            | Self::Mixed { site, .. }
            | Self::Soak { site, .. }
            | Self::Overload { site, .. }
            | Self::Cheats { site, .. } => Some(site),
            Self::Baseline { .. } | Self::Compare(_) | Self::Screens(_) => None,
        }
    }
}
