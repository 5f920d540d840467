//! Regions: the units that are a province, a city or a county. One is made when its authority comes, with those that it lies in.

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::{PgConnection, query, query_scalar};

use crate::divisions::{Division, with_those_above};
use zaichang_core::ids::UnitId;
use zaichang_core::reading::Reading;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::Account;

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

/// The region of a division, and what was made of it and of those that it lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub region: Region,
    /// Those that were not there, the topmost first.
    pub made: Vec<Region>,
    /// Those that had been entered without their code, by name.
    pub coded: Vec<Region>,
}

impl Found {
    /// Writes down what was made, in the name of the admin who needed it.
    pub async fn record(
        &self,
        transaction: &mut PgConnection,
        by: &Account,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        for region in &self.made {
            let detail = json!({ "unit_name": region.name, "unit_division": region.name });
            record(transaction, by, now, "add_region", region.id, detail).await?;
        }
        for region in &self.coded {
            let detail =
                json!({ "before": { "unit_division": null }, "after": { "unit_division": region.name } });
            record(transaction, by, now, "change_unit", region.id, detail).await?;
        }
        Ok(())
    }
}

async fn record(
    transaction: &mut PgConnection,
    by: &Account,
    now: Timestamp,
    action: &str,
    id: UnitId,
    detail: Value,
) -> sqlx::Result<()> {
    audit::record(transaction, by, now, Entry { action, noun: "unit", noun_id: id.0, detail }).await
}

/// The region of a division, made with those above it where they are missing. A region that was entered without its code, by its
/// name, is taken for it; a unit that is another division, or of another kind, stays what it is.
pub async fn found(transaction: &mut PgConnection, division: &str) -> Result<Found, NotFounded> {
    let (mut region, mut made, mut coded) = (None, Vec::new(), Vec::new());
    for division in with_those_above(transaction, division).await? {
        let above = region.as_ref().map(|region: &Region| region.id);
        let (one, was) = one(transaction, above, division).await?;
        match was {
            Was::There => {}
            Was::Missing => made.push(one.clone()),
            Was::WithoutCode => coded.push(one.clone()),
        }
        region = Some(one);
    }
    region.map(|region| Found { region, made, coded }).ok_or(NotFounded::DivisionUnknown)
}

/// What a region was before it was needed.
enum Was {
    There,
    Missing,
    WithoutCode,
}

async fn one(
    transaction: &mut PgConnection,
    above: Option<UnitId>,
    division: Division,
) -> Result<(Region, Was), NotFounded> {
    let Division { code, name, level, .. } = division;
    let known = query!("select id, name from units where kind = $1 and division = $2", level.word(), code,);
    if let Some(row) = known.fetch_optional(&mut *transaction).await? {
        return Ok((Region { id: UnitId(row.id), name: row.name }, Was::There));
    }
    let Reading { pinyin, initials } = Reading::of_unit(&name);
    let row = query!(
        r#"insert into units (parent_id, kind, name, division, pinyin, initials) values ($1, $2, $3, $4, $5, $6)
           on conflict on constraint unit_name_is_unique_in_parent do update set division = excluded.division
               where units.kind = excluded.kind and units.division is null
           returning id, xmax = 0 as "is_new!""#,
        above.map(|id| id.0),
        level.word(),
        name,
        code,
        pinyin,
        initials,
    );
    let Some(row) = row.fetch_optional(transaction).await? else { return Err(NotFounded::NameTaken(name)) };
    let was = if row.is_new { Was::Missing } else { Was::WithoutCode };
    Ok((Region { id: UnitId(row.id), name }, was))
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
