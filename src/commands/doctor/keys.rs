//! The master keys: we can read them, other users cannot, and they open what lies in the database.
//! It must not print a key; a key's id reveals nothing of it.

use std::os::unix::fs::PermissionsExt as _;

use sqlx::PgConnection;

use super::finding::Finding;
use crate::config::Settings;
use crate::stores;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_registry::people;

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

/// Whether every key that sealed a person's numbers is among ours.
pub(super) async fn open_the_database(keys: &Keys, connection: &mut PgConnection) -> sqlx::Result<Finding> {
    let sealing: Vec<Vec<u8>> =
        sqlx::query_scalar("select distinct key_id from people order by 1").fetch_all(connection).await?;
    let ours: Vec<_> = keys.derive_with_id(&[b"doctor"]).map(|(id, _)| id.to_vec()).collect();
    let missing: Vec<_> = sealing.iter().filter(|id| !ours.contains(id)).map(hex::encode).collect();
    Ok(if missing.is_empty() {
        Finding::fine("sealed_numbers", format!("{} keys", sealing.len()))
    } else {
        let missing = missing.join(", ");
        Finding::wrong(
            "sealed_numbers",
            format!("key {missing}"),
            format!(
                "数据库中有证件号由主密钥 {missing} 加密，但它不在密钥列表中，无法解密：请将该密钥加回 ZAICHANG_MASTER_KEYS。"
            ),
            format!(
                "Personal numbers in the database were sealed with master key {missing}, which is not in the list: they \
                 cannot be read. Put it back into ZAICHANG_MASTER_KEYS."
            ),
        )
    })
}

/// Rows that are looked at one by one, and of those at fault how many are named.
const LOOK: i64 = 2000;
const NAMED: usize = 20;

/// Whether every person's numbers lie under the newest key, and whose cannot.
pub(super) async fn are_sealed_again(
    keys: &Keys,
    connection: &mut PgConnection,
) -> Result<Finding, people::Error> {
    const CHECK: &str = "sealed_again";
    let (older, behind) = people::left_behind(connection, &Sealer::new(keys.clone()), LOOK).await?;
    if older == 0 {
        return Ok(Finding::fine(CHECK, "all"));
    }
    if behind.is_empty() {
        return Ok(Finding::note(
            CHECK,
            format!("{older} rows"),
            "部分证件号与手机号仍由旧的主密钥加密：节点启动后会在后台重新加密，请稍后再运行 doctor。",
            "Some personal numbers are still sealed by an older master key: a node seals them again in the background after its \
             start. Run doctor again later.",
        ));
    }
    let named = behind.iter().take(NAMED).map(|(id, why, other)| match other {
        Some(other) => format!("{id} ({} {other})", <&str>::from(*why)),
        None => format!("{id} ({})", <&str>::from(*why)),
    });
    let named = named.collect::<Vec<_>>().join(", ");
    Ok(Finding::wrong(
        CHECK,
        format!("{older} rows; people.id {named}"),
        format!(
            "{} 名人员的证件号或手机号无法重新加密（编号见上）：unknown_key 请把缺少的主密钥加回列表；altered 请核对本人证件后重新录入；\
             collides 表示两条记录号码相同，请核对后处理。其余人员不受影响。",
            behind.len()
        ),
        format!(
            "The numbers of {} people cannot be sealed again (their ids stand above): unknown_key: put the missing master key \
             back into the list; altered: enter the numbers anew by the person's papers; collides: two rows have one number, \
             see which is right. Everybody else is unaffected.",
            behind.len()
        ),
    ))
}
