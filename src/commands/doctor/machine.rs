//! This machine: the data directory, the space on its disk, and how many files a process may hold open.
//! It must not make or change anything.

use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::{Access, access, statvfs};
use rustix::process::{Resource, geteuid, getrlimit};

use super::finding::Finding;
use crate::config::Settings;

const MIB: u64 = 1 << 20;
/// A private Postgres writes here, and stops taking check-ins when the disk is full.
const WITH_POSTGRES: u64 = 1024 * MIB;
/// Keys and notes only.
const WITHOUT: u64 = 64 * MIB;

/// Ten thousand venue pages, their phones' requests, the pools and the files of the process.
const OPEN_FILES: u64 = 12_000;
/// With fewer not even a large hall can connect.
const FEW_OPEN_FILES: u64 = 1024;

pub(super) fn judge(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![directory(&settings.data_dir)];
    findings.extend(space(&settings.data_dir, settings.database_url.is_none()));
    // The server raises the soft limit to the hard one when it starts.
    findings.push(open_files(getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX)));
    findings
}

fn directory(path: &Path) -> Finding {
    const CHECK: &str = "data_directory";
    let shown = path.display();
    let Ok(found) = path.metadata() else {
        let above = standing(path);
        return if access(above, Access::WRITE_OK | Access::EXEC_OK).is_ok() {
            Finding::fine(CHECK, format!("{shown}，首次启动时建立 made at the first start"))
        } else {
            Finding::wrong(
                CHECK,
                format!("{shown}: {}", above.display()),
                format!(
                    "无法在 {} 中建立数据目录：请更改其权限，或用 ZAICHANG_DATA_DIR 指定另一个目录。",
                    above.display()
                ),
                format!(
                    "The data directory cannot be made in {}: change its permissions, or name another one in \
                     ZAICHANG_DATA_DIR.",
                    above.display()
                ),
            )
        };
    };
    match fault(&found) {
        None => Finding::fine(CHECK, shown.to_string()),
        Some((zh, en)) => Finding::wrong(
            CHECK,
            format!("{shown} uid {} mode {:03o}", found.uid(), found.permissions().mode() & 0o777),
            format!("{zh}：请以服务的用户为其所有者，并运行 chmod 700 {shown}"),
            format!("{en}: let the service's own user own it, and run chmod 700 {shown}"),
        ),
    }
}

/// What is wrong with an existing data directory. Root may be asking on behalf of the service's own user.
fn fault(found: &Metadata) -> Option<(&'static str, &'static str)> {
    let mode = found.permissions().mode();
    if !found.is_dir() {
        Some(("数据目录不是目录", "The data directory is no directory"))
    } else if found.uid() != geteuid().as_raw() && !geteuid().is_root() {
        Some(("数据目录属于另一个用户", "The data directory belongs to another user"))
    } else if mode & 0o700 != 0o700 {
        Some(("无法读写数据目录", "The data directory cannot be read and written"))
    } else if mode & 0o022 != 0 {
        Some((
            "其他用户可以写入数据目录，其中有主密钥",
            "Others can write into the data directory, where the master keys are",
        ))
    } else {
        None
    }
}

/// The folder itself, or the nearest one above it that exists.
fn standing(path: &Path) -> &Path {
    path.ancestors()
        .find(|above| above.exists() && !above.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new(if path.is_absolute() { "/" } else { "." }))
}

fn space(path: &Path, holds_postgres: bool) -> Option<Finding> {
    const CHECK: &str = "disk_space";
    let disk = statvfs(standing(path)).ok()?;
    let (free, needed) =
        (disk.f_bavail * disk.f_frsize, if holds_postgres { WITH_POSTGRES } else { WITHOUT });
    let found = format!("{} MiB", free / MIB);
    Some(if free >= needed && disk.f_favail > 1000 {
        Finding::fine(CHECK, found)
    } else {
        Finding::wrong(
            CHECK,
            format!("{found}, {} inodes", disk.f_favail),
            format!(
                "磁盘将满：请至少腾出 {} MiB，或用 ZAICHANG_DATA_DIR 换到另一块磁盘。磁盘写满后无法签到。",
                needed / MIB
            ),
            format!(
                "The disk is nearly full: free at least {} MiB, or move to another disk with ZAICHANG_DATA_DIR. On a full \
                 disk nothing can be recorded.",
                needed / MIB
            ),
        )
    })
}

fn open_files(limit: u64) -> Finding {
    const CHECK: &str = "open_files";
    let found = if limit == u64::MAX { "unlimited".to_owned() } else { limit.to_string() };
    let zh = format!(
        "进程最多可打开 {found} 个文件（硬上限，启动时自动用足），每个连接占用一个；一万个投屏页面需要 {OPEN_FILES} 以上。请设置 LimitNOFILE=65536（systemd）或 ulimit -Hn 65536。"
    );
    let en = format!(
        "This process may hold {found} files open (the hard limit, used in full from the start), and each connection is one; \
         ten thousand venue pages need more than {OPEN_FILES}. Set LimitNOFILE=65536 (systemd) or ulimit -Hn 65536."
    );
    match limit {
        ..FEW_OPEN_FILES => Finding::wrong(CHECK, found, zh, en),
        FEW_OPEN_FILES..=OPEN_FILES => Finding::note(CHECK, found, zh, en),
        _ => Finding::fine(CHECK, found),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn ten_thousand_pages_need_more_open_files_than_a_shell_gives() {
        let levels = [256, 1024, 12_000, 12_001, u64::MAX].map(|limit| open_files(limit).level);
        assert_eq!(levels, [Level::Fix, Level::Note, Level::Note, Level::Ok, Level::Ok]);
    }

    #[test]
    fn a_data_directory_that_others_can_write_is_to_be_mended() {
        let folder = tempfile::tempdir().unwrap();
        let level = |mode| {
            std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            directory(folder.path()).level
        };
        assert_eq!([0o700, 0o750, 0o777, 0o500].map(level), [Level::Ok, Level::Ok, Level::Fix, Level::Fix]);
        level(0o700);
        assert_eq!(directory(&folder.path().join("not/yet")).level, Level::Ok);
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert_eq!(directory(&file).level, Level::Fix);
    }
}
