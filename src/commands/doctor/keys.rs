//! The master keys: we can read them, and other users cannot. It must not print a key; a key's id reveals nothing of it.

use std::os::unix::fs::PermissionsExt as _;

use super::finding::Finding;
use crate::config::Settings;
use crate::stores;
use zaichang_core::keys::Keys;

const CHECK: &str = "master_keys";

/// The keys, if there are any, and what is to be said of them.
pub(super) fn judge(settings: &Settings) -> (Option<Keys>, Finding) {
    let file = stores::keys_file(&settings.data_dir);
    if settings.master_keys.is_none() && !file.exists() {
        // Nothing is made here: the first start does that.
        return (
            None,
            Finding::note(
                CHECK,
                "尚无 none yet",
                format!(
                    "首次启动时会生成主密钥并保存在 {}；多节点须使用同一组密钥，并请另行备份。",
                    file.display()
                ),
                format!(
                    "The first start makes a master key and keeps it in {}. Several nodes must share the same keys; back \
                     them up.",
                    file.display()
                ),
            ),
        );
    }
    let keys = match stores::master_keys(settings) {
        Ok((keys, _)) => keys,
        Err(error) => {
            let finding = Finding::wrong(
                CHECK,
                "无法读取 unreadable",
                format!(
                    "主密钥无法使用：{error:#}。可用 zaichang key make 生成新密钥；旧密钥须保留在列表中。"
                ),
                format!(
                    "The master keys cannot be used: {error:#}. `zaichang key make` prints a new one; keep the old ones."
                ),
            );
            return (None, finding);
        }
    };
    let count = format!("{} ({keys:?})", keys.derive(&[b"doctor"]).count());
    if settings.master_keys.is_some() {
        return (Some(keys), Finding::fine(CHECK, count));
    }
    let open_to = std::fs::metadata(&file).map_or(0, |file| file.permissions().mode() & 0o077);
    let finding = if open_to != 0 {
        Finding::wrong(
            CHECK,
            format!("{} mode {open_to:03o}", file.display()),
            format!("其他用户可以读取主密钥文件：请运行 chmod 600 {}", file.display()),
            format!("Other users can read the file of the master keys: run chmod 600 {}", file.display()),
        )
    } else if settings.database_url.is_some() {
        Finding::note(
            CHECK,
            count,
            format!(
                "主密钥只保存在本机 {}：其他节点须使用同一组密钥（ZAICHANG_MASTER_KEYS），并请另行备份。",
                file.display()
            ),
            format!(
                "The master keys are kept only here, in {}: other nodes need the same ones (ZAICHANG_MASTER_KEYS), and \
                 they need a backup.",
                file.display()
            ),
        )
    } else {
        Finding::fine(CHECK, count)
    };
    (Some(keys), finding)
}
