//! Regions: the units that are a province, a city or a county. One is made when its authority comes, with those that it lies in.

use sqlx::{PgConnection, query, query_scalar};

use crate::divisions::{Division, with_those_above};
use zaichang_core::ids::UnitId;

/// A region, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    pub id: UnitId,
    pub name: String,
}

/// The region of a division, made with those above it where they are missing; none if no division has this code. A region that
/// was entered without its code, by its name, is taken for it.
pub async fn found(transaction: &mut PgConnection, division: &str) -> sqlx::Result<Option<Region>> {
    let mut region = None;
    for division in with_those_above(transaction, division).await? {
        let above = region.as_ref().map(|region: &Region| region.id);
        region = Some(one(transaction, above, division).await?);
    }
    Ok(region)
}

async fn one(
    transaction: &mut PgConnection,
    above: Option<UnitId>,
    division: Division,
) -> sqlx::Result<Region> {
    let Division { code, name, level, .. } = division;
    let known = query!("select id, name from units where kind = $1 and division = $2", level.word(), code,);
    if let Some(row) = known.fetch_optional(&mut *transaction).await? {
        return Ok(Region { id: UnitId(row.id), name: row.name });
    }
    let id = query_scalar!(
        "insert into units (parent_id, kind, name, division) values ($1, $2, $3, $4)
         on conflict on constraint unit_name_is_unique_in_parent do update set division = excluded.division returning id",
        above.map(|id| id.0),
        level.word(),
        name,
        code,
    );
    Ok(Region { id: UnitId(id.fetch_one(transaction).await?), name })
}
