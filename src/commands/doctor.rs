//! `zaichang doctor`: looks at clock, keys, stores and settings, and says what to mend.

use anyhow::bail;
use secrecy::ExposeSecret as _;
use sqlx::{Connection as _, PgConnection};

use super::say;
use crate::clock::Clock;
use crate::config::Settings;
use crate::stores::{self, Running};

/// What was found, and what to do about it.
struct Finding {
    about: &'static str,
    mend: Option<String>,
}

impl Finding {
    fn fine(about: &'static str) -> Self {
        Self { about, mend: None }
    }

    fn wrong(about: &'static str, mend: impl Into<String>) -> Self {
        Self { about, mend: Some(mend.into()) }
    }
}

/// Prints every finding; fails if anything is to be mended.
pub async fn doctor(settings: Settings) -> anyhow::Result<()> {
    let mut findings = vec![Finding::fine("settings")];
    // Without keys anywhere the first start makes them: nothing to mend, and nothing is made here.
    let kept = settings.master_keys.is_some() || stores::keys_file(&settings.data_dir).exists();
    findings.push(match kept.then(|| stores::master_keys(&settings)) {
        None | Some(Ok(_)) => Finding::fine("master keys"),
        Some(Err(error)) => Finding::wrong("master keys", format!("{error:#}")),
    });
    let running = Running::read(&settings.data_dir).and_then(|running| running.private_postgres);
    match settings.database_url.as_ref().map(|url| url.expose_secret().to_owned()).or(running) {
        Some(url) => findings.extend(postgres(&url).await),
        None => findings
            .push(Finding::wrong("postgres", "start `zaichang serve` first, or set ZAICHANG_DATABASE_URL")),
    }
    if let Some(url) = &settings.redis_url {
        findings.push(redis(url.expose_secret()).await);
    }
    let mut wrong = 0;
    for finding in &findings {
        match &finding.mend {
            None => say(&format!("ok    {}", finding.about)),
            Some(mend) => {
                wrong += 1;
                say(&format!("MEND  {}: {mend}", finding.about));
            }
        }
    }
    if wrong > 0 {
        bail!("{wrong} to mend");
    }
    Ok(())
}

async fn postgres(url: &str) -> Vec<Finding> {
    let mut connection = match PgConnection::connect(url).await {
        Ok(connection) => connection,
        Err(error) => return vec![Finding::wrong("postgres", format!("it does not answer: {error}"))],
    };
    let mut findings = vec![Finding::fine("postgres answers")];
    let setting = async |connection: &mut PgConnection, name: &str| -> String {
        sqlx::query_scalar("select current_setting($1)")
            .bind(name)
            .fetch_one(connection)
            .await
            .unwrap_or_default()
    };
    let version: i32 = setting(&mut connection, "server_version_num").await.parse().unwrap_or(0);
    findings.push(if version >= 150_000 {
        Finding::fine("postgres version")
    } else {
        Finding::wrong("postgres version", "15 or later is needed")
    });
    for (name, about) in [("fsync", "postgres fsync"), ("full_page_writes", "postgres full_page_writes")] {
        findings.push(if setting(&mut connection, name).await == "on" {
            Finding::fine(about)
        } else {
            Finding::wrong(about, format!("set {name} = on: acknowledged check-ins could be lost"))
        });
    }
    let in_recovery: Result<bool, _> =
        sqlx::query_scalar("select pg_is_in_recovery()").fetch_one(&mut connection).await;
    findings.push(match in_recovery {
        Ok(false) => Finding::fine("postgres is the primary"),
        _ => Finding::wrong(
            "postgres is the primary",
            "this is a standby: point ZAICHANG_DATABASE_URL at the primary",
        ),
    });
    let now: Result<f64, _> = sqlx::query_scalar("select extract(epoch from clock_timestamp())::float8")
        .fetch_one(&mut connection)
        .await;
    let ours = Clock::System.now().as_duration().as_secs_f64();
    findings.push(match now {
        Ok(theirs) if (theirs - ours).abs() < 1.0 => Finding::fine("clock agrees with postgres"),
        _ => Finding::wrong(
            "clock agrees with postgres",
            "the clocks differ by a second or more: run chrony on both machines",
        ),
    });
    findings
}

async fn redis(url: &str) -> Finding {
    let asked = async {
        let mut connection = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
        redis::cmd("PING").query_async::<String>(&mut connection).await
    };
    match asked.await {
        Ok(_) => Finding::fine("redis answers"),
        Err(error) => {
            Finding::wrong("redis answers", format!("{error}; check-ins work without it, repeats cost more"))
        }
    }
}
