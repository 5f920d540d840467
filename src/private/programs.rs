//! Where the installed programs are: in PATH, and where Debian keeps every version of Postgres.
//! It must not know how they are run.

use std::env;
use std::path::{Path, PathBuf};

use tokio::process::Command;

/// The oldest Postgres whose SQL the migrations may use.
pub(super) const OLDEST: u32 = 15;

const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder with the programs of one major version of Postgres.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Installed {
    pub major: u32,
    pub bin: PathBuf,
}

impl Installed {
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }
}

/// The newest Postgres of this machine, or exactly the one that made the cluster.
pub(super) async fn postgres(made_by: Option<u32>) -> Option<Installed> {
    let mut installed = debian_postgres();
    // By its true name: Postgres finds its own files from there.
    if let Some(program) = in_path("postgres").and_then(|program| program.canonicalize().ok())
        && let Some(bin) = program.parent().map(Path::to_owned)
        && installed.iter().all(|known| known.bin != bin)
        && let Some(major) = asked_version(&bin).await
    {
        installed.push(Installed { major, bin });
    }
    installed.retain(|one| one.program("initdb").is_file() && one.program("postgres").is_file());
    installed.retain(|one| made_by.map_or(one.major >= OLDEST, |major| one.major == major));
    installed.into_iter().max()
}

/// `redis-server`, when it is installed.
pub(super) fn redis() -> Option<PathBuf> {
    in_path("redis-server")
}

fn debian_postgres() -> Vec<Installed> {
    let Ok(versions) = std::fs::read_dir(DEBIAN) else {
        return Vec::new();
    };
    versions
        .flatten()
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.parse().ok()?;
            Some(Installed { major, bin: entry.path().join("bin") })
        })
        .collect()
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

async fn asked_version(bin: &Path) -> Option<u32> {
    let answer = Command::new(bin.join("postgres")).arg("-V").output().await.ok()?;
    major_of(&String::from_utf8_lossy(&answer.stdout))
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `… 18beta1`, or the `15` of a `PG_VERSION` file.
pub(super) fn major_of(text: &str) -> Option<u32> {
    let figures = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    figures.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_postgres_says_of_itself() {
        assert_eq!(major_of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 19beta2"), Some(19));
        assert_eq!(major_of("17\n"), Some(17));
        assert_eq!(major_of(""), None);
    }
}
