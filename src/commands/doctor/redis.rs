//! Redis: it answers quickly, takes writes, and has room for a memory that expires. What it keeps on disk does not matter.
//! The only thing written is one key that expires within a second.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{Client, RedisResult};
use secrecy::ExposeSecret as _;

use super::finding::Finding;
use super::{PATIENCE, clocks, memory};
use crate::config::Settings;

/// 6.2, the oldest that is tried.
const OLDEST: (u32, u32) = (6, 2);
/// A check-in waits so long for Redis and no longer: `checkin::seen`.
const SLOW: Duration = Duration::from_millis(50);
const ROUNDS: usize = 20;

pub(super) async fn examine(settings: &Settings) -> Vec<Finding> {
    let Some(url) = &settings.redis_url else { return vec![none()] };
    // Several addresses are the nodes of one cluster.
    let urls: Vec<_> = url.expose_secret().split(',').map(str::trim).filter(|url| !url.is_empty()).collect();
    let mut findings = Vec::new();
    for url in &urls {
        let mut of_url = Vec::new();
        let asked = tokio::time::timeout(PATIENCE, ask(&mut of_url, url, urls.len() > 1)).await;
        match asked {
            Ok(Ok(())) => {}
            Ok(Err(error)) => of_url.push(silent(&error.to_string())),
            Err(_) => of_url.push(silent("无应答 no answer")),
        }
        if urls.len() > 1 {
            let address = address(url);
            for finding in &mut of_url {
                finding.found = format!("{address}: {}", finding.found);
            }
        }
        findings.extend(of_url);
    }
    findings
}

/// Where it is, without its password.
fn address(url: &str) -> String {
    Client::open(url)
        .map_or_else(|_| "?".to_owned(), |client| client.get_connection_info().addr().to_string())
}

fn none() -> Finding {
    const CHECK: &str = "redis";
    let installed = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join("redis-server").is_file()));
    if installed {
        return Finding::note(
            CHECK,
            "自带 private",
            "未设置 ZAICHANG_REDIS_URL：服务会启动自带的 Redis，只供本节点使用；多节点须共用一个。",
            "ZAICHANG_REDIS_URL is not set: the service starts a private Redis for this node alone; several nodes must share \
             one.",
        );
    }
    Finding::note(
        CHECK,
        "无 none",
        "未设置 ZAICHANG_REDIS_URL，本机也没有 redis-server：可以签到，但重复扫码都由数据库应答。",
        "ZAICHANG_REDIS_URL is not set and no redis-server is installed: check-ins work, every repeat is answered by \
         Postgres.",
    )
}

fn silent(found: &str) -> Finding {
    Finding::wrong(
        "redis",
        found,
        "Redis 无法使用：请检查 ZAICHANG_REDIS_URL、密码与网络。没有它仍可签到，但重复扫码都由数据库应答，节点间人数更新变慢。",
        "Redis cannot be used: check ZAICHANG_REDIS_URL, its password and the network. Check-ins work without it, but every \
         repeat is answered by Postgres and counts reach other nodes later.",
    )
}

async fn ask(findings: &mut Vec<Finding>, url: &str, of_cluster: bool) -> RedisResult<()> {
    let client = Client::open(url)?;
    let mut connection = client.get_multiplexed_async_connection().await?;
    let info = info(&mut connection).await?;
    let value = |name: &str| info.get(name).map_or("", String::as_str);
    findings.push(version(value("redis_version")));
    findings.push(role(value("role"), value("cluster_enabled") == "1", of_cluster));
    findings.push(speed(&mut connection).await?);
    findings.push(memory::judge(value("maxmemory").parse().unwrap_or(0), value("maxmemory_policy")));
    if value("cluster_enabled") == "1" {
        findings.push(cluster(&mut connection).await?);
    }
    findings.push(writes(&mut connection).await);
    let seconds = async || {
        let (seconds, micros): (u64, u32) = redis::cmd("TIME").query_async(&mut connection).await?;
        Ok((Duration::from_secs(seconds) + Duration::from_micros(u64::from(micros))).as_secs_f64())
    };
    findings.push(clocks::judge::<redis::RedisError>("redis_clock", seconds).await?);
    Ok(())
}

