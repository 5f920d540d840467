//! A cluster of Postgres: made once, in a folder of its own, and renamed into place when it is whole.
//! It must not know how a cluster is run.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::fs::syncfs;
use tokio::process::Command;
use tokio::time::timeout;

use super::error::Error;
use super::home;
use super::programs::{Installed, major_of};
use super::running::last_lines_of;
use super::user::User;

/// The database and its owner have the product's name.
pub(super) const NAME: &str = "zaichang";

const UNFINISHED: &str = "postgres.new-";
const MAKE_WITHIN: Duration = Duration::from_mins(3);

/// The major version that made the cluster in this folder; none when there is nothing yet.
pub(super) fn made_by(folder: &Path) -> Result<Option<u32>, Error> {
    let files = match fs::read_dir(folder) {
        Ok(mut files) => files.next().is_some(),
        Err(gone) if gone.kind() == std::io::ErrorKind::NotFound => false,
        Err(source) => {
            return Err(Error::Io { path: folder.to_owned(), source });
        }
    };
    if !files {
        return Ok(None);
    }
    let version = fs::read_to_string(folder.join("PG_VERSION")).ok().and_then(|text| major_of(&text));
    let whole = folder.join("global/pg_control").is_file();
    version.filter(|_| whole).map(Some).ok_or_else(|| Error::NotACluster(folder.to_owned()))
}

/// Makes `folder`. What an interrupted attempt left beside it never held a cluster that ran, and is cleared away; an
/// attempt that still runs, its server killed, writes into its own folder and does no harm.
pub(super) async fn make(installed: &Installed, user: User, folder: &Path) -> Result<(), Error> {
    let above = folder.parent().expect("the cluster lies in the data directory");
    clear_unfinished(above)?;
    let unfinished = new_folder(above)?;
    user.own(&unfinished)?;
    if let Err(failure) = fill(installed, user, &unfinished).await {
        // The failure is what is returned; the rest is cleared away by the next attempt.
        let _ = fs::remove_dir_all(&unfinished);
        return Err(failure);
    }
    let above_open = File::open(above).map_err(Error::at(above))?;
    syncfs(&above_open).map_err(|errno| Error::at(&unfinished)(errno.into()))?;
    fs::rename(&unfinished, folder).map_err(Error::at(folder))?;
    above_open.sync_all().map_err(Error::at(above))
}

async fn fill(installed: &Installed, user: User, folder: &Path) -> Result<(), Error> {
    let mut command = Command::new(installed.program("initdb"));
    let way = user.enter(&mut command, folder)?;
    command
        .arg("-D")
        .arg(&way.path)
        .args(["--username", NAME, "--encoding=UTF8", "--locale=C.UTF-8"])
        // Only the owner can reach the socket, which is inside the folder.
        .args(["--auth-local=trust", "--auth-host=reject", "--no-instructions"])
        // A thousand files synced one by one take seconds on a busy disk; `make` syncs them all at once.
        .arg("--no-sync");
    surroundings(&mut command);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let made = timeout(MAKE_WITHIN, command.output()).await;
    drop(way);
    let last = match made {
        Ok(Ok(made)) if made.status.success() => return Ok(()),
        Ok(Ok(made)) => last_lines_of(&made.stderr),
        Ok(Err(source)) => source.to_string(),
        Err(_) => format!("initdb > {MAKE_WITHIN:?}"),
    };
    Err(Error::NotMade { last })
}

/// Nothing of our own environment (`PGDATA`, `PGOPTIONS`, a locale this machine lacks) reaches the programs, and the
/// terminal's Ctrl-C reaches only us.
pub(super) fn surroundings(command: &mut Command) {
    command
        .env_clear()
        .envs([("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LC_ALL", "C.UTF-8"), ("TZ", "UTC")])
        .current_dir("/")
        .process_group(0);
}

fn clear_unfinished(above: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(above).map_err(Error::at(above))?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            tracing::info!(folder = %entry.path().display(), "clearing away a cluster that was never finished");
            fs::remove_dir_all(entry.path()).map_err(Error::at(&entry.path()))?;
        }
    }
    Ok(())
}

fn new_folder(above: &Path) -> Result<PathBuf, Error> {
    let mut name = [0; 8];
    getrandom::fill(&mut name).map_err(|error| Error::at(above)(error.into()))?;
    let folder = above.join(format!("{UNFINISHED}{}", hex::encode(name)));
    home::private_folder(&folder)?;
    Ok(folder)
}
