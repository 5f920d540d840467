//! `compare-displays`: the server and its yardstick in turn, several rounds, then what freezes and what comes back. The
//! table of record for screens. It must not know how a page is read.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use serde::Serialize;
use tempfile::TempDir;

use super::check_ins::CheckIns;
use super::nchan::{self, Nginx, free_port};
use super::service::Service;
use super::showing::{Audience, Size, Watched, raise_open_files};
use super::shown::{Showing, write_json};
use super::venue::Venue;
use super::verdict::{self, Figure};
use crate::clock::unix_us;
use crate::demo::Demo;
use crate::say::{note, say};

/// The server and nginx with nchan in turn, started here: the table of record for screens
#[derive(clap::Args)]
pub struct CompareDisplays {
    /// The server's program
    #[arg(long)]
    server: PathBuf,
    #[command(flatten)]
    size: Size,
    #[command(flatten)]
    nginx: Nginx,
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Check-ins a second that flow while pages watch
    #[arg(long, default_value_t = 200.0)]
    rate: f64,
    /// How many pages freeze in the last showing; none if 0
    #[arg(long, default_value_t = 1000)]
    freeze: usize,
    /// Invented people: each comes to each course once
    #[arg(long, default_value_t = 20_000)]
    people: usize,
    /// Both show at the same time, each with all of its pages, and not in turn
    #[arg(long)]
    beside: bool,
    /// Also write the figures as JSON
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Everything, as JSON.
#[derive(Serialize)]
struct Compared {
    figures: Vec<Figure>,
    zaichang: Vec<Showing>,
    nchan: Vec<Showing>,
    /// The showing in which pages froze and came back.
    hardship: Showing,
}

/// Runs it.
pub async fn run(args: CompareDisplays) -> anyhow::Result<()> {
    ensure!(args.rounds > 0, "--rounds must be above zero");
    raise_open_files()?;
    let program = args.server.canonicalize();
    let program = program.with_context(|| format!("{} is not there", args.server.display()))?;
    let folder = TempDir::with_prefix("loadtest-displays-")?;
    let mut service = Service::start(&program, folder.path(), free_port()?).await?;
    let demo = service.demo(args.people).await?;
    let compared = args.compare(&mut service, &demo).await;
    service.stop().await?;
    let compared = compared?;
    for showing in compared.zaichang.iter().chain(&compared.nchan).chain([&compared.hardship]) {
        say(&showing.text());
        say("");
    }
    say(&verdict::text(&compared.figures));
    write_json(args.json.as_deref(), &compared)?;
    let missed: Vec<_> = compared.figures.iter().filter(|figure| figure.met == Some(false)).collect();
    if !missed.is_empty() {
        bail!("not met: {}", missed.iter().map(|figure| figure.what).collect::<Vec<_>>().join(", "));
    }
    Ok(())
}

impl CompareDisplays {
    async fn compare(&self, service: &mut Service, demo: &Demo) -> anyhow::Result<Compared> {
        let mut check_ins = self.check_ins(service, demo).await?;
        let (mut zaichang, mut nchan) = (Vec::new(), Vec::new());
        for round in 0..self.rounds {
            if self.beside {
                note(&format!("round {} of {}, both at once", round + 1, self.rounds));
                let ours = self.show(service, demo, &mut check_ins, false);
                let (ours, theirs) = tokio::join!(ours, self.show_nchan(demo));
                zaichang.push(ours?);
                nchan.push(theirs?);
                continue;
            }
            // The order of the two changes with each round.
            for turn in 0..2 {
                note(&format!("round {} of {}, {}", round + 1, self.rounds, turn + 1));
                if (round + turn) % 2 == 0 {
                    zaichang.push(self.show(service, demo, &mut check_ins, false).await?);
                } else {
                    nchan.push(self.show_nchan(demo).await?);
                }
            }
        }
        note("pages freeze, and the server is killed");
        let hardship = self.show(service, demo, &mut check_ins, true).await?;
        Ok(Compared {
            figures: verdict::figures(&zaichang, &nchan, &hardship, self.rate > 0.0),
            zaichang,
            nchan,
            hardship,
        })
    }

    /// The yardstick: the same frames at the same cadence.
    async fn show_nchan(&self, demo: &Demo) -> anyhow::Result<Showing> {
        let courses = Venue::courses(demo, self.size.screens).len();
        nchan::show(&self.size, &self.nginx, self.rate, courses).await
    }

    /// People for all rounds, so that no person comes twice.
    async fn check_ins(&self, service: &Service, demo: &Demo) -> anyhow::Result<Option<CheckIns>> {
        if self.rate <= 0.0 {
            return Ok(None);
        }
        let courses = Venue::courses(demo, self.size.screens);
        Ok(Some(CheckIns::prepare(demo, &service.base_url(), &courses, self.rate).await?))
    }

    /// One showing before a server that has just been started: what it has kept from the last would hide what it needs.
    async fn show(
        &self,
        service: &mut Service,
        demo: &Demo,
        check_ins: &mut Option<CheckIns>,
        hardship: bool,
    ) -> anyhow::Result<Showing> {
        service.stop().await?;
        service.resume().await?;
        let venue = Venue::open(demo, &service.target, self.size.screens, &service.database_url()?).await?;
        let showing = self.watch(service, &venue, check_ins, hardship).await;
        venue.close().await?;
        showing
    }

    async fn watch(
        &self,
        service: &mut Service,
        venue: &Venue,
        check_ins: &mut Option<CheckIns>,
        hardship: bool,
    ) -> anyhow::Result<Showing> {
        let watched = Watched {
            what: "zaichang",
            server: service.target.address,
            host: service.target.host.clone(),
            channels: venue.channels.clone(),
            pids: vec![service.pid()?],
        };
        let freezable = if hardship { self.freeze } else { 0 };
        let mut audience = Audience::gather(watched, &self.size, freezable).await?;
        let length = Duration::from_secs(self.size.seconds);
        audience.watch(length, check_ins.as_mut()).await?;
        if freezable > 0 {
            audience.freeze(check_ins.as_mut()).await?;
        }
        if hardship {
            let restart = async {
                service.kill().await?;
                service.resume().await?;
                Ok((Some(unix_us()), vec![service.pid()?]))
            };
            audience.come_back(restart, check_ins.as_mut(), length).await?;
        }
        Ok(audience.end())
    }
}
