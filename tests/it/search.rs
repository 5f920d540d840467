//! Names found by any part of them, by pinyin and by initials: the functions of Postgres that all lists search with.

use sqlx::{Connection as _, PgConnection};
use zaichang_platform::search::Search;
use zaichang_registry::people::read_unit_names;

use crate::test_server::TestServer;

/// The names that a query of ids finds, in order.
async fn names(server: &TestServer, table: &str, found: &str, asked: &str) -> Vec<String> {
    let search = Search::of(Some(asked)).unwrap().unwrap();
    let query = format!("select name from {table} where {found} order by name collate \"C\", id");
    let names = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).bind(search.text()).bind(search.letters());
    names.fetch_all(&server.service.pool).await.unwrap()
}

async fn people(server: &TestServer, asked: &str) -> Vec<String> {
    let found = names(server, "people", "id in (select people_called($1, $2))", asked).await;
    let row_by_row = names(server, "people", "person_is_called(name, pinyin, initials, $1, $2)", asked).await;
    assert_eq!(found, row_by_row, "by index and row by row: {asked}");
    found
}

async fn units(server: &TestServer, asked: &str) -> Vec<String> {
    let found = names(server, "units", "id in (select units_called($1, $2))", asked).await;
    let row_by_row = names(server, "units", "unit_is_called(name, pinyin, initials, $1, $2)", asked).await;
    assert_eq!(found, row_by_row, "by index and row by row: {asked}");
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_units_are_found_by_any_part_of_their_names() {
    let server = TestServer::open().await;
    read_unit_names(&server.service.pool).await.unwrap();
    server
        .sql(
            "update people set name = '尉迟Tom·五%_x', pinyin = 'yuchitomwux', initials = 'yctwx'
             where id = (select min(id) from people)",
        )
        .await;
    for part in ["迟T", "tom", "·五", "五%", "%_x", "尉迟Tom·五%_x", "Yu Chi", "yctwx"] {
        assert_eq!(people(&server, part).await, ["尉迟Tom·五%_x"], "{part}");
    }
    for part in ["_%", "chitom", "yct", "迟五", "%%"] {
        assert_eq!(people(&server, part).await, [""; 0], "{part}");
    }
    // One character, and what many bear, is the same by index as row by row.
    assert!(people(&server, "王").await.len() > 1 && people(&server, "w").await.len() > 1);
    for part in ["麓人", "岳麓人民医院", "yuelurenmin", "renminyiyuan", "ylrmyy", "rmyy", "Ren Min"] {
        assert_eq!(units(&server, part).await, ["岳麓人民医院"], "{part}");
    }
    assert_eq!(units(&server, "岳麓").await, ["岳麓人民医院", "岳麓区"]);
    assert_eq!(units(&server, "（演").await, ["潇湘省（演示）"]);
    assert_eq!(units(&server, "岳人").await, [""; 0]);
    // Another name is read anew.
    server.sql("update units set name = '重庆医院' where name = '岳麓人民医院'").await;
    assert_eq!(units(&server, "ylrm").await, [""; 0]);
    assert_eq!(read_unit_names(&server.service.pool).await.unwrap(), 1);
    assert_eq!(units(&server, "chongqing").await, ["重庆医院"]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_s_name_is_read_to_find_somebody_else() {
    let server = TestServer::open().await;
    let mut connection = PgConnection::connect(server.stores.postgres.url()).await.unwrap();
    // On so few rows reading them all is cheaper: what is asked is whether another way is there.
    sqlx::raw_sql("set enable_seqscan = off").execute(&mut connection).await.unwrap();
    for (called, indexes) in [
        (
            "people_called('文博', 'wb')",
            ["people_by_bigrams", "people_by_beginning", "people_by_initials"].as_slice(),
        ),
        ("units_called('人民', null)", &["units_by_bigrams"]),
    ] {
        let query = format!("explain select * from {called}");
        let plan: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_all(&mut connection).await.unwrap();
        let plan = plan.join("\n");
        assert!(indexes.iter().all(|index| plan.contains(index)), "{plan}");
        assert!(!plan.contains("Seq Scan"), "{plan}");
    }
    drop(connection);
    server.close().await;
}
