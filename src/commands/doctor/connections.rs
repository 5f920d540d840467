//! Room for our connections: what one node takes, and how many nodes there is room for.
//! It must not know how the pools are used.

use sqlx::{FromRow, PgConnection};

use super::finding::Finding;
use zaichang_platform::db;

/// The commits' own pool, beside `ZAICHANG_DATABASE_CONNECTIONS`: see `checkin::module`.
const COMMITS: i64 = 4;
/// What hears of changes.
const LISTENER: i64 = 1;

/// What the server lets us have. A limit below zero is none.
#[derive(FromRow)]
struct Limits {
    server: i64,
    reserved: i64,
    role: i64,
    database: i64,
    /// Connections of running nodes.
    taken: i64,
}

pub(super) async fn judge(
    connection: &mut PgConnection,
    each: u32,
    is_private: bool,
) -> sqlx::Result<Finding> {
    let limits: Limits = sqlx::query_as(
        "select current_setting('max_connections')::bigint as server,
                current_setting('superuser_reserved_connections')::bigint
                    + coalesce(current_setting('reserved_connections', true), '0')::bigint as reserved,
                (select rolconnlimit::bigint from pg_roles where rolname = current_user) as role,
                (select datconnlimit::bigint from pg_database where datname = current_database()) as database,
                (select count(*) from pg_stat_activity where application_name = 'zaichang') as taken",
    )
    .fetch_one(connection)
    .await?;
    Ok(verdict(&limits, i64::from(each) + COMMITS + i64::from(db::JOBS) + LISTENER, is_private))
}

fn verdict(limits: &Limits, node: i64, is_private: bool) -> Finding {
    const CHECK: &str = "postgres_connections";
    let of_server = (limits.server - limits.reserved).max(0);
    let allowed =
        [limits.role, limits.database].into_iter().filter(|limit| *limit >= 0).fold(of_server, i64::min);
    let nodes = allowed / node;
    let found = format!("{allowed} allowed, {node} per node, {} in use", limits.taken);
    if nodes == 0 {
        Finding::wrong(
            CHECK,
            found,
            format!(
                "可用连接数 {allowed} 不够一个节点（需要 {node}）：请调大 max_connections（或角色、数据库的连接上限），或调小 ZAICHANG_DATABASE_CONNECTIONS。"
            ),
            format!(
                "{allowed} connections are not enough for one node, which takes {node}: raise max_connections (or the limit \
                 of the role or database), or lower ZAICHANG_DATABASE_CONNECTIONS."
            ),
        )
    } else if nodes == 1 && !is_private {
        Finding::note(
            CHECK,
            found,
            "连接数只够一个节点：不能再加节点，更换节点时新旧也不能同时运行。",
            "There is room for one node only: none can be added, and an old and a new one cannot run side by side.",
        )
    } else {
        Finding::fine(CHECK, format!("{found}: {nodes} nodes"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn the_smallest_limit_says_how_many_nodes_there_is_room_for() {
        let table = [
            ((100, 3, -1, -1), false, Level::Ok),
            ((24, 3, -1, -1), false, Level::Note),
            ((24, 3, -1, -1), true, Level::Ok),
            ((22, 3, -1, -1), true, Level::Fix),
            ((100, 3, 10, -1), false, Level::Fix),
            ((100, 3, -1, 25), false, Level::Note),
            ((100, 3, 0, -1), false, Level::Fix),
        ];
        for ((server, reserved, role, database), is_private, level) in table {
            let limits = Limits { server, reserved, role, database, taken: 0 };
            assert_eq!(verdict(&limits, 20, is_private).level, level, "{server} {role} {database}");
        }
    }
}
