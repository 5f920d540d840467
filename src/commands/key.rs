//! `zaichang key`: makes master keys, and rotates those of the data directory.

use anyhow::{Context as _, bail};
use clap::Subcommand;
use secrecy::ExposeSecret as _;

use super::say;
use crate::config::Settings;
use crate::stores::{keys_file, write_private};
use zaichang_core::keys::{self, Keys};

/// What to do with keys.
#[derive(Clone, Copy, Subcommand)]
pub enum KeyAct {
    /// Print a new master key, for ZAICHANG_MASTER_KEYS.
    Make,
    /// Put a new key before those of the data directory. Running screens go on; the next start seals numbers again with it.
    Rotate,
}

/// Makes or rotates.
pub fn key(settings: Settings, act: KeyAct) -> anyhow::Result<()> {
    let made = keys::make()?;
    match act {
        KeyAct::Make => say(made.expose_secret()),
        KeyAct::Rotate => {
            if settings.master_keys.is_some() {
                bail!(
                    "主密钥写在 ZAICHANG_MASTER_KEYS 中：请先把 zaichang key make 的输出加到每个节点列表的末尾并重启，\
                     再移到每个节点列表的最前并重启 · the keys are in ZAICHANG_MASTER_KEYS: append the output of `zaichang key make` to the list on every \
                     node and restart them; then move it to the front on every node and restart them again"
                );
            }
            let path = keys_file(&settings.data_dir);
            let kept = std::fs::read_to_string(&path).with_context(|| {
                format!(
                    "{0} 中没有可轮换的主密钥，首次启动服务时会生成，请先启动一次 · there are no keys to rotate in {0}: \
                     the first start makes them, start the server once",
                    path.display()
                )
            })?;
            let rotated = format!("{},{}", made.expose_secret(), kept.trim());
            Keys::parse(&rotated.clone().into()).with_context(|| {
                format!(
                    "{0} 中的主密钥无法读取，请恢复该文件的备份 · the master keys in {0} cannot be read, restore its backup",
                    path.display()
                )
            })?;
            write_private(&path, &rotated)?;
            say("主密钥已轮换，重启后生效；旧密钥请保留在列表中，已签发的回执和凭证仍由它验证");
            say(
                "rotated: restart to use the new key; the old ones stay in the list, receipts and passes they signed stay valid",
            );
        }
    }
    Ok(())
}