/// `INFO` as names and values; unlike `CONFIG` it is allowed everywhere.
async fn info(connection: &mut MultiplexedConnection) -> RedisResult<HashMap<String, String>> {
    let text: String = redis::cmd("INFO").query_async(connection).await?;
    let pairs = text.lines().filter_map(|line| line.trim().split_once(':'));
    Ok(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn version(found: &str) -> Finding {
    let mut parts = found.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let numbers = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if numbers >= OLDEST {
        return Finding::fine("redis", found);
    }
    Finding::wrong(
        "redis",
        found,
        "Redis 版本过旧：需要 6.2 或更新版本，建议 7。",
        "This Redis is too old: 6.2 or later is needed, 7 is better.",
    )
}

fn role(role: &str, is_cluster: bool, of_cluster: bool) -> Finding {
    const CHECK: &str = "redis_role";
    match (role, is_cluster, of_cluster) {
        (_, true, false) => Finding::wrong(
            CHECK,
            "cluster",
            "这是 Redis Cluster 的一个节点：请在 ZAICHANG_REDIS_URL 中以逗号列出多个节点的地址。",
            "This is one node of a Redis Cluster: list the addresses of several of its nodes in ZAICHANG_REDIS_URL, \
             separated by commas.",
        ),
        (_, false, true) => Finding::wrong(
            CHECK,
            "not a cluster",
            "ZAICHANG_REDIS_URL 列出了多个地址，但它不属于 Redis Cluster：请只写一个地址。",
            "ZAICHANG_REDIS_URL lists several addresses, but this one is of no Redis Cluster: name one address only.",
        ),
        (_, true, true) => Finding::fine(CHECK, format!("cluster, {role}")),
        ("master", ..) => Finding::fine(CHECK, role),
        _ => Finding::wrong(
            CHECK,
            role,
            "这是只读的从库：请把 ZAICHANG_REDIS_URL 指向主库。",
            "This is a read-only replica: point ZAICHANG_REDIS_URL at the master.",
        ),
    }
}

/// Whether every slot of the cluster is served; without that some courses have no memory.
async fn cluster(connection: &mut MultiplexedConnection) -> RedisResult<Finding> {
    const CHECK: &str = "redis_cluster";
    let text: String = redis::cmd("CLUSTER").arg("INFO").query_async(connection).await?;
    let value = |name: &str| {
        let pairs = text.lines().filter_map(|line| line.trim().split_once(':'));
        pairs.filter(|(one, _)| *one == name).map(|(_, value)| value.to_owned()).next().unwrap_or_default()
    };
    let found = format!("{}, {} slots", value("cluster_state"), value("cluster_slots_ok"));
    Ok(if value("cluster_state") == "ok" {
        Finding::fine(CHECK, found)
    } else {
        Finding::wrong(
            CHECK,
            found,
            "集群不可用：有槽位无人负责。请运行 redis-cli --cluster check 查看，并恢复缺失的节点。",
            "The cluster is down: some of its slots are not served. Look with redis-cli --cluster check, and bring the missing \
             nodes back.",
        )
    })
}

async fn speed(connection: &mut MultiplexedConnection) -> RedisResult<Finding> {
    const CHECK: &str = "redis_speed";
    let mut took = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        redis::cmd("PING").exec_async(connection).await?;
        took.push(began.elapsed());
    }
    took.sort_unstable();
    let median = took[ROUNDS / 2];
    let found = format!("{:.1} ms", median.as_secs_f64() * 1000.0);
    Ok(if median >= SLOW {
        Finding::wrong(
            CHECK,
            found,
            "应答慢于 50 毫秒，签到时会跳过它：请把 Redis 放在同一机房。",
            "It answers more slowly than 50 ms, so that every check-in passes it by: put Redis into the same data centre.",
        )
    } else {
        Finding::fine(CHECK, found)
    })
}

/// Whether it remembers: a full one, a read-only one, and one whose user may not write all say no here.
async fn writes(connection: &mut MultiplexedConnection) -> Finding {
    const CHECK: &str = "redis_writes";
    let written =
        redis::cmd("SET").arg("zc:doctor").arg(1).arg("EX").arg(1).exec_async(&mut *connection).await;
    match written {
        Ok(()) => Finding::fine(CHECK, "接受 taken"),
        // The key is another node's: this one knows whose.
        Err(error) if error.code() == Some("MOVED") => Finding::fine(CHECK, "转交 moved"),
        Err(error) => Finding::wrong(
            CHECK,
            error.to_string(),
            "Redis 拒绝写入：请检查内存上限、stop-writes-on-bgsave-error 与用户权限（需要 zc:* 的读写及发布订阅）。",
            "Redis refuses to write: check its memory limit, stop-writes-on-bgsave-error, and what its user may do (read and \
             write zc:*, publish and subscribe).",
        ),
    }
}
