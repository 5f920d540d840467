//! The benchmark of record: the service and its yardsticks, in turn, round after round, on one Postgres. It starts and
//! stops everything by itself. It must not know how a request is sent.

mod existing;
mod figures;
mod picture;
mod rounds;
mod singles;
mod test_server;
mod yardstick;

pub use figures::{Figure, Record};

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::report::{Output, Report, table};
use crate::say::{note, say};
use test_server::TestServer;

/// What is compared, and how often.
#[derive(Args, Clone)]
pub struct Plan {
    /// The service's binary
    #[arg(long)]
    server: PathBuf,
    /// How often each is measured
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long each is measured, at most
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Only these, separated by commas
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Section>,
    /// Also repeat the flood where so many rows lie already
    #[arg(long)]
    existing: Option<u64>,
    #[arg(long, default_value_t = 30_000)]
    people: usize,
    /// Courses that are open at the same time
    #[arg(long, default_value_t = 12)]
    courses: i32,
    #[arg(long, default_value_t = 256)]
    connections: usize,
    #[command(flatten)]
    output: Output,
}

/// A part of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Section {
    /// New check-ins beside one insert per request and beside the ceiling
    Flood,
    /// Repeats beside a server that only answers
    Repeat,
    /// Forged codes beside a server that only answers
    Forged,
    /// Latency at 2,000 people per second
    Steady,
    /// 3,000 seats in ten seconds
    Rush,
    /// Five times the peak
    Overload,
    /// The server's memory
    Memory,
}

impl Plan {
    fn wants(&self, section: Section) -> bool {
        self.only.is_empty() || self.only.contains(&section)
    }

    const fn length(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

/// Runs it, prints the record and writes it where it was asked for. False if a target was not met or a history was not
/// sound.
pub async fn run(plan: &Plan) -> anyhow::Result<bool> {
    let mut record = Record::default();
    let mut server = TestServer::open(&plan.server, plan.people, plan.courses).await?;
    note(&format!("{} people, {} courses, {} rounds", plan.people, plan.courses, plan.rounds));
    let measured = measure(plan, &mut server, &mut record).await;
    server.close().await?;
    measured?;
    say(&record.table());
    plan.output.write(&record, || picture::svg(&record))?;
    Ok(record.is_met())
}

async fn measure(plan: &Plan, server: &mut TestServer, record: &mut Record) -> anyhow::Result<()> {
    rounds::run(plan, server, record).await?;
    singles::run(plan, server, record).await?;
    match plan.existing {
        Some(rows) => existing::run(plan, rows, server, record).await,
        None => Ok(()),
    }
}

/// Takes over what a scenario demands of itself; if that was not met, the whole of its report is shown at once.
fn heard(record: &mut Record, report: &Report) {
    if !report.is_met() {
        note(&format!("{} has not met what it demands\n{}", report.scenario, table(report)));
    }
    record.hear(report);
}
