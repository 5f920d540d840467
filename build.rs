//! Tells cargo what the binary embeds besides its sources: the built pages, the migrations, and the commit it is built from.

use std::path::Path;
use std::process::Command;

fn main() {
    for folder in
        ["display/dist", "mobile-bridge/h5/dist", "mobile-bridge/app/dist", "console/dist", "migrations"]
    {
        println!("cargo::rerun-if-changed={folder}");
    }
    // Not named like a setting: a server that is started where it was built would refuse it.
    println!("cargo::rerun-if-env-changed=BUILD_COMMIT");
    let named = std::env::var("BUILD_COMMIT").ok();
    let commit = named.or_else(|| git(&["rev-parse", "--short=12", "HEAD"])).unwrap_or_default();
    println!("cargo::rustc-env=BUILD_COMMIT={commit}");
    // It grows with every commit.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"]);
    if let Some(log) = log.filter(|log| Path::new(log).exists()) {
        println!("cargo::rerun-if-changed={log}");
    }
}

/// None without git, and outside a clone: a build from an archive is told the commit in the environment.
fn git(arguments: &[&str]) -> Option<String> {
    let said = Command::new("git").args(arguments).output().ok().filter(|said| said.status.success())?;
    Some(String::from_utf8(said.stdout).ok()?.trim().to_owned())
}
