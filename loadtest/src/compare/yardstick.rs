//! A yardstick server as a process of its own: a copy of this program. It must not know what it is compared with.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use sqlx::Connection as _;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::Plan;
use super::test_server::TestServer;
use crate::baseline::Yardstick;
use crate::crowd::Crowd;
use crate::drive::Run;
use crate::processor::{Effort, PerAnswer};
use crate::scenario::flood;

const READY_WITHIN: Duration = Duration::from_secs(20);

/// What a yardstick, or the service, does in one turn.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    pub per_s: f64,
    /// Processor time of the server for each answer, microseconds.
    pub server_us: f64,
    /// The same of the generator.
    pub generator_us: f64,
}

/// What a yardstick does under the flood.
pub async fn measure(yardstick: Yardstick, plan: &Plan, server: &TestServer) -> anyhow::Result<Done> {
    let database = server.yardstick_database().await?;
    sqlx::raw_sql("checkpoint").execute(&server.site.pool).await?;
    let (mut child, base_url) = start(yardstick, &database).await?;
    let crowd = Crowd::without_screens(&server.site.demo, &base_url, &server.courses).await?;
    let run = Run::begin(Arc::clone(&crowd), plan.length());
    let effort = Effort::begin(child.id());
    let took = flood::send(&run, plan.connections, plan.length()).await;
    let PerAnswer { generator_us, server_us } = effort.per_answer(run.meter.answers());
    let measured = run.meter.sum_up(took);
    child.kill().await?;
    let recorded = measured.kinds.get("recorded").map_or(0, |latencies| latencies.count);
    anyhow::ensure!(recorded == measured.all.count, "{yardstick:?} failed under the flood");
    if let Some(table) = table(yardstick) {
        let mut connection = sqlx::PgConnection::connect(&database).await?;
        let count = format!("select count(*) from {table}");
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&mut connection).await?;
        connection.close().await?;
        anyhow::ensure!(rows.cast_unsigned() == recorded, "{yardstick:?} said {recorded} and wrote {rows}");
    }
    Ok(Done { per_s: measured.per_s("recorded"), server_us: server_us.unwrap_or(f64::NAN), generator_us })
}

const fn table(yardstick: Yardstick) -> Option<&'static str> {
    match yardstick {
        Yardstick::Noop => None,
        Yardstick::Naive => Some("naive_check_ins"),
        Yardstick::Ceiling => Some("ceiling_check_ins"),
    }
}

async fn start(yardstick: Yardstick, database: &str) -> anyhow::Result<(Child, String)> {
    let name = clap::ValueEnum::to_possible_value(&yardstick).context("every yardstick has a name")?;
    let mut child = Command::new(std::env::current_exe()?)
        .args(["baseline", name.get_name(), "--listen", "127.0.0.1:0"])
        .env("ZAICHANG_DATABASE_URL", database)
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(child.stderr.take().context("it has a stderr")?).lines();
    let line = tokio::time::timeout(READY_WITHIN, lines.next_line()).await;
    let line = line.context("the yardstick does not become ready")??.unwrap_or_default();
    let address =
        line.split("listening on ").nth(1).with_context(|| format!("the yardstick says: {line}"))?;
    // The rest of its output is thrown away, so that it never waits for a reader.
    let address = format!("http://{address}");
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, address))
}
