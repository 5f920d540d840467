//! What lies sealed in the database: our master keys open it, and all of it lies under the newest, so that older keys may be dropped.
//! It must not print a key; a key's id reveals nothing of it.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::finding::Finding;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_registry::resealing::{self, Table};

/// Rows of a table that are looked at one by one, and of those at fault how many are named.
const LOOK: i64 = 2000;
const NAMED: usize = 20;

/// The tables with sealed rows that are there, by the keys that sealed them. A schema that is still to be migrated has fewer.
async fn sealing(connection: &mut PgConnection) -> sqlx::Result<BTreeMap<Table, Vec<Vec<u8>>>> {
    let mut sealing = BTreeMap::new();
    for (table, query) in [
        (Table::People, "select distinct key_id from people order by 1"),
        (Table::Accounts, "select distinct key_id from accounts where key_id is not null order by 1"),
        (
            Table::Registrations,
            "select distinct key_id from registrations where person_id is null order by 1",
        ),
    ] {
        let is_there = "select exists (select from pg_attribute where attrelid = to_regclass($1) and attname = 'key_id')";
        let is_there = sqlx::query_scalar(is_there).bind(table.word()).fetch_one(&mut *connection).await?;
        if is_there {
            sealing.insert(table, sqlx::query_scalar(query).fetch_all(&mut *connection).await?);
        }
    }
    Ok(sealing)
}

/// Whether every key that has sealed something is among ours, and whether all of it lies under the newest.
pub(super) async fn judge(
    keys: &Keys,
    connection: &mut PgConnection,
) -> Result<Vec<Finding>, resealing::Error> {
    let of_database = |error| resealing::Error::People(zaichang_registry::people::Error::Database(error));
    let sealing = sealing(connection).await.map_err(of_database)?;
    if !sealing.contains_key(&Table::People) {
        return Ok(Vec::new());
    }
    let sealer = Sealer::new(keys.clone());
    let mut behind = Vec::new();
    for &table in sealing.keys() {
        behind.push((table, resealing::left_behind(connection, &sealer, table, LOOK).await?));
    }
    Ok(vec![open(keys, &sealing), are_sealed_again(&behind)])
}

fn open(keys: &Keys, sealing: &BTreeMap<Table, Vec<Vec<u8>>>) -> Finding {
    const CHECK: &str = "sealed_numbers";
    let ours: Vec<_> = keys.derive_with_id(&[b"doctor"]).map(|(id, _)| id.to_vec()).collect();
    let mut all: Vec<_> = sealing.values().flatten().collect();
    all.sort_unstable();
    all.dedup();
    let missing = sealing.iter().flat_map(|(table, ids)| ids.iter().map(move |id| (table, id)));
    let missing = missing.filter(|(_, id)| !ours.contains(id));
    let missing: Vec<_> =
        missing.map(|(table, id)| format!("{} ({})", hex::encode(id), table.word())).collect();
    if missing.is_empty() {
        return Finding::fine(CHECK, format!("{} keys", all.len()));
    }
    let missing = missing.join(", ");
    Finding::wrong(
        CHECK,
        format!("key {missing}"),
        format!(
            "数据库中有证件号、手机号或管理员的身份验证器密钥由主密钥 {missing} 加密，但它不在密钥列表中，无法解密；涉及 accounts 时，\
             相应的管理员无法登录。请将该密钥加回 ZAICHANG_MASTER_KEYS。"
        ),
        format!(
            "Personal numbers or admins' authenticators in the database were sealed with master key {missing}, which is not in \
             the list: they cannot be read, and where accounts are named, their admins cannot log in. Put it back into \
             ZAICHANG_MASTER_KEYS."
        ),
    )
}

fn are_sealed_again(behind: &[(Table, resealing::Behind)]) -> Finding {
    const CHECK: &str = "sealed_again";
    let older: Vec<_> = behind.iter().filter(|(_, behind)| behind.rows > 0).collect();
    if older.is_empty() {
        return Finding::fine(CHECK, "all");
    }
    let rows = older.iter().map(|(table, behind)| format!("{} {} rows", table.word(), behind.rows));
    let rows = rows.collect::<Vec<_>>().join(", ");
    let cannot = older.iter().flat_map(|(table, behind)| behind.cannot.iter().map(move |row| (table, row)));
    let named: Vec<_> = cannot
        .map(|(table, (id, why, other))| match other {
            Some(other) => format!("{}.id {id} ({} {other})", table.word(), <&str>::from(*why)),
            None => format!("{}.id {id} ({})", table.word(), <&str>::from(*why)),
        })
        .collect();
    if named.is_empty() {
        return Finding::note(
            CHECK,
            rows,
            "部分证件号、手机号或身份验证器密钥仍由旧的主密钥加密：节点启动后会在后台重新加密，请稍后再运行 doctor；此前请保留旧的主密钥。",
            "Something is still sealed by an older master key: a node seals it again in the background after its start. Run doctor \
             again later, and keep the older key until then.",
        );
    }
    let count = named.len();
    let first = named.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
    Finding::wrong(
        CHECK,
        format!("{rows}; {first}"),
        format!(
            "有 {count} 行无法重新加密（编号见上；people 为人员，accounts 为管理员账号，registrations 为注册申请）：unknown_key 请把缺少的\
             主密钥加回列表；altered 请核对本人证件后重新录入；collides 表示两条记录号码相同，请核对后处理。其余不受影响。"
        ),
        format!(
            "{count} rows cannot be sealed again (their ids stand above): unknown_key: put the missing master key back into the \
             list; altered: enter what it holds anew, by the person's papers; collides: two rows have one number, see which is \
             right. Everything else is unaffected."
        ),
    )
}
