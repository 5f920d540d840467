//! The queries of divisions.

use sqlx::{PgConnection, PgPool, query};

use super::Division;
use zaichang_platform::db;

/// What lies directly below a division now; the provinces below none.
pub(super) async fn below(pool: &PgPool, code: Option<&str>) -> sqlx::Result<Vec<Division>> {
    let rows = query!(
        "select code, name, level, is_zone from divisions
         where parent is not distinct from $1 and valid_until is null order by code",
        code,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let divisions = rows.map(|row| {
        let level = word(&row.code, &row.level)?;
        Ok(Division { code: row.code, name: row.name, level, is_zone: row.is_zone })
    });
    divisions.collect()
}

/// The division of this code that stands now, after those that it lies in, the province first; empty if there is none.
pub async fn with_those_above(connection: &mut PgConnection, code: &str) -> sqlx::Result<Vec<Division>> {
    let rows = query!(
        r#"with recursive above as (
               select code, name, level, is_zone, parent, 0 as up from divisions
               where code = $1 and valid_until is null
               union all
               select divisions.code, divisions.name, divisions.level, divisions.is_zone, divisions.parent, up + 1
               from divisions join above on divisions.code = above.parent
           )
           select code as "code!", name as "name!", level as "level!", is_zone as "is_zone!" from above order by up desc"#,
        code,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    let divisions = rows.map(|row| {
        let level = word(&row.code, &row.level)?;
        Ok(Division { code: row.code, name: row.name, level, is_zone: row.is_zone })
    });
    divisions.collect()
}

/// A division is named by its code, as other rows are by their id.
fn word(code: &str, level: &str) -> sqlx::Result<super::Level> {
    db::word("divisions", "level", code, level)
}
