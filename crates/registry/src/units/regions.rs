//! Regions: the units that are a province, a city or a county. One is made when its authority comes, with those that it lies in.

use sqlx::{PgConnection, query, query_scalar};

use crate::divisions::{Division, with_those_above};
use zaichang_core::ids::UnitId;
use zaichang_core::reading::Reading;

/// A region, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    pub id: UnitId,
    pub name: String,
}

/// Why no region is made.
#[derive(Debug, thiserror::Error)]
pub enum NotFounded {
    #[error("no division has this code now")]
    DivisionUnknown,
    /// Under the region above lies another unit that is called like this division, and is not it.
    #[error("another unit there is called {0}")]
    NameTaken(String),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// The region of a division, made with those above it where they are missing. A region that was entered without its code, by its
/// name, is taken for it; a unit that is another division, or of another kind, stays what it is.
pub async fn found(transaction: &mut PgConnection, division: &str) -> Result<Region, NotFounded> {
    let mut region = None;
    for division in with_those_above(transaction, division).await? {
        let above = region.as_ref().map(|region: &Region| region.id);
        region = Some(one(transaction, above, division).await?);
    }
    region.ok_or(NotFounded::DivisionUnknown)
}

async fn one(
    transaction: &mut PgConnection,
    above: Option<UnitId>,
    division: Division,
) -> Result<Region, NotFounded> {
    let Division { code, name, level, .. } = division;
    let known = query!("select id, name from units where kind = $1 and division = $2", level.word(), code,);
    if let Some(row) = known.fetch_optional(&mut *transaction).await? {
        return Ok(Region { id: UnitId(row.id), name: row.name });
    }
    let Reading { pinyin, initials } = Reading::of_unit(&name);
    let id = query_scalar!(
        "insert into units (parent_id, kind, name, division, pinyin, initials) values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint unit_name_is_unique_in_parent do update set division = excluded.division
             where units.kind = excluded.kind and units.division is null
         returning id",
        above.map(|id| id.0),
        level.word(),
        name,
        code,
        pinyin,
        initials,
    );
    let id = id.fetch_optional(transaction).await?;
    id.map(|id| Region { id: UnitId(id), name: name.clone() }).ok_or(NotFounded::NameTaken(name))
}

/// Whether a division right below this region is called so: no institution may be, as the region of the division will.
pub(super) async fn has_a_part_called(
    connection: &mut PgConnection,
    region: UnitId,
    name: &str,
) -> sqlx::Result<bool> {
    let has = query_scalar!(
        r#"select exists (select from units join divisions on divisions.parent = units.division
               where units.id = $1 and units.kind in ('province', 'city', 'county') and divisions.name = $2) as "has!""#,
        region.0,
        name,
    );
    has.fetch_one(connection).await
}
