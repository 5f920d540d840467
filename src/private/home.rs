//! The data directory: made when absent, and held by one server at a time.
//! It must not know what the servers keep in it.

use std::fs::{DirBuilder, File, TryLockError};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::error::Error;

/// A server that is just ending, or a child of it that has not quite become its program, lets go within moments.
const PATIENCE: Duration = Duration::from_millis(500);
const LOOK: Duration = Duration::from_millis(10);

/// Makes the folder, and those above it, so that only its owner may look inside; an existing one stays as it is.
pub(super) fn private_folder(path: &Path) -> Result<(), Error> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(Error::at(path))
}

/// The data directory by its one true name.
pub(super) fn open(data_dir: &Path) -> Result<PathBuf, Error> {
    private_folder(data_dir)?;
    data_dir.canonicalize().map_err(Error::at(data_dir))
}

/// Held as long as this process uses a server's folder; the kernel lets go of it when the process dies.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub(super) async fn take(home: &Path, name: &str) -> Result<Self, Error> {
        let path = home.join(name);
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(Error::at(&path))?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(source)) => return Err(Error::Io { path, source }),
                Err(TryLockError::WouldBlock) if Instant::now() > deadline => {
                    return Err(Error::InUse(home.to_owned()));
                }
                Err(TryLockError::WouldBlock) => sleep(LOOK).await,
            }
        }
    }
}
