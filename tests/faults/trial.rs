//! One fault under load, from the first phone to the verdict.
//! It must not know what the fault is.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use loadtest::client::{Target, call};
use loadtest::history::{Before, Entry, Findings, Outcome, open, verify};
use loadtest::said::Refusal;

use crate::cluster::Cluster;
use crate::crowd::Crowd;
use crate::faults::{Act, Fault};
use crate::process::until;
use crate::releases::Releases;
use crate::test_server::{Skip, Template, TestServer};

/// Slots are this long unless the settings say otherwise, in seconds.
const REPEAT_S: u32 = 600;
/// A phone without an answer after so long counts as failed.
const RESOLVE: Duration = Duration::from_mins(1);
/// From a store's return to the first check-in that is recorded.
const AGAIN_WITHIN_MS: u64 = 1000;
/// The server may hold so much more memory after a fault than before it: what thousands who waited at once took, the
/// allocator keeps in part. A leak shows where a fault is repeated: the ten deaths.
const MEMORY_MIB: u64 = 96;

/// What a fault did.
pub struct Verdict {
    pub name: &'static str,
    pub requests: u64,
    pub ok: u64,
    pub refused: u64,
    pub deferred: u64,
    pub unknown: u64,
    pub resolved: bool,
    pub lost: u64,
    pub duplicated: u64,
    pub over_cap: u64,
    pub false_success: u64,
    /// The longest recovery. Milliseconds.
    pub first_success_ms: Option<u64>,
    pub rss_before_mib: u64,
    pub rss_after_mib: u64,
    pub took: Duration,
    /// Empty when it passed.
    pub wrong: Vec<String>,
}

