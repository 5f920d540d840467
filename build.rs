//! Tells cargo what the binary embeds besides its sources: the built pages, the migrations, and the commit it is built from.

use std::process::Command;

fn main() {
    for folder in
        ["display/dist", "mobile-bridge/h5/dist", "mobile-bridge/app/dist", "console/dist", "migrations"]
    {
        println!("cargo::rerun-if-changed={folder}");
    }
    println!("cargo::rerun-if-env-changed=ZAICHANG_COMMIT");
    let named = std::env::var("ZAICHANG_COMMIT").ok();
    let commit = named.or_else(|| git(&["rev-parse", "--short=12", "HEAD"])).unwrap_or_default();
    println!("cargo::rustc-env=ZAICHANG_COMMIT={commit}");
    // It grows with every commit.
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo::rerun-if-changed={log}");
    }
}

/// None without git, and outside a clone: a build from an archive is told the commit in the environment.
fn git(arguments: &[&str]) -> Option<String> {
    let said = Command::new("git").args(arguments).output().ok().filter(|said| said.status.success())?;
    Some(String::from_utf8(said.stdout).ok()?.trim().to_owned())
}
