//! What can go wrong with the private servers. Every message says what to do next, in Chinese and in English.
//! It must not know how it is printed.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One of the two programs that are run here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    Postgres,
    Redis,
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "PostgreSQL",
            Self::Redis => "Redis",
        })
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "数据目录 {0} 正由另一个服务使用：请先停止它，或用 ZAICHANG_DATA_DIR 指定另一个目录。\n\
         Another server is using the data directory {0}: stop it first, or name another folder in ZAICHANG_DATA_DIR."
    )]
    InUse(PathBuf),

    #[error(
        "未找到 PostgreSQL {oldest} 或更新的版本：请运行 apt-get install postgresql，或用 ZAICHANG_DATABASE_URL 指定数据库。\n\
         PostgreSQL {oldest} or newer was not found: run apt-get install postgresql, or name a database in ZAICHANG_DATABASE_URL."
    )]
    Missing { oldest: u32 },

    #[error(
        "{folder} 由 PostgreSQL {made_by} 建立，但本机没有这个版本：请安装 postgresql-{made_by}，或先用 pg_upgrade 升级数据。\n\
         {folder} was made by PostgreSQL {made_by}, which is not installed: install postgresql-{made_by}, or upgrade the data with pg_upgrade."
    )]
    OtherVersion { folder: PathBuf, made_by: u32 },

    #[error(
        "{0} 中的文件不是完整的数据库，已原样保留：请恢复备份；若不再需要，请移走该目录后重试。\n\
         {0} holds files but no whole database, and was left untouched: restore a backup, or move it away and try again."
    )]
    NotACluster(PathBuf),

    #[error(
        "PostgreSQL 不能以 root 运行，而本机没有 postgres 用户：请运行 adduser --system postgres，或换一个普通用户启动。\n\
         PostgreSQL cannot run as root and there is no user named postgres: run adduser --system postgres, or start as an ordinary user."
    )]
    NoUser,

    #[error(
        "{folder} 属于用户 {uid}：请以该用户启动，或运行 chown -R {wanted} {folder} 后重试。\n\
         {folder} belongs to user {uid}: start as that user, or run chown -R {wanted} {folder} and try again."
    )]
    NotOurs { folder: PathBuf, uid: u32, wanted: String },

    #[error(
        "临时目录 {0} 不属于当前用户，或对他人开放：请删除它，或用 TMPDIR 指定另一个临时目录。\n\
         The temporary folder {0} belongs to somebody else or is open to others: remove it, or name another one in TMPDIR."
    )]
    TemporaryFolder(PathBuf),

    #[error(
        "无法建立数据库：{last}\n\
         The database could not be made: {last}"
    )]
    NotMade { last: String },

    #[error(
        "{program} 未能启动（{how}）：{last}\n请查看 {log}。\n\
         {program} did not start ({how}): {last}\nSee {log}."
    )]
    NotStarted { program: Program, how: String, last: String, log: PathBuf },

    #[error(
        "{program}（进程 {pid}）在 {within:?} 内没有就绪：请查看 {log}；若它已失去响应，请结束该进程后重试。\n\
         {program} (process {pid}) was not ready within {within:?}: see {log}; if it no longer answers, end that process and try again."
    )]
    NotReady { program: Program, pid: i32, within: Duration, log: PathBuf },

    #[error(
        "{program} 意外结束（{how}），请查看 {log}，然后重新启动服务。\n\
         {program} ended by itself ({how}): see {log}, then start the server again."
    )]
    Died { program: Program, how: String, log: PathBuf },

    #[error(
        "{program}（进程 {pid}）没有按要求停止：请查看 {log}，必要时结束该进程。\n\
         {program} (process {pid}) did not stop when asked: see {log}, and end that process if need be."
    )]
    NotStopped { program: Program, pid: i32, log: PathBuf },

    #[error(
        "无法使用 {path}：{source}。请检查权限与磁盘空间，或用 ZAICHANG_DATA_DIR 指定另一个目录。\n\
         {path} cannot be used: {source}. Check its permissions and the free space, or name another folder in ZAICHANG_DATA_DIR."
    )]
    Io { path: PathBuf, source: io::Error },

    #[error(
        "PostgreSQL 已启动，但无法准备其中的数据库：{0}\n\
         PostgreSQL has started, but the database in it could not be prepared: {0}"
    )]
    Database(#[from] sqlx::Error),
}

impl Error {
    /// For `map_err`: what was being used when the system refused.
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}
