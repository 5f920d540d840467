//! Whom Postgres runs as. It refuses root, so root lends it a user and a way into a folder that user could not reach.
//! It must not know what the folder holds.

use std::fs;
use std::fs::File;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::geteuid;
use tokio::process::Command;

use super::error::Error;

const NAME: &str = "postgres";

/// The user that owns the cluster and runs its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum User {
    Ourselves,
    /// We are root.
    Lent {
        uid: u32,
        gid: u32,
    },
}

impl User {
    /// An ordinary user runs Postgres as itself. Root runs it as the owner of the cluster, or as `postgres`.
    pub(super) fn for_folder(folder: &Path) -> Result<Self, Error> {
        let us = geteuid().as_raw();
        let not_ours = |uid, wanted| Err(Error::NotOurs { folder: folder.to_owned(), uid, wanted });
        match fs::metadata(folder).ok() {
            Some(owner) if us == 0 && owner.uid() == 0 => not_ours(0, NAME.to_owned()),
            Some(owner) if us == 0 => Ok(Self::Lent { uid: owner.uid(), gid: owner.gid() }),
            Some(owner) if us != owner.uid() => not_ours(owner.uid(), us.to_string()),
            None if us == 0 => {
                let passwd =
                    fs::read_to_string("/etc/passwd").map_err(Error::at(Path::new("/etc/passwd")))?;
                let (uid, gid) = find(&passwd, NAME).ok_or(Error::NoUser)?;
                Ok(Self::Lent { uid, gid })
            }
            _ => Ok(Self::Ourselves),
        }
    }

    /// Gives the user a folder that root has just made.
    pub(super) fn own(self, folder: &Path) -> Result<(), Error> {
        match self {
            Self::Ourselves => Ok(()),
            Self::Lent { uid, gid } => chown(folder, Some(uid), Some(gid)).map_err(Error::at(folder)),
        }
    }

    /// Sets the command to run as this user, and opens a way to its folder.
    pub(super) fn enter(self, command: &mut Command, folder: &Path) -> Result<Way, Error> {
        let Self::Lent { uid, gid } = self else {
            return Ok(Way { path: folder.to_owned(), _open: None });
        };
        command.uid(uid).gid(gid);
        let open = File::open(folder).map_err(Error::at(folder))?;
        fcntl_setfd(&open, FdFlags::empty()).map_err(|errno| Error::at(folder)(errno.into()))?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", open.as_raw_fd()));
        Ok(Way { path, _open: Some(open) })
    }
}

/// How the child names its folder: by its path, or, when root lends the user, by a descriptor that root opened and
/// the child inherits. That way needs no right to the folders above, so `/root/…/.data` serves as well as any other
/// and no permissions are loosened. Keep it until the child is spawned.
#[derive(Debug)]
pub(super) struct Way {
    pub path: PathBuf,
    _open: Option<File>,
}

fn find(passwd: &str, name: &str) -> Option<(u32, u32)> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let mut ids = fields.skip(1);
        Some((ids.next()?.parse().ok()?, ids.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\npostgres2:x:7:7::/:\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(find(passwd, "postgres"), Some((101, 104)));
        assert_eq!(find(passwd, "redis"), None);
    }
}
