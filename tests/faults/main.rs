//! Faults under load: programs killed and frozen, connections damaged, disks full, clocks wrong. Every request is logged and the
//! log is checked against Postgres at the end of each fault. The server is the built program, used by its contract alone.

mod cluster;
mod crowd;
mod faults;
mod node;
mod page;
mod phone;
mod process;
mod proxy;
mod releases;
mod stores;
mod table;
mod test_server;
mod trial;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::ensure;
use clap::Parser;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::OnceCell;

use faults::{Act, Fault};
use table::say;
use test_server::Template;
use trial::Ending;

/// Does harm to a server and its stores under load, and checks that nothing acknowledged is lost.
#[derive(Parser)]
#[command(name = "faults")]
struct Line {
    /// The built server.
    #[arg(long, default_value = "target/release/zaichang")]
    server: PathBuf,
    /// The built server of the release before (scripts/previous-release.sh), for `upgrade`.
    #[arg(long)]
    previous: Option<PathBuf>,
    /// Only faults whose name holds one of these words, separated by commas.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// The short set.
    #[arg(long)]
    short: bool,
    /// Print the names, and end.
    #[arg(long)]
    list: bool,
    /// Leave each fault's folder in the temporary one, with the logs of everything that ran.
    #[arg(long)]
    keep: bool,
    /// Phones that come in a second.
    #[arg(long, default_value_t = 200)]
    rate: u32,
    /// People of the demo; each comes to each course once.
    #[arg(long, default_value_t = 6000)]
    people: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let line = Line::parse();
    // However we end, what we started ends too: by dropping it.
    let stopped = async {
        let (Ok(mut interrupt), Ok(mut terminate)) =
            (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            return std::future::pending().await;
        };
        tokio::select! { _ = interrupt.recv() => {} _ = terminate.recv() => {} }
    };
    let done = tokio::select! {
        done = run(&line) => done,
        () = stopped => Err(anyhow::anyhow!("stopped")),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("faults: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Whether all of them passed.
async fn run(line: &Line) -> anyhow::Result<bool> {
    let asked = |fault: &Fault| {
        let named = line.only.is_empty() || line.only.iter().any(|word| fault.name.contains(word.as_str()));
        named && (fault.short || !line.short)
    };
    let chosen: Vec<Fault> = faults::all().into_iter().filter(asked).collect();
    ensure!(!chosen.is_empty(), "no fault has such a name: see --list");
    if line.list {
        for fault in &chosen {
            say(&format!("{:<20} {}", fault.name, fault.sentence.replace('_', " ")));
        }
        return Ok(true);
    }
    // Each phone that waits for a frozen program holds a connection.
    let open = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: open.maximum, maximum: open.maximum })?;
    let began = Instant::now();
    // Data of this release and of the one before, made when the first fault needs them.
    let (ours, theirs) = (OnceCell::new(), OnceCell::new());
    let mut endings = Vec::new();
    for (number, fault) in chosen.iter().enumerate() {
        say(&format!("{:>2}/{} {}", number + 1, chosen.len(), fault.sentence.replace('_', " ")));
        let (template, server) = match (fault.act, &line.previous) {
            (Act::Upgrade(_), Some(previous)) => (&theirs, previous),
            (Act::Upgrade(_), None) => {
                endings.push(Ending::Skipped {
                    name: fault.name,
                    why: "it needs --previous: make upgrade".to_owned(),
                });
                continue;
            }
            _ => (&ours, &line.server),
        };
        let template = template.get_or_try_init(|| Template::make(server, line.people, line.keep)).await?;
        let ending = trial::run(template, &line.server, fault, line.rate).await;
        table::tell(&ending);
        endings.push(ending);
    }
    table::print(&endings);
    say(&format!("{} faults in {:.0} s", endings.len(), began.elapsed().as_secs_f64()));
    Ok(endings.iter().all(|ending| match ending {
        Ending::Judged(verdict) => verdict.wrong.is_empty(),
        Ending::Skipped { .. } => true,
        Ending::Broken { .. } => false,
    }))
}
