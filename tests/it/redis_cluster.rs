//! A Redis Cluster of three masters: what one node has committed the others learn through it, and losing a master costs
//! nothing but memory.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use redis::Client;
use serde_json::json;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use zaichang_attendance::checkin::{Counts, follow};
use zaichang_core::ids::CourseId;
use zaichang_platform::redis::Redis;

use crate::test_server::{Service, TestServer, client, eventually};

/// Three masters. Dropped, they are killed.
struct Cluster {
    masters: Vec<Master>,
    folder: TempDir,
}

struct Master {
    port: u16,
    process: Child,
}

impl Drop for Master {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Master {
    fn start(folder: &TempDir, port: u16, bus: u16) -> Self {
        let home = folder.path().join(port.to_string());
        std::fs::create_dir_all(&home).unwrap();
        let process = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--cluster-port", &bus.to_string(), "--bind", "127.0.0.1"])
            .args(["--cluster-enabled", "yes", "--cluster-require-full-coverage", "no", "--save", ""])
            .args(["--cluster-node-timeout", "1000", "--dir"])
            .arg(home)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { port, process }
    }

    fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// One command's answer as text; empty while no master answers.
    async fn say(&self, words: &str) -> String {
        let asked = async {
            let mut line = Client::open(self.url())?.get_multiplexed_async_connection().await?;
            let mut words = words.split(' ');
            let mut command = redis::cmd(words.next().unwrap());
            command.arg(words.collect::<Vec<_>>()).query_async::<redis::Value>(&mut line).await
        };
        asked.await.map_or(String::new(), |value| format!("{value:?}"))
    }
}

/// Ports that were free a moment ago.
fn ports(count: usize) -> Vec<u16> {
    let held: Vec<_> = (0..count).map(|_| TcpListener::bind(("127.0.0.1", 0)).unwrap()).collect();
    held.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}

impl Cluster {
    async fn start() -> Self {
        let (folder, ports) = (tempfile::tempdir().unwrap(), ports(6));
        let masters = (0..3).map(|at| Master::start(&folder, ports[at], ports[at + 3])).collect();
        let cluster = Self { masters, folder };
        for (at, slots) in ["0 5460", "5461 10922", "10923 16383"].into_iter().enumerate() {
            let master = &cluster.masters[at];
            eventually(async || master.say("PING").await.contains("PONG")).await;
            assert!(
                master.say(&format!("CLUSTER ADDSLOTSRANGE {slots}")).await.to_lowercase().contains("ok")
            );
            let first = format!("CLUSTER MEET 127.0.0.1 {} {}", ports[0], ports[3]);
            if at > 0 {
                master.say(&first).await;
            }
        }
        for master in &cluster.masters {
            eventually(async || {
                let info = master.say("CLUSTER INFO").await;
                info.contains("cluster_state:ok") && info.contains("cluster_slots_assigned:16384")
            })
            .await;
        }
        cluster
    }

    fn urls(&self) -> String {
        self.masters.iter().map(Master::url).collect::<Vec<_>>().join(",")
    }

    /// What all of them answer, one after the other.
    async fn say(&self, words: &str) -> String {
        let mut said = String::new();
        for master in &self.masters {
            said.push_str(&master.say(words).await);
        }
        said
    }

    /// How many check-ins are remembered.
    async fn keys(&self) -> u32 {
        let mut keys = 0;
        for master in &self.masters {
            keys += master
                .say("DBSIZE")
                .await
                .replace(|digit: char| !digit.is_numeric(), "")
                .parse()
                .unwrap_or(0);
        }
        keys
    }

    async fn restart(&mut self, at: usize, bus: u16) {
        let port = self.masters[at].port;
        self.masters[at] = Master::start(&self.folder, port, bus);
        eventually(async || self.masters[at].say("PING").await.contains("PONG")).await;
    }

