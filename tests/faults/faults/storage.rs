//! Postgres in distress: slow to sync, out of space, out of connections, or refusing one row.
//! It must not know how the server distinguishes them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use loadtest::clock::unix_us;
use loadtest::history::Outcome;
use loadtest::said::Refusal;
use sqlx::{Connection as _, PgConnection};

use crate::stores::Extras;
use crate::test_server::{Plan, Skip, TestServer};

const FLAG: &str = "slow";

pub fn with_slow_fsync(folder: &Path) -> anyhow::Result<Plan> {
    let source = folder.join("slow_fsync.c");
    let library = folder.join("slow_fsync.so");
    fs::write(&source, include_str!("../slow_fsync.c"))?;
    let compiled =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).output();
    let Ok(compiled) = compiled else { return Err(Skip("there is no C compiler").into()) };
    ensure!(compiled.status.success(), "cc: {}", String::from_utf8_lossy(&compiled.stderr));
    fs::set_permissions(&library, fs::Permissions::from_mode(0o755))?;
    let flag = folder.join(FLAG).display().to_string();
    let environment = vec![("SLOW_FSYNC".to_owned(), flag)];
    Ok(Plan {
        extras: Extras { preload: Some(library), environment, ..Extras::default() },
        ..Plan::default()
    })
}

pub async fn an_fsync_of_half_a_second_is_waited_for(test: &mut TestServer) -> anyhow::Result<()> {
    let flag = test.postgres.environment("SLOW_FSYNC").context("the library is not loaded")?;
    let began = unix_us();
    fs::write(&flag, "")?;
    test.go_on(8.0).await;
    fs::remove_file(&flag)?;
    test.returned();
    let slow = |entry: &loadtest::history::Entry| {
        entry.began_us > began && entry.outcome == Outcome::Recorded && entry.took_us > 500_000
    };
    let waited = test.crowd.history().count(slow);
    test.expect(waited > 100, format!("only {waited} check-ins waited for a slow sync"));
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "as every plan is made")]
pub fn on_a_small_disk(_: &Path) -> anyhow::Result<Plan> {
    Ok(Plan { small_disk_mib: Some(256), ..Plan::default() })
}

pub async fn a_full_disk_defers_until_there_is_room(test: &mut TestServer) -> anyhow::Result<()> {
    let ballast = test.disk.clone().context("there is no small disk")?.join("ballast");
    let began = unix_us();
    let fill = async || {
        let mut file = fs::File::options().create(true).append(true).open(&ballast)?;
        // Until there is no space for a single page.
        for size in [1 << 20, 4096] {
            while std::io::Write::write_all(&mut file, &vec![0; size]).is_ok() {}
        }
        anyhow::Ok(())
    };
    for _ in 0..6 {
        fill().await?;
        test.go_on(1.0).await;
    }
    fs::remove_file(&ballast)?;
    if test.postgres.process().runs() {
        // It may be recovering from its own panic.
        test.postgres.answers().await?;
    } else {
        test.postgres.again().await?;
    }
    test.returned();
    test.go_on(2.0).await;
    deferred_since(test, began);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "as every plan is made")]
pub fn with_few_connections(_: &Path) -> anyhow::Result<Plan> {
    let settings = vec!["max_connections=30", "superuser_reserved_connections=3"];
    Ok(Plan { extras: Extras { settings, ..Extras::default() }, ..Plan::default() })
}

pub async fn a_postgres_without_a_free_connection_defers(test: &mut TestServer) -> anyhow::Result<()> {
    let began = unix_us();
    let mut owner = test.postgres.connect("postgres").await?;
    let mut taken: Vec<PgConnection> = Vec::new();
    let until = tokio::time::Instant::now() + Duration::from_secs(5);
    while tokio::time::Instant::now() < until {
        while let Ok(connection) = test.postgres.connect_as_server().await {
            taken.push(connection);
        }
        // The server's connections are taken from it, and the next free one is ours.
        sqlx::query(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'zaichang'",
        )
        .execute(&mut owner)
        .await?;
        test.go_on(0.02).await;
    }
    let held = taken.len();
    for connection in taken {
        let _ = connection.close().await;
    }
    owner.close().await?;
    test.returned();
    test.expect(held >= 25, format!("only {held} connections could be taken"));
    test.go_on(2.0).await;
    deferred_since(test, began);
    Ok(())
}

fn deferred_since(test: &mut TestServer, began: i64) {
    let away = |outcome| matches!(outcome, Outcome::Deferred | Outcome::Refused(Refusal::StorageUnavailable));
    let deferred = test.crowd.history().count(|entry| entry.began_us > began && away(entry.outcome));
    test.expect(deferred > 0, "nothing was deferred: the fault did not happen");
}

const POISON: &str = "
    create table poison (person_id bigint primary key);
    grant select on poison to public;
    create function refuse_poison() returns trigger language plpgsql as $$
    begin
        if exists (select from poison where person_id = new.person_id) then
            raise exception 'poison';
        end if;
        return new;
    end $$";

const ARM: &str =
    "create trigger poison before insert on check_ins for each row execute function refuse_poison()";

pub async fn a_row_that_postgres_refuses_is_refused_alone(test: &mut TestServer) -> anyhow::Result<()> {
    test.postgres.run(POISON).await?;
    let mut owner = test.postgres.connect("zaichang").await?;
    // Check-ins are being written: a table that is locked in another order than theirs may have to be asked for again.
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while let Err(error) = sqlx::raw_sql(ARM).execute(&mut owner).await {
        ensure!(tokio::time::Instant::now() < deadline, "the trigger cannot be made: {error}");
    }
    let people = test.crowd.shared().demo.people.len();
    let poisoned: Vec<usize> = (people - 10..people - 5).collect();
    let ids: Vec<i64> = poisoned.iter().map(|person| test.crowd.shared().demo.people[*person].id).collect();
    sqlx::query("insert into poison select unnest($1::bigint[])").bind(&ids).execute(&mut owner).await?;
    let began = unix_us();
    for person in &poisoned {
        test.crowd.phone_of(*person, 0);
    }
    test.go_on(4.0).await;
    let history = test.crowd.history();
    let of_poisoned = history.count(|entry| ids.contains(&entry.person) && entry.began_us > began);
    let accepted = history.count(|entry| ids.contains(&entry.person) && entry.acknowledged().is_some());
    let others_hurt = history.count(|entry| {
        !ids.contains(&entry.person)
            && entry.began_us > began
            && matches!(entry.outcome, Outcome::Unknown | Outcome::Deferred)
    });
    test.expect(of_poisoned > 20, "the poisoned rows were not asked for");
    test.expect(accepted == 0, format!("{accepted} poisoned check-ins were acknowledged"));
    test.expect(others_hurt == 0, format!("{others_hurt} others were hurt"));
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while let Err(error) = sqlx::raw_sql("drop trigger poison on check_ins").execute(&mut owner).await {
        ensure!(tokio::time::Instant::now() < deadline, "the trigger cannot be dropped: {error}");
    }
    test.returned();
    owner.close().await?;
    Ok(())
}
