//! What Postgres promises about a commit: on disk, whole, and perhaps on a second machine. The product's promise is this.
//! Nothing is written.

use sqlx::PgConnection;

use super::finding::Finding;
use super::postgres::setting;
use zaichang_platform::db;

pub(super) async fn judge(connection: &mut PgConnection, url: &str) -> sqlx::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    findings.push(switch(
        "postgres_fsync",
        &setting(connection, "fsync").await?,
        "fsync 已关闭：断电会丢失已确认的签到，甚至损坏整个数据库。请设置 fsync = on 并重新加载配置。",
        "fsync is off: a power cut loses acknowledged check-ins, or the whole database. Set fsync = on and reload.",
    ));
    findings.push(switch(
        "postgres_full_page_writes",
        &setting(connection, "full_page_writes").await?,
        "full_page_writes 已关闭：断电后数据页可能只写了一半。请设置 full_page_writes = on 并重新加载配置。",
        "full_page_writes is off: a power cut may leave half-written pages. Set full_page_writes = on and reload.",
    ));
    findings.push(ours(url).await?);
    findings.push(default(&setting(connection, "synchronous_commit").await?));
    findings.push(standby(connection).await?);
    Ok(findings)
}

fn switch(check: &'static str, found: &str, zh: &str, en: &str) -> Finding {
    if found == "on" { Finding::fine(check, found) } else { Finding::wrong(check, found, zh, en) }
}

/// Asked through a connection as the service itself makes them: a pooler between may have dropped its options.
async fn ours(url: &str) -> sqlx::Result<Finding> {
    let pool = db::pool(url, 1)?;
    let mut connection = pool.acquire().await?;
    let found = setting(&mut connection, "synchronous_commit").await?;
    connection.close().await?;
    pool.close().await;
    Ok(switch(
        "postgres_commit",
        &found,
        "本服务的连接没有得到 synchronous_commit = on：已确认的签到可能丢失。中间若有连接池（如 PgBouncer），请让它传递启动参数 options，或改为直连数据库。",
        "Our connections do not get synchronous_commit = on: acknowledged check-ins could be lost. If a pooler stands \
         between (PgBouncer), let it pass the start-up parameter options on, or connect to Postgres itself.",
    ))
}

/// What connections get that do not set it themselves, such as an import by hand.
fn default(found: &str) -> Finding {
    const CHECK: &str = "postgres_commit_default";
    match found {
        "on" => Finding::fine(CHECK, found),
        "remote_apply" => Finding::note(
            CHECK,
            found,
            "服务器默认等待备库应用，本服务的连接使用 on：等待备库落盘即可。",
            "The server's default waits until standbys have applied; our connections use on, which waits until they have \
             written.",
        ),
        _ => Finding::note(
            CHECK,
            found,
            "服务器默认不等待落盘。本服务的连接自行设为 on，不受影响；手工导入等其他程序断电时可能丢失数据。建议设置 synchronous_commit = on。",
            "By default this server does not wait for the disk. Our connections set it on for themselves; other programs, \
             such as imports by hand, may lose what they wrote. Better set synchronous_commit = on.",
        ),
    }
}

/// Whether a commit is on a second machine before it is acknowledged.
async fn standby(connection: &mut PgConnection) -> sqlx::Result<Finding> {
    const CHECK: &str = "postgres_standby";
    let names = setting(connection, "synchronous_standby_names").await?;
    if names.is_empty() {
        return Ok(Finding::note(
            CHECK,
            "无 none",
            "没有同步备库：这一台机器及其磁盘若损毁，已确认的签到会随之丢失。需要时请设置 synchronous_standby_names，并确保备库在线。",
            "No synchronous standby: one machine's loss can lose acknowledged rows. Where that matters, set \
             synchronous_standby_names, with a standby that is connected.",
        ));
    }
    // A user without the right sees no state; then no fault is reported.
    let (connected, hidden): (i64, i64) = sqlx::query_as(
        "select count(*) filter (where sync_state in ('sync', 'quorum')), count(*) filter (where sync_state is null)
         from pg_stat_replication",
    )
    .fetch_one(connection)
    .await?;
    Ok(if connected == 0 && hidden == 0 {
        Finding::wrong(
            CHECK,
            names,
            "已要求同步备库，但没有备库在线：每次提交都会一直等待，签到将全部推迟。请恢复备库，或临时清空 synchronous_standby_names。",
            "A synchronous standby is demanded and none is connected: every commit waits and check-ins are deferred. Bring \
             the standby back, or empty synchronous_standby_names for the time being.",
        )
    } else {
        Finding::fine(CHECK, names)
    })
}
