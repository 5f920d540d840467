//! What a file of units is compared with: the divisions that stand, and the units of an authority with all their names; and how
//! many units are written at once.

use sqlx::{PgConnection, query, query_scalar};

use super::write::Facts;
use crate::divisions::Level;
use crate::units::import::ImportDivision;
use crate::units::kind::{Category, Grade, HospitalClass, UnitKind};
use zaichang_core::ids::UnitId;
use zaichang_core::reading::Reading;
use zaichang_platform::db;

/// A unit of an authority, as it stands.
#[derive(Debug)]
pub(in crate::units) struct Known {
    pub id: UnitId,
    pub version: i64,
    pub name: String,
    /// Where it lies, if somebody has said.
    pub own_division: Option<String>,
    /// The division of the region that it lies below.
    pub region: Option<String>,
    pub supervisor: Option<Level>,
    pub category: Category,
    pub grade: Grade,
    pub hospital_class: HospitalClass,
    pub is_closed: bool,
    /// What the unit is called that it was merged into.
    pub merged_into: Option<String>,
    /// Former names and aliases.
    pub other_names: Vec<String>,
    pub aliases: usize,
}

impl Known {
    /// The division in which a file has it: that of its authority where none was entered.
    pub fn division(&self) -> Option<&str> {
        self.own_division.as_deref().or(self.region.as_deref())
    }
}

/// The institutions below this authority, closed ones too.
pub(in crate::units) async fn known(
    connection: &mut PgConnection,
    authority: UnitId,
) -> sqlx::Result<Vec<Known>> {
    let rows = query!(
        r#"select units.id, version, units.name, units.division, above.division as "region?", above.kind as above_kind,
               units.category, units.grade, units.hospital_class, units.closed_at is not null as "is_closed!",
               merged.name as "merged_into?", coalesce(others.names, '{}') as "other_names!", coalesce(others.aliases, 0) as "aliases!"
           from units root join units on units.path >= root.path and units.path < left(root.path, -1) || '0'
           join unit_versions on unit_versions.id = units.id join units above on above.id = units.parent_id
           left join units merged on merged.id = units.merged_into
           left join (
               select unit_id, array_agg(name) as names, count(*) filter (where kind = 'alias') as aliases
               from unit_names group by unit_id
           ) others on others.unit_id = units.id
           where root.id = $1 and units.kind = 'unit'
           order by units.id"#,
        authority.0,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    let known = rows.map(|row| {
        Ok(Known {
            id: UnitId(row.id),
            version: row.version,
            name: row.name,
            own_division: row.division,
            region: row.region,
            supervisor: row.above_kind.parse().ok(),
            category: db::word("units", "category", row.id, &row.category)?,
            grade: db::word("units", "grade", row.id, &row.grade)?,
            hospital_class: db::word("units", "hospital_class", row.id, &row.hospital_class)?,
            is_closed: row.is_closed,
            merged_into: row.merged_into,
            other_names: row.other_names,
            aliases: usize::try_from(row.aliases).unwrap_or(0),
        })
    });
    known.collect()
}

/// All divisions, those too that stand no longer.
pub(in crate::units) async fn divisions(connection: &mut PgConnection) -> sqlx::Result<Vec<ImportDivision>> {
    let rows = query!(
        r#"select code, name, parent, successor, valid_until is null as "stands!" from divisions order by code"#
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    let place = rows.map(|row| ImportDivision {
        code: row.code,
        name: row.name,
        parent: row.parent,
        successor: row.successor,
        stands: row.stands,
    });
    Ok(place.collect())
}

/// The code of a unit's division.
pub(in crate::units) async fn division_of(
    connection: &mut PgConnection,
    unit: UnitId,
) -> sqlx::Result<Option<String>> {
    let division = query_scalar!("select division from units where id = $1", unit.0);
    Ok(division.fetch_optional(connection).await?.flatten())
}

/// Units that are entered by one statement, column by column.
#[derive(Default)]
pub(in crate::units) struct NewUnits {
    above: Vec<i64>,
    kinds: Vec<String>,
    names: Vec<String>,
    pinyin: Vec<String>,
    initials: Vec<String>,
    divisions: Vec<Option<String>>,
    categories: Vec<String>,
    grades: Vec<String>,
    classes: Vec<String>,
}

impl NewUnits {
    pub fn push(&mut self, above: UnitId, kind: UnitKind, facts: &Facts<'_>) {
        let Reading { pinyin, initials } = Reading::of_unit(facts.name);
        self.above.push(above.0);
        self.kinds.push(kind.word().to_owned());
        self.names.push(facts.name.to_owned());
        self.pinyin.push(pinyin);
        self.initials.push(initials);
        self.divisions.push(facts.division.map(ToOwned::to_owned));
        self.categories.push(facts.category.word().to_owned());
        self.grades.push(facts.grade.word().to_owned());
        self.classes.push(facts.hospital_class.word().to_owned());
    }
}

/// Enters them; their ids in their order.
pub(in crate::units) async fn insert_all(
    connection: &mut PgConnection,
    new: &NewUnits,
) -> sqlx::Result<Vec<UnitId>> {
    let ids = query_scalar!(
        r#"with new as (
               select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                   $9::text[]) with ordinality
                   new (above, kind, name, pinyin, initials, division, category, grade, hospital_class, place)
           ), entered as (
               insert into units (parent_id, kind, name, pinyin, initials, division, category, grade, hospital_class)
               select above, kind, name, pinyin, initials, division, category, grade, hospital_class from new order by place
               returning id, parent_id, name
           )
           select entered.id as "id!" from entered join new on new.above = entered.parent_id and new.name = entered.name
           order by new.place"#,
        &new.above,
        &new.kinds,
        &new.names,
        &new.pinyin,
        &new.initials,
        &new.divisions as _,
        &new.categories,
        &new.grades,
        &new.classes,
    );
    Ok(ids.fetch_all(connection).await?.into_iter().map(UnitId).collect())
}