/// How a trial ended.
pub enum Ending {
    Judged(Verdict),
    Skipped { name: &'static str, why: String },
    Broken { name: &'static str, why: String },
}

/// Runs a fault on fresh data. `server` is the program that takes over where one does; else the template's runs.
pub async fn run(template: &Template, server: &Path, fault: &Fault, rate: u32) -> Ending {
    match judge(template, server, fault, rate).await {
        Ok(verdict) => Ending::Judged(verdict),
        Err(error) if error.is::<Skip>() => Ending::Skipped { name: fault.name, why: error.to_string() },
        Err(error) => Ending::Broken { name: fault.name, why: format!("{error:#}") },
    }
}

async fn judge(template: &Template, server: &Path, fault: &Fault, rate: u32) -> anyhow::Result<Verdict> {
    match fault.act {
        Act::One(act) => {
            let (began, folder) = (Instant::now(), crate::test_server::folder(false)?);
            let mut test = TestServer::open(template, (fault.plan)(folder.path())?, rate).await?;
            test.go_on(1.0).await;
            let before = test.node.rss_bytes();
            act(&mut test).await?;
            test.go_on(1.5).await;
            let resolved = test.crowd.leave(RESOLVE).await;
            let after = settled(before, &[test.node.target()], async || test.node.rss_bytes()).await;
            let figures = Figures { began, rss: (before, after), panics: test.node.panics().await, resolved };
            let mut wrong = std::mem::take(&mut test.wrong);
            if !test.node.process().runs() {
                wrong.push("the server does not run any more".to_owned());
            }
            let findings = findings(&test.crowd, &test.postgres.url()).await?;
            Ok(verdict(fault, &test.crowd, test.returns(), findings, figures, wrong))
        }
        Act::Several(act) => {
            let began = Instant::now();
            let people = template.demo.people.len();
            let mut cluster = Cluster::open(&template.server, people, template.keep, rate).await?;
            cluster.go_on(1.0).await;
            let before = cluster.rss_bytes();
            act(&mut cluster).await?;
            cluster.go_on(1.5).await;
            let resolved = cluster.crowd.leave(RESOLVE).await;
            let after = settled(before, &cluster.nodes().0, async || cluster.rss_bytes()).await;
            let figures = Figures { began, rss: (before, after), panics: cluster.panics(), resolved };
            let wrong = std::mem::take(&mut cluster.wrong);
            let findings = findings(&cluster.crowd, &cluster.database_url()?).await?;
            Ok(verdict(fault, &cluster.crowd, cluster.returns(), findings, figures, wrong))
        }
        Act::Upgrade(act) => {
            let began = Instant::now();
            let mut releases = Releases::open(template, server, rate).await?;
            releases.go_on(1.0).await;
            act(&mut releases).await?;
            let resolved = releases.crowd.leave(RESOLVE).await;
            let mut panics = 0;
            for node in &releases.nodes {
                panics += node.panics().await;
            }
            // Programs that are replaced have no memory to compare.
            let figures = Figures { began, rss: (0, 0), panics, resolved };
            let wrong = std::mem::take(&mut releases.wrong);
            let findings = findings(&releases.crowd, &releases.postgres.url()).await?;
            Ok(verdict(fault, &releases.crowd, releases.returns(), findings, figures, wrong))
        }
    }
}

/// Memory when the crowd has hung up. What the allocator gives back it gives back within seconds, and only while
/// something is asked of it: a server at which nothing happens keeps what it had.
async fn settled(before: u64, nodes: &[Target], rss: impl AsyncFn() -> u64) -> u64 {
    let back = async || {
        let asked =
            nodes.iter().flat_map(|node| (0..16).map(move |_| call(node, "GET", "/healthz", None, None)));
        join_all(asked).await;
        rss().await <= before + (MEMORY_MIB << 20)
    };
    // If it does not come back, the figure says so.
    let _ = until("memory is back", Duration::from_secs(15), back).await;
    rss().await
}

/// The history against Postgres.
async fn findings(crowd: &Crowd, database_url: &str) -> anyhow::Result<Findings> {
    let pool = open(database_url).await?;
    let findings = verify(crowd.history(), &pool, &crowd.courses(), REPEAT_S, Before::default()).await?;
    pool.close().await;
    Ok(findings)
}

/// What was measured beside the history.
struct Figures {
    began: Instant,
    /// Bytes before and after.
    rss: (u64, u64),
    panics: u64,
    resolved: bool,
}

/// Puts everything together, and says what is wrong with it.
fn verdict(
    fault: &Fault,
    crowd: &Crowd,
    returns: &[i64],
    findings: Findings,
    figures: Figures,
    mut wrong: Vec<String>,
) -> Verdict {
    let entries = crowd.history().entries();
    let count =
        |wanted: fn(&Outcome) -> bool| entries.iter().filter(|entry| wanted(&entry.outcome)).count() as u64;
    let faults = |kinds: &[&str]| {
        let found = findings.faults.iter().filter(|(kind, _)| kinds.contains(kind));
        found.map(|(_, number)| number).sum::<u64>()
    };
    let first_success_ms = returns.iter().map(|back| first_success_ms(&entries, *back)).max();
    match first_success_ms {
        Some(u64::MAX) => wrong.push("no check-in was recorded after the return".to_owned()),
        Some(ms) if ms > AGAIN_WITHIN_MS => {
            wrong.push(format!("first success {ms} ms after the return, more than {AGAIN_WITHIN_MS}"));
        }
        _ => {}
    }
    if !figures.resolved {
        wrong.push(format!("somebody does not know after {RESOLVE:?}: {}", last_answers(&entries)));
    }
    if figures.rss.1 > figures.rss.0 + (MEMORY_MIB << 20) {
        wrong.push(format!("memory did not come back: {} MiB more", (figures.rss.1 - figures.rss.0) >> 20));
    }
    if figures.panics > 0 {
        wrong.push(format!("{} panics", figures.panics));
    }
    if !findings.is_sound() {
        wrong.push(format!("{:?}: {}", findings.faults, findings.first.join(", ")));
    }
    let mut verdict = Verdict {
        name: fault.name,
        requests: entries.len() as u64,
        ok: count(|outcome| matches!(outcome, Outcome::Recorded | Outcome::AlreadyRecorded)),
        refused: count(|outcome| matches!(outcome, Outcome::Refused(refusal) if !refusal.passes())),
        deferred: count(|outcome| {
            matches!(outcome, Outcome::Deferred)
                || matches!(outcome, Outcome::Refused(Refusal::StorageUnavailable | Refusal::Busy))
        }),
        unknown: count(|outcome| matches!(outcome, Outcome::Unknown)),
        resolved: figures.resolved && faults(&["unresolved"]) == 0,
        lost: faults(&["lost"]),
        duplicated: faults(&["duplicated"]),
        over_cap: faults(&["over_cap"]),
        false_success: faults(&["differs", "two_answers", "contradicted", "uninvoked", "wrong_day"]),
        first_success_ms,
        rss_before_mib: figures.rss.0 >> 20,
        rss_after_mib: figures.rss.1 >> 20,
        took: figures.began.elapsed(),
        wrong,
    };
    if fault.unfelt && verdict.deferred + verdict.unknown > 0 {
        verdict.wrong.push(format!("somebody felt it: {}", last_answers(&entries)));
    }
    verdict
}

/// The last answer of the first phone without a final one.
fn last_answers(entries: &[Entry]) -> String {
    let pending = |entry: &&Entry| matches!(entry.outcome, Outcome::Unknown | Outcome::Deferred);
    let latest = entries.iter().filter(pending).max_by_key(|entry| entry.began_us);
    let Some(Entry { person, course, .. }) = latest else { return String::new() };
    let theirs = entries.iter().rev().filter(|entry| entry.person == *person && entry.course == *course);
    let answers: Vec<_> = theirs
        .take(8)
        .map(|entry| format!("{:?} after {} ms", entry.outcome, entry.took_us / 1000))
        .collect();
    format!("person {person} was last answered {}", answers.join(", "))
}

/// Milliseconds from a store's return until a phone that asked after it is answered `recorded`.
fn first_success_ms(entries: &[Entry], back_us: i64) -> u64 {
    let later =
        entries.iter().filter(|entry| entry.began_us >= back_us && entry.outcome == Outcome::Recorded);
    let told = later.map(|entry| entry.began_us - back_us + i64::from(entry.took_us)).min();
    told.map_or(u64::MAX, |us| u64::try_from(us / 1000).unwrap_or(0))
}
