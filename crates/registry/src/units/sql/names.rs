//! The other names of units: those that they had, and those that they are called by besides.

use jiff::Timestamp;
use sqlx::{PgConnection, query};

use zaichang_core::ids::UnitId;
use zaichang_core::reading::Reading;

/// A name that the unit had stays with it; an alias that was the same becomes it. `until` is none where that is unknown.
pub(in crate::units) async fn keep_earlier_name(
    connection: &mut PgConnection,
    id: UnitId,
    name: &str,
    until: Option<Timestamp>,
) -> sqlx::Result<()> {
    let Reading { pinyin, initials } = Reading::of_unit(name);
    query!(
        "insert into unit_names (unit_id, name, kind, until, pinyin, initials) values ($1, $2, 'earlier', $3, $4, $5)
         on conflict on constraint unit_other_name_is_once
         do update set kind = 'earlier', until = coalesce(excluded.until, unit_names.until)",
        id.0,
        name,
        until.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
        pinyin,
        initials,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// These aliases and no others; what was once its name stays an earlier name.
pub(in crate::units) async fn keep_aliases(
    connection: &mut PgConnection,
    id: UnitId,
    aliases: &[String],
) -> sqlx::Result<()> {
    query!("delete from unit_names where unit_id = $1 and kind = 'alias' and name <> all($2)", id.0, aliases)
        .execute(&mut *connection)
        .await?;
    let (pinyin, initials): (Vec<_>, Vec<_>) = aliases
        .iter()
        .map(|alias| {
            let Reading { pinyin, initials } = Reading::of_unit(alias);
            (pinyin, initials)
        })
        .unzip();
    query!(
        "insert into unit_names (unit_id, name, kind, pinyin, initials)
         select $1, alias.name, 'alias', alias.pinyin, alias.initials
         from unnest($2::text[], $3::text[], $4::text[]) alias (name, pinyin, initials)
         on conflict on constraint unit_other_name_is_once do nothing",
        id.0,
        aliases,
        &pinyin,
        &initials,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The open institution of this division that is called so or besides, if there is one: whether it lies at or below this unit, and
/// what its authority is called.
pub(in crate::units) async fn called_exactly(
    connection: &mut PgConnection,
    division: &str,
    names: &[&str],
    above: UnitId,
) -> sqlx::Result<Option<(bool, String)>> {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let row = query!(
        r#"select $3 in (select unit_and_above(units.id)) as "own!", coalesce(above.authority, above.name) as "authority!"
           from units join units above on above.id = units.parent_id
           where units.id in (select units_in_division($1)) and units.kind = 'unit' and units.closed_at is null
               and (units.name = any($2) or exists (
                   select from unit_names where unit_id = units.id and kind = 'alias' and unit_names.name = any($2)
               ))
           order by 1 desc, units.id limit 1"#,
        division,
        &names,
        above.0,
    );
    Ok(row.fetch_optional(connection).await?.map(|row| (row.own, row.authority)))
}
