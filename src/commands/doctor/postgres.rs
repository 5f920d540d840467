//! Postgres: it answers, it is the primary, new enough, and speaks UTF-8. What it promises about storage is durability.rs',
//! what lies in it schema.rs'. Nothing is written.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, PgConnection};

use super::finding::Finding;
use super::{clocks, connections, durability, schema, seals};
use crate::config::Settings;
use crate::schema::MIGRATIONS;
use zaichang_core::keys::Keys;
use zaichang_registry::resealing;

/// Postgres 15.0 as `server_version_num`.
const OLDEST: i64 = 150_000;

/// Nothing came in time.
pub(super) fn silent() -> Finding {
    Finding::wrong(
        "postgres",
        "无应答 no answer",
        "数据库没有及时应答：请检查 ZAICHANG_DATABASE_URL、网络与防火墙，以及数据库是否过载。",
        "Postgres did not answer in time: check ZAICHANG_DATABASE_URL, the network and its firewalls, and whether it is \
         overloaded.",
    )
}

/// Everything that is asked of Postgres.
pub(super) async fn examine(
    settings: &Settings,
    url: &str,
    is_private: bool,
    keys: Option<&Keys>,
) -> Vec<Finding> {
    let connected =
        async { url.parse::<PgConnectOptions>()?.application_name("zaichang doctor").connect().await };
    let mut connection = match connected.await {
        Ok(connection) => connection,
        Err(error) => return vec![unreachable(&error)],
    };
    let mut findings = Vec::new();
    if let Err(error) = ask(&mut findings, &mut connection, settings, url, is_private, keys).await {
        findings.push(Finding::wrong(
            "postgres",
            error.to_string(),
            "检查中断：请确认数据库用户有权查询，然后重新运行 doctor。",
            "The examination broke off: see that the database's user may ask this, and run doctor again.",
        ));
    }
    findings
}

fn unreachable(error: &sqlx::Error) -> Finding {
    Finding::wrong(
        "postgres",
        error.to_string(),
        "无法连接数据库：请检查 ZAICHANG_DATABASE_URL 中的地址、用户名、密码与库名，以及 pg_hba.conf。",
        "Postgres cannot be reached: check address, user, password and database in ZAICHANG_DATABASE_URL, and pg_hba.conf.",
    )
}

async fn ask(
    findings: &mut Vec<Finding>,
    connection: &mut PgConnection,
    settings: &Settings,
    url: &str,
    is_private: bool,
    keys: Option<&Keys>,
) -> sqlx::Result<()> {
    let version = setting(connection, "server_version").await?;
    let number = setting(connection, "server_version_num").await?.parse::<i64>().unwrap_or(0);
    if number < OLDEST {
        findings.push(Finding::wrong(
            "postgres",
            version,
            "数据库版本过旧：需要 PostgreSQL 15 或更新版本。",
            "This Postgres is too old: 15 or later is needed.",
        ));
        return Ok(());
    }
    findings.push(Finding::fine("postgres", version));
    findings.push(primary(connection).await?);
    findings.push(encoding(&setting(connection, "server_encoding").await?));
    findings.push(clocks::judge("postgres_clock", async || seconds(connection).await).await?);
    findings.extend(durability::judge(connection, url).await?);
    findings.push(connections::judge(connection, settings.database_connections, is_private).await?);
    findings.extend(schema::judge(connection, &MIGRATIONS).await?);
    if let Some(keys) = keys {
        match seals::judge(keys, connection).await.map_err(resealing::Error::of_database) {
            Ok(found) => findings.extend(found),
            Err(Ok(error)) => return Err(error),
            Err(Err(error)) => tracing::error!(%error, "the seals cannot be looked at"),
        }
    }
    Ok(())
}

/// A server setting as this connection has it; empty if this version has none of that name.
pub(super) async fn setting(connection: &mut PgConnection, name: &str) -> sqlx::Result<String> {
    let value: Option<String> =
        sqlx::query_scalar("select current_setting($1, true)").bind(name).fetch_one(connection).await?;
    Ok(value.unwrap_or_default())
}

async fn seconds(connection: &mut PgConnection) -> sqlx::Result<f64> {
    sqlx::query_scalar("select extract(epoch from clock_timestamp())::float8").fetch_one(connection).await
}

async fn primary(connection: &mut PgConnection) -> sqlx::Result<Finding> {
    const CHECK: &str = "postgres_primary";
    let standby: bool = sqlx::query_scalar("select pg_is_in_recovery()").fetch_one(&mut *connection).await?;
    let read_only = setting(connection, "default_transaction_read_only").await? == "on";
    Ok(if standby {
        Finding::wrong(
            CHECK,
            "standby",
            "这是备库，不能写入：请把 ZAICHANG_DATABASE_URL 指向主库。",
            "This is a standby and takes no writes: point ZAICHANG_DATABASE_URL at the primary.",
        )
    } else if read_only {
        Finding::wrong(
            CHECK,
            "read-only",
            "该数据库或用户默认只读：请运行 alter database … reset default_transaction_read_only（或 alter role …）。",
            "The database or its user is read-only by default: run alter database … reset \
             default_transaction_read_only (or alter role …).",
        )
    } else {
        Finding::fine(CHECK, "primary")
    })
}

fn encoding(encoding: &str) -> Finding {
    if encoding == "UTF8" {
        return Finding::fine("postgres_encoding", encoding);
    }
    Finding::wrong(
        "postgres_encoding",
        encoding,
        "数据库编码不是 UTF8，中文姓名无法保存：请以 encoding 'UTF8' 重新建立数据库。",
        "The database is not UTF8 and cannot hold Chinese names: make it again with encoding 'UTF8'.",
    )
}
