//! The address at which a server's Unix socket is reached. The servers bind it by a name relative to their own folder;
//! clients need a whole path, which the kernel limits. It must not know which server stands behind it.

use std::env;
use std::fs::{self, DirBuilder, File};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, symlink};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;
use sha2::{Digest as _, Sha256};

use super::error::Error;

/// `sun_path` holds 108 bytes, the last of them zero.
const LONGEST: usize = 107;

/// A path to the server's folder that is short, and plain enough to stand in an address without escapes.
#[derive(Debug)]
pub(super) struct SocketPath {
    path: PathBuf,
    short: Option<ShortWay>,
}

impl SocketPath {
    pub(super) fn to(folder: &Path, socket: &str) -> Result<Self, Error> {
        if fits(folder, socket) {
            return Ok(Self { path: folder.to_owned(), short: None });
        }
        let mut temporary = env::temp_dir();
        if !fits(&temporary.join("zaichang-0123456789abcdef/to"), socket) {
            temporary = PathBuf::from("/tmp");
        }
        let short = ShortWay::open(&temporary, folder)?;
        Ok(Self { path: short.link(), short: Some(short) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for SocketPath {
    fn drop(&mut self) {
        if let Some(short) = &self.short {
            // What cannot be removed is found and used again by the next start.
            let _ = fs::remove_file(short.link());
            let _ = fs::remove_dir(&short.folder);
        }
    }
}

/// A folder of our own in the temporary one, with a link to where the socket is.
#[derive(Debug)]
struct ShortWay {
    folder: PathBuf,
    /// Cleaners of temporary folders leave a locked one alone.
    _lock: File,
}

impl ShortWay {
    fn open(temporary: &Path, target: &Path) -> Result<Self, Error> {
        let digest = Sha256::digest(target.as_os_str().as_bytes());
        let folder = temporary.join(format!("zaichang-{}", hex::encode(&digest[..8])));
        if let Err(source) = DirBuilder::new().mode(0o700).create(&folder) {
            let ours = fs::symlink_metadata(&folder).is_ok_and(|found| {
                found.is_dir() && found.uid() == geteuid().as_raw() && found.mode() & 0o777 == 0o700
            });
            if source.kind() != std::io::ErrorKind::AlreadyExists {
                return Err(Error::Io { path: folder, source });
            }
            if !ours {
                return Err(Error::TemporaryFolder(folder));
            }
        }
        let lock = File::open(&folder).map_err(Error::at(&folder))?;
        lock.lock_shared().map_err(Error::at(&folder))?;
        let way = Self { folder, _lock: lock };
        let link = way.link();
        if fs::read_link(&link).is_err() {
            symlink(target, &link).map_err(Error::at(&link))?;
        }
        Ok(way)
    }

    fn link(&self) -> PathBuf {
        self.folder.join("to")
    }
}

fn fits(folder: &Path, socket: &str) -> bool {
    let bytes = folder.as_os_str().as_bytes();
    let plain = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte));
    plain && bytes.len() + 1 + socket.len() <= LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_fits_up_to_the_last_byte_the_kernel_takes() {
        let folder = format!("/{}", "d".repeat(LONGEST - 1 - "/s".len()));
        assert!(fits(Path::new(&folder), "s"));
        assert!(!fits(Path::new(&folder), "s2"));
    }

    #[test]
    fn a_path_with_spaces_or_chinese_goes_the_short_way() {
        assert!(!fits(Path::new("/srv/签到 数据"), "s"));
    }

    #[test]
    fn a_short_way_leads_to_the_folder_and_is_gone_afterwards() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("深".repeat(60));
        fs::create_dir(&folder).unwrap();
        let socket_path = SocketPath::to(&folder, ".s.PGSQL.5432").unwrap();
        assert_eq!(socket_path.path().canonicalize().unwrap(), folder.canonicalize().unwrap());
        let path = socket_path.path().to_owned();
        drop(socket_path);
        assert!(!path.exists() && !path.parent().unwrap().exists());
    }

    #[test]
    fn a_temporary_folder_that_others_may_enter_is_refused() {
        let temporary = tempfile::tempdir().unwrap();
        let way = ShortWay::open(temporary.path(), Path::new("/srv/data")).unwrap();
        let mut open = fs::metadata(&way.folder).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut open, 0o755);
        fs::set_permissions(&way.folder, open).unwrap();
        let refusal = ShortWay::open(temporary.path(), Path::new("/srv/data")).unwrap_err();
        assert!(matches!(refusal, Error::TemporaryFolder(_)), "{refusal}");
    }
}