    /// The bus port by which the others know a master.
    async fn bus(&self, at: usize) -> u16 {
        let (nodes, port) = (self.masters[at].say("CLUSTER NODES").await, self.masters[at].port);
        let (_, rest) = nodes.split_once(&format!(":{port}@")).unwrap();
        rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
    }
}

async fn degraded(service: &Service) -> serde_json::Value {
    service.get("/readyz", None).await.body["degraded"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_at_another_node_is_answered_from_the_cluster() {
    let cluster = Cluster::start().await;
    let server = TestServer::open_with(|settings| settings.redis_url = Some(cluster.urls().into())).await;
    let second = server.second(|settings| settings.redis_url = Some(cluster.urls().into())).await;
    eventually(async || degraded(&second).await == json!([])).await;
    let mut people = 0..;
    let mut proofs = Vec::new();
    // Courses lie on different masters. On a busy machine Redis may be too slow to be updated: then another person comes.
    for course in server.demo.courses.iter().map(|course| course.id.0) {
        let (screen, _) = server.screen(course).await;
        loop {
            let person = people.next().unwrap();
            let body =
                json!({ "code": server.code(screen), "client": client(&format!("phone-of-{person:04}")) });
            // The other node comes to know the place and the person.
            second.post("/api/v1/scans", server.session(person), body.clone()).await.is(201, "");
            let known = cluster.keys().await;
            let first =
                server.check_in(person, json!({ "code": server.code(screen) })).await.is(201, "recorded");
            let told = async { while cluster.keys().await == known {} };
            if tokio::time::timeout(Duration::from_secs(1), told).await.is_ok() {
                proofs.push((person, body, first));
                break;
            }
        }
    }
    // While nothing can be committed no other node can know.
    let url = server.stores.postgres.url();
    let mut holder = PgConnection::connect(url).await.unwrap();
    let mut held = holder.begin().await.unwrap();
    sqlx::query("lock table turns in access exclusive mode").execute(&mut *held).await.unwrap();
    for (person, body, first) in &proofs {
        let again = second.post("/api/v1/check-ins", server.session(*person), body.clone()).await;
        assert_eq!(again.is(200, "already_recorded").body["receipt"], first.body["receipt"]);
    }
    held.rollback().await.unwrap();
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_reach_another_node_whatever_master_it_listens_at() {
    let cluster = Cluster::start().await;
    let server = TestServer::open_with(|settings| settings.redis_url = Some(cluster.urls().into())).await;
    // Listeners without a database: they receive changes by Redis only. One listens at each address.
    let nowhere = PgPoolOptions::new().connect_lazy("postgres://nobody@127.0.0.1:1/none").unwrap();
    let mut heard = Vec::new();
    for turn in 0..3 {
        let mut urls: Vec<_> = cluster.masters.iter().map(Master::url).collect();
        urls.rotate_left(turn);
        let (counts, redis) = (Counts::default(), Redis::at(&urls.join(",")).unwrap());
        heard.push(counts.watch(CourseId(server.course())));
        tokio::spawn(follow(counts, nowhere.clone(), Some(Arc::new(redis)), server.clock.clone()));
    }
    // The node's own, and ours.
    let subscribed = async || {
        cluster.say("PUBSUB NUMSUB zc:counts").await.matches(char::is_numeric).map(number).sum::<u32>()
    };
    eventually(async || subscribed().await == 4).await;
    let (screen, _) = server.screen(server.course()).await;
    let mut people = 0..;
    for count in &heard {
        let counted = async || count.borrow().is_some_and(|count| count.check_ins > 0);
        while !counted().await {
            let person = people.next().unwrap();
            server.check_in(person, json!({ "code": server.code(screen) })).await.is(201, "recorded");
            let _ = tokio::time::timeout(Duration::from_secs(1), eventually(counted)).await;
        }
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_wechat_is_left_in_the_cluster_for_the_other_nodes() {
    let cluster = Cluster::start().await;
    let (simulated, _) = crate::wechat::client::simulated().await;
    let redis = Redis::at(&cluster.urls()).unwrap();
    let fetched = || simulated.calls("cgi-bin/stable_token");
    // A node that has just found the cluster may be too slow for it: then it fetches for itself, and leaves its own there.
    eventually(async || {
        let (node, before) = (crate::wechat::client::node(&simulated, Some(&redis)), fetched());
        node.token_can_be_had(zaichang_integrations::wechat::App::MiniProgram).await.unwrap();
        before > 0 && fetched() == before
    })
    .await;
    // No request is left waiting for a turn that was not given back.
    eventually(async || cluster.keys().await == 1).await;
}

fn number(digit: &str) -> u32 {
    digit.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn masters_that_are_killed_cost_no_check_in_and_are_used_again_when_they_are_back() {
    let mut cluster = Cluster::start().await;
    let server = TestServer::open_with(|settings| settings.redis_url = Some(cluster.urls().into())).await;
    let second = server.second(|settings| settings.redis_url = Some(cluster.urls().into())).await;
    eventually(async || degraded(&second).await == json!([])).await;
    let (screen, _) = server.screen(server.course()).await;
    let mut buses = Vec::new();
    for at in 0..3 {
        buses.push(cluster.bus(at).await);
    }
    let mut people = 0..;
    for dead in 1..=3 {
        cluster.masters[dead - 1].kill();
        for person in people.by_ref().take(10) {
            let body =
                json!({ "code": server.code(screen), "client": client(&format!("phone-of-{person:04}")) });
            second.post("/api/v1/check-ins", server.session(person), body).await.is(201, "recorded");
            server.check_in(person, json!({ "code": server.code(screen) })).await.is(200, "already_recorded");
        }
        second.get("/readyz", None).await.is(200, "");
    }
    eventually(async || degraded(&second).await == json!(["redis"])).await;
    for (at, bus) in buses.into_iter().enumerate() {
        cluster.restart(at, bus).await;
    }
    for service in [&server.service, &second] {
        eventually(async || degraded(service).await == json!([])).await;
    }
    assert_eq!(server.rows().await, 30);
    second.stop().await;
    server.close().await;
}
