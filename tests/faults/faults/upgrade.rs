//! The next release takes over from the one before, node by node, while people check in (docs/operating/upgrade.en.md); and the
//! way back, as far as that page promises one. It must not know what has changed between the two.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use loadtest::client::{Connection, Target, request};
use loadtest::clock::unix_us;
use loadtest::history::{Outcome, open};
use loadtest::said::Refusal;
use rustix::process::Signal;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::faults::answers::Answers;
use crate::node::Node;
use crate::page::Page;
use crate::process::until;
use crate::releases::Releases;

/// From SIGTERM to the end: a node drains for ten seconds at most.
const DRAINED: Duration = Duration::from_secs(15);
/// An export whose node has gone is another node's after half a minute.
const MADE: Duration = Duration::from_secs(75);
/// As the page says: so long before the next node.
const BETWEEN_S: f64 = 3.0;

pub async fn the_next_release_takes_over_node_by_node(releases: &mut Releases) -> anyhow::Result<()> {
    let (next, previous) = (releases.next.clone(), releases.previous.clone());
    // What the page says before: `doctor` of the new program tells whether one can go back.
    let (level, found) = releases.schema_says(&next).await?;
    let changes = found.ends_with("to come");
    ensure!(changes || level == "ok", "the new program's doctor says of the schema: {level}, {found}");
    let begun = unix_us();
    let dump = releases.path().join("before.dump");
    releases.postgres.dump(&dump).await?;

    let mut exports = vec![export(releases, 0).await?];
    let before = Answers::of(releases, &releases.nodes[1].target()).await?;
    for at in [0, 1] {
        exports.push(export(releases, at).await?);
        take_over(releases, at, &next).await?;
        if at == 0 {
            // The other one is still of the release before, and works on the new schema as on the old.
            let after = Answers::of(releases, &releases.nodes[1].target()).await?;
            releases
                .wrong
                .extend(after.unlike(&before).into_iter().map(|what| format!("an old node: {what}")));
            goes_on_recording(releases, 1).await?;
        }
    }
    for at in [0, 1] {
        let after = Answers::of(releases, &releases.nodes[at].target()).await?;
        releases
            .wrong
            .extend(after.unlike(&before).into_iter().map(|what| format!("the new release: {what}")));
        goes_on_recording(releases, at).await?;
    }
    // All at once, as each may have to wait until another node takes it.
    for export in exports {
        whole(releases, &export).await?;
    }
    nothing_is_refused_for_good(releases);
    nothing_is_stuck(releases).await?;

    if changes {
        an_old_program_does_not_start(releases, &previous).await?;
    } else {
        for at in [0, 1] {
            take_over(releases, at, &previous).await?;
        }
    }
    a_restored_backup_serves_the_old_program(releases, &previous, &dump, begun).await
}

