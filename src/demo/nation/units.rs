//! The tree of a nation: provinces, cities, counties, units, and departments of every tenth unit; an account for each.

use sqlx::{PgConnection, query};

use super::Scale;
use zaichang_platform::auth::password;

/// Writes the tree beside the demo hospital's. How many units there are.
pub(super) async fn fill(connection: &mut PgConnection, scale: Scale) -> sqlx::Result<u64> {
    let provinces = query!(
        "insert into units (kind, name) select 'province', '演示第' || n || '省' from generate_series(1, $1) n",
        scale.provinces,
    );
    let mut written = provinces.execute(&mut *connection).await?.rows_affected();
    for (kind, parent, sign, each) in [
        ("city", "province", "市", scale.cities_of_a_province),
        ("county", "city", "县", scale.counties_of_a_city),
    ] {
        let below = query!(
            "insert into units (parent_id, kind, name)
             select above.id, $1, '演示' || above.id || '之' || n || $3 from units above, generate_series(1, $4) n
             where above.kind = $2",
            kind,
            parent,
            sign,
            each,
        );
        written += below.execute(&mut *connection).await?.rows_affected();
    }
    let units = query!(
        "with counties as (
             select id, row_number() over (order by id) - 1 as place from units where kind = 'county'
         )
         insert into units (parent_id, kind, name)
         select counties.id, 'unit', (array['人民医院', '中医医院', '妇幼保健院', '疾病预防控制中心', '卫生院', '社区卫生服务中心'])[n % 6 + 1] || n
         from generate_series(1, $1) n join counties on counties.place = n % (select count(*) from counties)",
        scale.units,
    );
    written += units.execute(&mut *connection).await?.rows_affected();
    let departments = query!(
        "insert into units (parent_id, kind, name)
         select units.id, 'department', department.name
         from units, unnest(array['心血管内科', '急诊医学科', '普通外科', '护理部', '药学部']) department (name)
         where kind = 'unit' and units.id % 10 = 0
         on conflict on constraint unit_name_is_unique_in_parent do nothing",
    );
    written += departments.execute(connection).await?.rows_affected();
    Ok(written)
}

/// One admin for each unit and authority, all with one random password that is not kept.
pub(super) async fn accounts(connection: &mut PgConnection) -> anyhow::Result<u64> {
    let hash = password::hash(&password::random()?)?;
    let written = query!(
        "insert into accounts (unit_id, account, name, role, password_hash)
         select id, 'demo-' || id, '周敏', case kind when 'unit' then 'unit_admin' else 'authority_admin' end, $1
         from units where kind <> 'department'",
        hash,
    );
    Ok(written.execute(connection).await?.rows_affected())
}
