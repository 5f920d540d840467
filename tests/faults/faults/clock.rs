//! A node whose clock is five minutes off: it must not serve, and accepts no code that the others would refuse.
//! It must not know how the node finds out.

use std::path::PathBuf;
use std::time::Duration;

use loadtest::client::call;
use loadtest::clock::unix_ms;
use serde_json::json;
use tokio::time::Instant;

use crate::node::{Node, Settings};
use crate::test_server::{Skip, TestServer};

const OFF_MS: i64 = 300_000;
/// How long it is tried.
const TRIED: Duration = Duration::from_secs(6);
/// A clock that jumps while the node runs must be noticed within this.
const NOTICED: Duration = Duration::from_secs(2);

pub async fn a_node_5_minutes_behind_accepts_no_stale_code(test: &mut TestServer) -> anyhow::Result<()> {
    started_off(test, "-300s", -OFF_MS).await
}

pub async fn a_node_5_minutes_ahead_accepts_no_code_of_the_future(
    test: &mut TestServer,
) -> anyhow::Result<()> {
    started_off(test, "+300s", OFF_MS).await
}

async fn started_off(test: &mut TestServer, offset: &str, offset_ms: i64) -> anyhow::Result<()> {
    let settings = faked(test, vec![("FAKETIME", offset.to_owned())])?;
    let mut node = Node::launched(&test.program, &test.path().join("off"), settings)?;
    let until = Instant::now() + TRIED;
    let (mut accepted, mut refused) = (0, 0);
    while Instant::now() < until && node.process().runs() {
        match takes(test, &node, offset_ms).await {
            Some(true) => accepted += 1,
            Some(false) => refused += 1,
            None => {}
        }
        if node.is_ready().await {
            test.expect(false, "it says that it is ready");
            break;
        }
        test.go_on(0.05).await;
    }
    test.expect(accepted == 0, format!("{accepted} codes that were {offset} off were accepted"));
    let told = node.log().to_lowercase().contains("clock");
    test.expect(refused > 0 || told, "it neither refused a code nor said why it does not run");
    node.process().kill().await
}

pub async fn a_clock_that_jumps_back_5_minutes_is_noticed(test: &mut TestServer) -> anyhow::Result<()> {
    let offset = test.path().join("offset");
    std::fs::write(&offset, "+0")?;
    let file = offset.display().to_string();
    let settings =
        faked(test, vec![("FAKETIME_TIMESTAMP_FILE", file), ("FAKETIME_NO_CACHE", "1".to_owned())])?;
    let mut node = Node::start(&test.program, &test.path().join("off"), settings).await?;
    std::fs::write(&offset, "-300s")?;
    let jumped = Instant::now();
    let (mut before, mut after) = (0, 0);
    while jumped.elapsed() < TRIED {
        let asked = jumped.elapsed();
        if takes(test, &node, -OFF_MS).await == Some(true) {
            if asked < NOTICED { before += 1 } else { after += 1 }
        }
        test.go_on(0.05).await;
    }
    test.expect(
        after == 0,
        format!("{after} stale codes were accepted later than {NOTICED:?} after the jump ({before} before)"),
    );
    let ready = node.process().runs() && node.is_ready().await;
    test.expect(!ready, "it says that it is ready, five minutes behind");
    node.process().kill().await
}

/// Whether the node takes a code that is so many milliseconds off; none if it does not answer. A pass is taken too: it
/// would be recorded later. The crowd does not use these: a row would be one without a request, and the check would report it.
async fn takes(test: &TestServer, node: &Node, offset_ms: i64) -> Option<bool> {
    let shared = test.crowd.shared();
    let code = shared.hall(0).minter.code_at(unix_ms() + offset_ms);
    let client = json!({ "kind": "app", "device_id": "phone-of-a-forger" });
    let body = json!({ "code": String::from_utf8_lossy(&code), "client": client }).to_string();
    let session = &shared.demo.people.last()?.session;
    let target = node.target();
    let reply = call(&target, "POST", "/api/v1/check-ins", Some(session), Some(&body)).await.ok()?;
    Some((200..300).contains(&reply.status) || reply.body["pass"].is_string())
}

fn faked(test: &TestServer, clock: Vec<(&str, String)>) -> anyhow::Result<Settings> {
    let library = faketime().ok_or(Skip("libfaketime is not installed: apt-get install libfaketime"))?;
    let mut settings = test.settings.clone();
    settings.push(("LD_PRELOAD".to_owned(), library.display().to_string()));
    // Only the wall clock; how long something takes stays true.
    settings.push(("FAKETIME_DONT_FAKE_MONOTONIC".to_owned(), "1".to_owned()));
    settings.push(("DONT_FAKE_MONOTONIC".to_owned(), "1".to_owned()));
    settings.extend(clock.into_iter().map(|(name, value)| (name.to_owned(), value)));
    Ok(settings)
}

fn faketime() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?.flatten();
    folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1")).find(|library| library.is_file())
}
