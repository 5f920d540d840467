//! Faults that need several machines: a primary that is gone for good, a standby that is away, nodes that come and go.
//! It must not know which parts share a machine here.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use loadtest::client::call;
use loadtest::clock::unix_us;
use serde_json::json;

use crate::cluster::Cluster;
use crate::page::Page;
use crate::process::until;

/// A change on one node reaches the others within this.
const KNOWN: Duration = Duration::from_secs(1);

pub async fn a_code_a_closed_screen_and_the_counts_are_the_same_on_every_node(
    cluster: &mut Cluster,
) -> anyhow::Result<()> {
    let (nodes, front) = cluster.nodes();
    let admin = cluster.crowd.shared().demo.unit_admin.session.clone();
    let course = cluster.crowd.courses()[0];
    let path = format!("/api/v1/courses/{course}/screens");
    let opened = call(&nodes[0], "POST", &path, Some(&admin), Some(r#"{"place":"分会场"}"#)).await?;
    ensure!(opened.status == 201, "a screen cannot be opened: {} {}", opened.status, opened.body);
    let screen = opened.body["screen"].as_u64().context("a screen without a number")?;
    let mut pages = Vec::new();
    for node in &nodes {
        pages.push(Page::open(node, &front, screen, &admin).await?);
    }
    let coded = async || pages.iter().all(|page| page.shown().code.is_some());
    until("every page shows a code", KNOWN * 5, coded).await?;
    // A code of each node, judged by all.
    let judged = async |at: usize, code: &str| {
        let client = json!({ "kind": "app", "device_id": "phone-of-a-witness" });
        let body = json!({ "code": code, "client": client }).to_string();
        call(&nodes[at], "POST", "/api/v1/scans", None, Some(&body)).await
    };
    for (minted, page) in pages.iter().enumerate() {
        let code = page.shown().code.unwrap_or_default();
        for at in 0..nodes.len() {
            let reply = judged(at, &code).await?;
            let what =
                format!("node{} answered {} to a code of node{}", at + 1, reply.body["code"], minted + 1);
            cluster.expect(reply.status == 201, what);
        }
    }
    // A pause in the arrivals: then every page shows the same count.
    let rate = cluster.crowd.let_come(0);
    let counts = || pages.iter().map(|page| page.shown().attendees).collect::<Vec<_>>();
    let agree = async || {
        let counts = counts();
        counts[0].is_some_and(|count| count > 0) && counts.iter().all(|count| *count == counts[0])
    };
    let agreed = until("the counts agree", KNOWN * 5, agree).await;
    cluster.expect(agreed.is_ok(), format!("the pages' counts do not agree: {:?}", counts()));
    cluster.crowd.let_come(rate);
    // Closed on the second, it is closed on all.
    let path = format!("/api/v1/screens/{screen}");
    let closed = call(&nodes[1], "DELETE", &path, Some(&admin), None).await?;
    ensure!(closed.status == 204, "the screen cannot be closed: {}", closed.body);
    let all_closed = async || pages.iter().all(|page| page.shown().ended == Some(4410));
    let heard = until("every page is told", KNOWN, all_closed).await;
    let endings: Vec<_> = pages.iter().map(|page| page.shown().ended).collect();
    cluster.expect(heard.is_ok(), format!("pages of a closed screen after {KNOWN:?}: {endings:?}"));
    let code = pages[0].shown().code.unwrap_or_default();
    for at in 0..nodes.len() {
        let word = judged(at, &code).await?.body["code"].clone();
        cluster.expect(word == "screen_closed" || word == "code_expired", format!("node{}: {word}", at + 1));
    }
    Ok(())
}

pub async fn the_primary_lost_and_its_standby_promoted_loses_nobody(
    cluster: &mut Cluster,
) -> anyhow::Result<()> {
    for _ in 0..2 {
        cluster.run(&["promote"]).await?;
        cluster.returned();
        let fenced = cluster.run(&["start", "standby"]).await;
        cluster.expect(fenced.is_err(), "the fenced primary could be started as it is");
        cluster.go_on(2.0).await;
        cluster.run(&["rejoin"]).await?;
        cluster.recorded_since(unix_us()).await?;
    }
    Ok(())
}

pub async fn without_the_standby_nothing_is_acknowledged(cluster: &mut Cluster) -> anyhow::Result<()> {
    cluster.run(&["kill", "standby"]).await?;
    let killed = unix_us();
    // Longer than any time-out of a statement.
    cluster.go_on(12.0).await;
    let waited_until = unix_us();
    cluster.run(&["start", "standby"]).await?;
    cluster.returned();
    let alone = |entry: &loadtest::history::Entry| {
        let answered = entry.began_us + i64::from(entry.took_us);
        answered < waited_until && entry.acknowledged().is_some_and(|row| row.recorded_at_us > killed)
    };
    let alone = cluster.crowd.history().count(alone);
    cluster.expect(alone == 0, format!("{alone} answers promised rows that only one machine had"));
    cluster.go_on(3.0).await;
    Ok(())
}

pub async fn a_node_killed_behind_nginx_is_not_felt(cluster: &mut Cluster) -> anyhow::Result<()> {
    for node in ["node1", "node2", "node3"] {
        cluster.run(&["kill", node]).await?;
        cluster.go_on(1.0).await;
        cluster.run(&["start", node]).await?;
        cluster.go_on(1.0).await;
    }
    cluster.returned();
    Ok(())
}

pub async fn a_rolling_restart_is_not_felt(cluster: &mut Cluster) -> anyhow::Result<()> {
    for node in ["node1", "node2", "node3"] {
        cluster.run(&["stop", node]).await?;
        cluster.run(&["start", node]).await?;
        cluster.returned();
        // As the runbook says: nginx asks a node that was away again after two seconds.
        cluster.go_on(3.0).await;
    }
    Ok(())
}

pub async fn redis_masters_killed_one_by_one_are_not_felt(cluster: &mut Cluster) -> anyhow::Result<()> {
    for master in ["redis1", "redis2", "redis3"] {
        cluster.run(&["kill", master]).await?;
        // Until its replica has taken over.
        cluster.go_on(4.0).await;
        cluster.run(&["start", master]).await?;
        cluster.returned();
        cluster.go_on(1.0).await;
    }
    Ok(())
}
