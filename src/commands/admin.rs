//! `zaichang admin create`: a link for one more admin of the deployment's authority, for who has a shell on a node.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::bail;
use clap::Subcommand;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;

use super::say;
use crate::admin_link;
use crate::config::Settings;
use crate::schema::MIGRATIONS;
use crate::stores::{Running, Stores, keys_file, master_keys};
use crate::telemetry;
use anyhow::Context as _;
use zaichang_core::clock::Clock;
use zaichang_platform::db;
use zaichang_registry::admin_links::{self, MadeBy, Runner};
use zaichang_registry::deployment;

/// What to do about admins.
#[derive(Clone, Copy, Subcommand)]
pub enum AdminAct {
    /// Write a link that makes one admin of the authority, and the authority itself where there is none yet. It works once,
    /// within an hour, and takes the place of an earlier link.
    Create,
}

/// Makes a link.
pub async fn admin(settings: Settings, act: AdminAct) -> anyhow::Result<()> {
    let AdminAct::Create = act;
    telemetry::log(&settings)?;
    let running = Running::read(&settings.data_dir);
    let private = running.as_ref().and_then(|running| running.private_postgres.clone());
    let (url, stores) = match (&settings.database_url, private) {
        (None, Some(private)) => (private, None),
        _ => {
            let stores = Stores::without_redis(&settings).await?;
            (stores.database_url.expose_secret().to_owned(), Some(stores))
        }
    };
    let base_url = match (&settings.public_url, running) {
        (None, Some(running)) => running.base_url,
        _ => settings.public_url_for(settings.listen),
    };
    let pool = db::pool(&url, 2).context(db::NO_ANSWER)?;
    let created = create(&pool, &settings, &base_url).await;
    pool.close().await;
    if let Some(stores) = stores {
        stores.close().await?;
    }
    created
}

async fn create(pool: &PgPool, settings: &Settings, base_url: &str) -> anyhow::Result<()> {
    let data_dir: &Path = &settings.data_dir;
    db::migrate(pool, &MIGRATIONS).await?;
    if deployment::is_demo(pool).await? {
        bail!(
            "数据库中是演示数据，不建立正式的管理员：请为正式使用另建空库 · this database holds demo data: no real admin is made in \
             it, use a new, empty database"
        );
    }
    let by = MadeBy::Command(runner());
    let keep = |token: &_, until| admin_link::keep(data_dir, base_url, token, until);
    // None are made here: those of the nodes may be known to their services alone.
    let has_keys = settings.master_keys.is_some() || keys_file(data_dir).exists();
    let keys = if has_keys { Some(master_keys(settings)?.0) } else { None };
    admin_links::make(pool, keys.as_ref(), &by, Clock::System.now(), keep).await?;
    let file = admin_link::file(data_dir);
    say(&format!(
        "管理员链接已写入 {}（仅当前用户可读），1 小时内有效，只能使用一次；此前未使用的链接已失效。请用浏览器打开其中的链接。",
        file.display()
    ));
    say(&format!(
        "an admin link is in {} (only this user can read it): it works once, within an hour, and takes the place of an earlier one. \
         Open it in a browser.",
        file.display()
    ));
    Ok(())
}

/// Who runs this, for the audit log: the kernel's word as a fact, and the environment's as a claim.
fn runner() -> Runner {
    let uid = std::fs::metadata("/proc/self").ok().map(|process| process.uid());
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let os_user = uid.and_then(|uid| named(&users, uid)).map(short);
    let claimed = ["SUDO_USER", "USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    Runner { uid, os_user, claimed_user: claimed.map(|name| short(&name)) }
}

/// What the system's list of users (passwd(5)) calls this one.
fn named(users: &str, uid: u32) -> Option<&str> {
    users.lines().find_map(|line| {
        let mut parts = line.split(':');
        let (name, _, id) = (parts.next()?, parts.next()?, parts.next()?);
        (id.parse().ok() == Some(uid)).then_some(name)
    })
}

fn short(name: &str) -> String {
    name.chars().filter(|character| !character.is_control()).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_number_and_a_broken_line_is_nobody() {
        let users = "root:x:0:0:root:/root:/bin/bash\nbroken\n:::\nzaichang:x:998:998::/var/lib/zaichang:/bin/false\n";
        assert_eq!(named(users, 0), Some("root"));
        assert_eq!(named(users, 998), Some("zaichang"));
        assert_eq!(named(users, 1), None);
        assert_eq!(named("", 0), None);
    }

    #[test]
    fn who_runs_this_is_the_kernel_s_word_and_what_the_environment_says_is_short() {
        let made = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(runner().uid, Some(made.as_file().metadata().unwrap().uid()));
        assert_eq!(short(&format!("a\nb{}", "c".repeat(100))).len(), 64);
    }
}
