//! `zaichang key`: makes master keys, rotates those of the data directory, and backs them up.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use secrecy::ExposeSecret as _;

use super::say;
use crate::config::Settings;
use crate::stores::{keys_file, master_keys, write_new_private, write_private};
use zaichang_core::keys::{self, Keys};
use zaichang_registry::deployment::fingerprint;

/// What to do with keys.
#[derive(Clone, Subcommand)]
pub enum KeyAct {
    /// Print a new master key, for ZAICHANG_MASTER_KEYS.
    Make,
    /// Put a new key before those of the data directory. Running screens go on; the next start seals numbers again with it.
    Rotate,
    /// Write all master keys in use to a new file that only this user can read, and print their fingerprint. Keep it apart from
    /// the backups of the database.
    Backup {
        /// The new file, best on a medium that is then taken away.
        file: PathBuf,
    },
}

/// Makes, rotates or backs up.
pub fn key(settings: &Settings, act: KeyAct) -> anyhow::Result<()> {
    match act {
        KeyAct::Make => say(keys::make()?.expose_secret()),
        KeyAct::Backup { file } => backup(settings, &file)?,
        KeyAct::Rotate => {
            let made = keys::make()?;
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

/// Writes the keys that this node uses to a file that is not there yet.
fn backup(settings: &Settings, file: &Path) -> anyhow::Result<()> {
    if settings.master_keys.is_none() && !keys_file(&settings.data_dir).exists() {
        bail!(
            "{0} 中尚无主密钥，首次启动服务时会生成，请先启动一次 · there are no keys in {0} yet: the first start makes them, start \
             the server once",
            settings.data_dir.display()
        );
    }
    let (keys, written) = master_keys(settings)?;
    write_new_private(file, &format!("{}\n", written.expose_secret().trim()))?;
    let (file, fingerprint) = (file.display(), fingerprint(keys.signing_id()));
    say(&format!("主密钥已备份到 {file}（仅当前用户可读）。请将其移到离线介质，不要与数据库备份放在一处。"));
    say(&format!(
        "the master keys are in {file} (only this user can read it): move it to a medium apart from the database's backups"
    ));
    say(&format!("指纹 fingerprint  {fingerprint}"));
    say("请与管理端“系统检查”页显示的指纹核对 · compare it with the one on the console's page of checks");
    Ok(())
}
