//! What the queries were compiled against (`.sqlx`) is what Postgres says of them today, with every migration applied: a column that a
//! migration renames or retypes is noticed here, before a query meets it. Whether a column may be null is not compared.

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Column as _, Either, Executor as _, SqlSafeStr as _, Statement as _};

use crate::test_server::TestServer;

/// The types of what it gives and takes, as the kept file has them.
async fn described(connection: &mut sqlx::PgConnection, query: String) -> sqlx::Result<Value> {
    let statement = connection.prepare(AssertSqlSafe(query).into_sql_str()).await?;
    let columns = statement.columns().iter();
    let columns: Vec<_> = columns.map(|column| json!([column.name(), column.type_info()])).collect();
    let parameters = match statement.parameters() {
        Some(Either::Left(types)) => json!(types),
        _ => Value::Null,
    };
    Ok(json!({ "columns": columns, "parameters": parameters }))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_query_is_compiled_against_what_postgres_says_today() {
    let server = TestServer::open().await;
    let mut connection = server.service.pool.acquire().await.unwrap();
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.sqlx")).unwrap();
    let (mut seen, mut otherwise) = (0, Vec::new());
    for file in folder {
        let kept: Value = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        let query = kept["query"].as_str().unwrap();
        let columns = kept["describe"]["columns"].as_array().unwrap().iter();
        let columns: Vec<_> = columns.map(|column| json!([column["name"], column["type_info"]])).collect();
        let expected = json!({ "columns": columns, "parameters": kept["describe"]["parameters"]["Left"] });
        match described(&mut connection, query.to_owned()).await {
            Ok(today) if today == expected => {}
            Ok(today) => otherwise.push(format!("{query}\n  kept  {expected}\n  today {today}")),
            Err(error) => otherwise.push(format!("{query}\n  {error}")),
        }
        seen += 1;
    }
    assert!(seen > 400, "{seen} queries are kept");
    assert!(otherwise.is_empty(), "write .sqlx anew (CONTRIBUTING.md):\n{}", otherwise.join("\n"));
    drop(connection);
    server.close().await;
}
