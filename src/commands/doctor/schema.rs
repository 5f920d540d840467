//! The schema and the months: what this binary needs is there, nothing has been altered, and check-ins of this month and
//! the next have a partition. It brings nothing up to date.

use jiff::Span;
use jiff::civil::Date;
use sqlx::migrate::{Migration, Migrator};
use sqlx::{FromRow, PgConnection};

use super::finding::Finding;
use zaichang_core::clock::{Clock, day_of};

/// A migration as the migrator noted it.
#[derive(FromRow)]
struct Applied {
    version: i64,
    success: bool,
    checksum: Vec<u8>,
}

/// Whether the database has a table of this name.
pub(super) async fn has_table(connection: &mut PgConnection, name: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar("select to_regclass($1) is not null").bind(name).fetch_one(connection).await
}

pub(super) async fn judge(connection: &mut PgConnection, ours: &Migrator) -> sqlx::Result<Vec<Finding>> {
    if !has_table(connection, "_sqlx_migrations").await? {
        return Ok(vec![not_yet(extension(connection).await?)]);
    }
    let applied: Vec<Applied> =
        sqlx::query_as("select version, success, checksum from _sqlx_migrations order by version")
            .fetch_all(&mut *connection)
            .await?;
    let ours: Vec<_> = ours.iter().filter(|one| !one.migration_type.is_down_migration()).collect();
    let mut findings = vec![compare(&applied, &ours)];
    if has_table(connection, "check_ins").await? {
        findings.push(months(connection, day_of(Clock::System.now())).await?);
    }
    Ok(findings)
}

/// Whether the extension that the schema creates comes with this server.
async fn extension(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists(select from pg_available_extensions where name = 'btree_gist')")
        .fetch_one(connection)
        .await
}

fn not_yet(extension_is_there: bool) -> Finding {
    const CHECK: &str = "schema";
    if extension_is_there {
        return Finding::note(
            CHECK,
            "空库 empty",
            "数据库还是空的：zaichang serve 启动时会建立结构，也可先运行 zaichang migrate。",
            "The database is empty: `zaichang serve` makes the schema when it starts; so does `zaichang migrate`.",
        );
    }
    Finding::wrong(
        CHECK,
        "btree_gist",
        "数据库服务器缺少扩展 btree_gist：请安装 postgresql-contrib。",
        "This server lacks the extension btree_gist: install postgresql-contrib.",
    )
}

fn compare(applied: &[Applied], ours: &[&Migration]) -> Finding {
    const CHECK: &str = "schema";
    let known = |version| ours.iter().find(|one| one.version == version);
    if let Some(broken) = applied.iter().find(|one| !one.success) {
        return Finding::wrong(
            CHECK,
            format!("migration {} failed", broken.version),
            "有一次结构升级中断：请查看当时的日志，排除原因后运行 zaichang migrate。",
            "A migration broke off: see the log of that time, fix its cause, then run `zaichang migrate`.",
        );
    }
    if let Some(newer) = applied.iter().find(|one| known(one.version).is_none()) {
        return Finding::wrong(
            CHECK,
            format!("migration {} is not ours", newer.version),
            "数据库结构比本程序新，本程序无法启动：请使用新版本程序。",
            "The schema is newer than this program, which will not start on it: use the newer release.",
        );
    }
    let altered = |one: &&Applied| known(one.version).is_some_and(|ours| *ours.checksum != *one.checksum);
    if let Some(altered) = applied.iter().find(altered) {
        return Finding::wrong(
            CHECK,
            format!("migration {} differs", altered.version),
            "数据库中记录的结构升级与本程序所带的不同：请使用官方发布的程序，勿修改已发布的升级文件。",
            "A migration in the database is not the one in this program: use a released program; a released migration is \
             never edited.",
        );
    }
    let missing = ours.iter().filter(|one| applied.iter().all(|done| done.version != one.version)).count();
    if missing > 0 {
        return Finding::note(
            CHECK,
            format!("{missing} to come"),
            format!(
                "还有 {missing} 项结构升级：zaichang serve 启动时会自动完成，也可先运行 zaichang migrate。"
            ),
            format!(
                "{missing} migrations are to come: `zaichang serve` brings them when it starts; so does `zaichang migrate`."
            ),
        );
    }
    Finding::fine(CHECK, format!("{} migrations", applied.len()))
}

async fn months(connection: &mut PgConnection, today: Date) -> sqlx::Result<Finding> {
    const CHECK: &str = "months";
    let first = today.first_of_month();
    let needed = [first, first.saturating_add(Span::new().months(1))]
        .map(|month| month.strftime("check_ins_%Y_%m").to_string());
    let there: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_inherits join pg_class on pg_class.oid = inhrelid
         where inhparent = 'check_ins'::regclass and relname = any($1)",
    )
    .bind(&needed[..])
    .fetch_all(connection)
    .await?;
    let missing: Vec<_> = needed.iter().filter(|name| !there.contains(name)).map(String::as_str).collect();
    Ok(if missing.is_empty() {
        Finding::fine(CHECK, needed.join(", "))
    } else {
        let missing = missing.join(", ");
        Finding::wrong(
            CHECK,
            format!("{missing}: missing"),
            format!(
                "缺少分区 {missing}，该月的签到无法写入。zaichang serve 启动时及每小时会自动建立：请启动服务；若服务正在运行，请在日志中查找 a sweep is put off，并确认数据库用户有建表权限。"
            ),
            format!(
                "The partition {missing} is missing: check-ins of that month cannot be written. `zaichang serve` makes it at \
                 its start and every hour: start it; if it runs, look for \"a sweep is put off\" in its log, and see that the \
                 database's user may create tables."
            ),
        )
    })
}