/// Other names of new units, column by column.
#[derive(Default)]
pub(in crate::units) struct NewNames {
    units: Vec<i64>,
    kinds: Vec<String>,
    names: Vec<String>,
    pinyin: Vec<String>,
    initials: Vec<String>,
}

impl NewNames {
    pub fn push(&mut self, unit: UnitId, kind: &str, names: &[String]) {
        for name in names {
            let Reading { pinyin, initials } = Reading::of_unit(name);
            self.units.push(unit.0);
            self.kinds.push(kind.to_owned());
            self.names.push(name.clone());
            self.pinyin.push(pinyin);
            self.initials.push(initials);
        }
    }
}

/// Keeps them; of a name that is said twice the first kind.
pub(in crate::units) async fn keep_names(connection: &mut PgConnection, new: &NewNames) -> sqlx::Result<()> {
    query!(
        "insert into unit_names (unit_id, kind, name, pinyin, initials)
         select unit_id, kind, name, pinyin, initials
         from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[]) new (unit_id, kind, name, pinyin, initials)
         on conflict on constraint unit_other_name_is_once do nothing",
        &new.units,
        &new.kinds,
        &new.names,
        &new.pinyin,
        &new.initials,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Those of these units below the authority that are open and have neither an admin nor a link on the way to one, with name and
/// division, held while the transaction lasts.
pub(in crate::units) async fn without_admins(
    connection: &mut PgConnection,
    authority: UnitId,
    ids: &[i64],
    now: jiff::Timestamp,
    most: usize,
) -> sqlx::Result<Vec<(UnitId, String, Option<String>)>> {
    // Held first, each before what lies in it, as everybody does who holds several: who makes a link for one of them meanwhile holds it, too.
    query_scalar!("select id from units where id = any($1) order by length(path), id for no key update", ids)
        .fetch_all(&mut *connection)
        .await?;
    let rows = query!(
        r#"select units.id, units.name, divisions.name as "division?"
           from units left join divisions on divisions.code = units.division
           where units.id = any($2) and units.id in (select unit_and_below($1)) and closed_at is null
               and not exists (select from accounts where unit_id = units.id and disabled_at is null)
               and not exists (select from admin_links where unit_id = units.id and ended_at is null and expires_at > $3)
           order by array_position($2, units.id) limit $4"#,
        authority.0,
        ids,
        jiff_sqlx::ToSqlx::to_sqlx(now) as _,
        i64::try_from(most).unwrap_or(i64::MAX),
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    Ok(rows.map(|row| (UnitId(row.id), row.name, row.division)).collect())
}