/// Stops a node in good order, and starts this program in its place. A page on it learns that it must connect again.
async fn take_over(releases: &mut Releases, at: usize, program: &Path) -> anyhow::Result<()> {
    let target = releases.nodes[at].target();
    let course = releases.crowd.courses()[0];
    let admin = releases.crowd.shared().demo.unit_admin.session.clone();
    let place = format!("/api/v1/courses/{course}/screens");
    let (status, opened) = releases.as_admin(&target, "POST", &place, Some(r#"{"place":"走廊"}"#)).await?;
    ensure!(status == 201, "a screen cannot be opened: {status} {opened}");
    let screen = opened["screen"].as_u64().context("a screen without a number")?;
    let page = Page::open(&target, &target, screen, &admin).await?;
    until("the page shows a code", Duration::from_secs(5), async || page.shown().code.is_some()).await?;

    releases.nodes[at].process().signal(Signal::TERM);
    let ended = tokio::time::timeout(DRAINED, releases.nodes[at].process().ended()).await;
    let status = ended.context("the node did not end")??;
    releases.expect(status.success(), format!("node {} ended with {status}", at + 1));
    releases.nodes[at].install(program);
    releases.nodes[at].again().await?;
    releases.returned();

    let left =
        until("the page is told to come back", Duration::from_secs(1), async || page.shown().ended.is_some());
    let left = left.await;
    releases.expect(left.is_ok(), "a page of a node that has ended believes that it is connected");
    let again = Page::open(&target, &target, screen, &admin).await?;
    let shown = until("a code", Duration::from_secs(5), async || again.shown().code.is_some()).await;
    releases.expect(shown.is_ok(), "a screen that the program before opened shows no code");
    releases.go_on(BETWEEN_S).await;
    Ok(())
}

/// Waits until a node has committed more check-ins than by now.
async fn goes_on_recording(releases: &Releases, at: usize) -> anyhow::Result<()> {
    const RECORDED: &str = "zaichang_check_ins_total";
    let node: &Node = &releases.nodes[at];
    let now = node.metric(RECORDED).await;
    let more = async || node.metric(RECORDED).await > now + 20;
    until(&format!("node {} records check-ins", at + 1), Duration::from_secs(20), more).await
}

/// Asks a node for an export of a course's records. The place where it will lie.
async fn export(releases: &Releases, at: usize) -> anyhow::Result<String> {
    let place = format!("/api/v1/courses/{}/exports", releases.crowd.courses()[0]);
    let target = releases.nodes[at].target();
    let (status, view) = releases.as_admin(&target, "POST", &place, Some(r#"{"format":"csv"}"#)).await?;
    ensure!(status == 202, "an export is refused: {status} {view}");
    Ok(format!("{place}/{}", view["id"].as_str().context("an export without an id")?))
}

/// An export is made, whichever node was asked for it, and one of the nodes gives the file that was promised.
async fn whole(releases: &mut Releases, place: &str) -> anyhow::Result<()> {
    let targets: Vec<Target> = releases.nodes.iter().map(Node::target).collect();
    let look = async || releases.as_admin(&targets[0], "GET", place, None).await;
    let ready = async || look().await.is_ok_and(|(_, view)| view["state"] == "ready");
    if until("an export is made", MADE, ready).await.is_err() {
        releases.wrong.push(format!("an export of the release before was not made: {:?}", look().await));
        return Ok(());
    }
    let (_, view) = look().await?;
    let mut answers = Vec::new();
    for target in &targets {
        let (status, sha256, code) = file(releases, target, &format!("{place}/file")).await?;
        let is_whole = status == 200 && view["sha256"] == sha256;
        if is_whole {
            return Ok(());
        }
        answers.push(format!("{status} {code}"));
    }
    // One that a release wrote which kept its files otherwise is honestly said to be elsewhere, and is asked for again.
    let honest = answers.iter().all(|answer| answer == "409 export_elsewhere");
    releases.expect(honest, format!("the file of an export that is ready: {answers:?}"));
    Ok(())
}

/// A file's status and SHA-256, or the code of a refusal.
async fn file(releases: &Releases, target: &Target, path: &str) -> anyhow::Result<(u16, String, String)> {
    let session = &releases.crowd.shared().demo.unit_admin.session;
    let asked = request(target, "GET", path, Some(session), None);
    let mut tries = 0;
    let (status, body) = loop {
        let cut = |cut: loadtest::client::Cut| anyhow::anyhow!("GET {path}: {}", cut.0);
        let mut connection = Connection::open(target).await.map_err(cut)?;
        let answer = connection.exchange(&asked).await.map_err(cut)?;
        if answer.status != 503 || tries == 20 {
            break (answer.status, answer.body.to_vec());
        }
        tries += 1;
        releases.go_on(0.5).await;
    };
    let mut sha256 = String::new();
    for byte in Sha256::digest(&body) {
        write!(sha256, "{byte:02x}")?;
    }
    let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
    Ok((status, sha256, problem["code"].as_str().unwrap_or_default().to_owned()))
}

/// People are told to come again, or what they would be told on any day; nothing else.
fn nothing_is_refused_for_good(releases: &mut Releases) {
    let usual = [Refusal::CapReached, Refusal::CodeExpired, Refusal::PassExpired];
    let entries = releases.crowd.history().entries();
    let odd: Vec<_> = entries
        .iter()
        .filter_map(|entry| match entry.outcome {
            Outcome::Refused(refusal) if !refusal.passes() && !usual.contains(&refusal) => {
                Some(refusal.word())
            }
            _ => None,
        })
        .collect();
    releases.expect(odd.is_empty(), format!("{} refusals that are no retries: {:?}", odd.len(), odd.first()));
}

/// Jobs of the release before are done, by whichever node.
async fn nothing_is_stuck(releases: &mut Releases) -> anyhow::Result<()> {
    let pool = open(&releases.postgres.url()).await?;
    let stuck: Vec<String> = sqlx::query_scalar(
        "select task_identifier || ': ' || coalesce(last_error, 'no error') from graphile_worker.jobs where attempts >= max_attempts",
    )
    .fetch_all(&pool)
    .await?;
    pool.close().await;
    releases.expect(stuck.is_empty(), format!("jobs that have failed for good: {stuck:?}"));
    Ok(())
}

/// The page's table: after a migration an old program does not start, says why, and harms nothing.
async fn an_old_program_does_not_start(releases: &mut Releases, previous: &Path) -> anyhow::Result<()> {
    let (level, found) = releases.schema_says(previous).await?;
    releases.expect(
        level == "fix" && found.ends_with("is not ours"),
        format!("its doctor says {level}, {found}"),
    );
    let folder = releases.path().join("old");
    let mut old = Node::launched(previous, &folder, releases.settings.clone())?;
    let ended = tokio::time::timeout(Duration::from_secs(20), old.process().ended()).await;
    let failed = ended.is_ok_and(|status| status.is_ok_and(|status| !status.success()));
    releases.expect(failed, "an old program starts on a newer schema");
    let says = old.log().contains("was previously applied but is missing");
    releases.expect(says, format!("an old program does not say why it ends: {}", old.log().trim()));
    releases.recorded_since(unix_us()).await
}

/// The page's last resort: the backup of before in a database of its own, an empty Redis, and the old program. What was
/// acknowledged before the backup began is there.
async fn a_restored_backup_serves_the_old_program(
    releases: &mut Releases,
    previous: &Path,
    dump: &Path,
    begun: i64,
) -> anyhow::Result<()> {
    let url = releases.postgres.restored(dump).await?;
    let mut settings = releases.settings.clone();
    settings.push(("ZAICHANG_DATABASE_URL".to_owned(), url.clone()));
    settings.push(("ZAICHANG_REDIS_URL".to_owned(), format!("redis://{}/1", releases.redis.address())));
    let old = Node::start(previous, &releases.path().join("restored"), settings).await;
    let old = old.context("the old program does not start on the backup of before")?;
    let pool = open(&url).await?;
    let ids: Vec<Uuid> = sqlx::query_scalar("select id from check_ins").fetch_all(&pool).await?;
    pool.close().await;
    let ids: std::collections::HashSet<u128> = ids.into_iter().map(|id| id.as_u128()).collect();
    let entries = releases.crowd.history().entries();
    let promised = entries.iter().filter(|entry| entry.began_us + i64::from(entry.took_us) < begun);
    let promised: Vec<u128> = promised.filter_map(|entry| Some(entry.acknowledged()?.id)).collect();
    let lost = promised.iter().filter(|id| !ids.contains(id)).count();
    releases.expect(!promised.is_empty(), "no check-in was recorded before the backup");
    releases.expect(lost == 0, format!("{lost} of {} check-ins are not in the backup", promised.len()));
    let answers = Answers::of(releases, &old.target()).await?;
    releases.expect(answers.are_no_failures(), format!("the old program on the backup: {answers:?}"));
    Ok(())
}
