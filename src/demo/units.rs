//! The demo's units: an invented province with divisions of its own, hospitals of several kinds, grades and classes, departments
//! that lie in one another, names of former years, and a county that was redrawn. It adds what is not there yet and leaves alone
//! what somebody has changed.

use jiff::civil::{Date, date};
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query, query_scalar};

use zaichang_core::ids::UnitId;
use zaichang_core::reading::Reading;
use zaichang_registry::units::{Category, Grade, HospitalClass};

/// The units that the rest of the demo needs.
pub(super) struct Units {
    pub province: UnitId,
    pub hospital: UnitId,
    pub departments: Vec<UnitId>,
}

/// No province has such a code.
const PROVINCE: &str = "990000";
const CITY: &str = "990100";
const COUNTY: &str = "990104";
const SECOND_COUNTY: &str = "990121";
/// It has become a part of the first county.
const FORMER_COUNTY: &str = "990122";
const REDRAWN: Date = date(2022, 6, 30);

/// What an institution is, besides its name.
struct Institution {
    name: &'static str,
    category: Category,
    grade: Grade,
    class: HospitalClass,
    /// Where it lies.
    division: &'static str,
    earlier: &'static [&'static str],
    aliases: &'static [&'static str],
    closed: bool,
}

const HOSPITAL: Institution = Institution {
    name: "岳麓人民医院",
    category: Category::General,
    grade: Grade::City,
    class: HospitalClass::Third,
    division: COUNTY,
    earlier: &["岳麓区工人医院"],
    aliases: &[],
    closed: false,
};
const CLINIC: Institution = Institution {
    name: "橘洲街道社区卫生服务中心",
    category: Category::General,
    grade: Grade::Township,
    class: HospitalClass::First,
    division: COUNTY,
    earlier: &["橘洲镇卫生院"],
    aliases: &["橘洲社卫中心"],
    closed: false,
};
/// They lie in districts and are the city's.
const OF_THE_CITY: [Institution; 2] = [
    Institution {
        name: "星沙市中医医院",
        category: Category::Tcm,
        grade: Grade::City,
        class: HospitalClass::Third,
        division: COUNTY,
        earlier: &["星沙市国医馆"],
        aliases: &["市中医院"],
        closed: false,
    },
    Institution {
        name: "星沙市疾病预防控制中心",
        category: Category::PublicHealth,
        grade: Grade::City,
        class: HospitalClass::Undetermined,
        division: COUNTY,
        earlier: &["星沙市卫生防疫站"],
        aliases: &["市疾控"],
        closed: false,
    },
];
const OF_THE_SECOND_COUNTY: Institution = Institution {
    name: "浏河县妇幼保健院",
    category: Category::General,
    grade: Grade::County,
    class: HospitalClass::Second,
    division: SECOND_COUNTY,
    earlier: &[],
    aliases: &[],
    closed: false,
};
const OF_THE_FORMER_COUNTY: [Institution; 2] = [
    Institution {
        name: "望湖镇卫生院",
        category: Category::General,
        grade: Grade::Township,
        class: HospitalClass::First,
        division: FORMER_COUNTY,
        earlier: &[],
        aliases: &[],
        closed: false,
    },
    Institution {
        name: "望湖县职工医院",
        category: Category::General,
        grade: Grade::County,
        class: HospitalClass::Undetermined,
        division: FORMER_COUNTY,
        earlier: &[],
        aliases: &[],
        closed: true,
    },
];

pub(super) async fn units(connection: &mut PgConnection) -> sqlx::Result<Units> {
    divisions(connection).await?;
    let province = region(connection, None, "province", "潇湘省（演示）", PROVINCE).await?;
    let city = region(connection, Some(province), "city", "星沙市", CITY).await?;
    let county = region(connection, Some(city), "county", "岳麓区", COUNTY).await?;
    let hospital = institution(connection, county, &HOSPITAL).await?;
    let mut departments = Vec::new();
    for (place, name) in ["心血管内科", "急诊医学科", "普通外科", "护理部", "药学部"].into_iter().enumerate()
    {
        departments.push(department(connection, hospital, name, place).await?);
    }
    // A clinic whose people come to the hospital's courses.
    institution(connection, county, &CLINIC).await?;
    for (place, name) in ["冠心病监护室", "心脏康复门诊"].into_iter().enumerate() {
        department(connection, departments[0], name, place).await?;
    }
    for of_the_city in &OF_THE_CITY {
        institution(connection, city, of_the_city).await?;
    }
    let second = region(connection, Some(city), "county", "浏河县", SECOND_COUNTY).await?;
    institution(connection, second, &OF_THE_SECOND_COUNTY).await?;
    let former = region(connection, Some(city), "county", "望湖县", FORMER_COUNTY).await?;
    for of_the_former in &OF_THE_FORMER_COUNTY {
        institution(connection, former, of_the_former).await?;
    }
    Ok(Units { province, hospital, departments })
}

async fn divisions(connection: &mut PgConnection) -> sqlx::Result<()> {
    query!(
        "insert into divisions (code, name, level, parent, valid_until, successor) values
             ($1, '潇湘省（演示）', 'province', null, null, null), ($2, '星沙市', 'city', $1, null, null),
             ($3, '岳麓区', 'county', $2, null, null), ($4, '浏河县', 'county', $2, null, null),
             ($5, '望湖县', 'county', $2, $6, $3)
         on conflict do nothing",
        PROVINCE,
        CITY,
        COUNTY,
        SECOND_COUNTY,
        FORMER_COUNTY,
        REDRAWN.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The unit that is called so or was, wherever an institution lies by now; made if there is none.
async fn unit(
    connection: &mut PgConnection,
    parent: Option<UnitId>,
    kind: &str,
    name: &str,
) -> sqlx::Result<UnitId> {
    let known = query_scalar!(
        "select id from units
         where kind = $2 and (kind = 'unit' or parent_id is not distinct from $1)
             and (name = $3 or exists (
                 select from unit_names where unit_id = units.id and unit_names.name = $3 and unit_names.until is not null
             ))
         order by id limit 1",
        parent.map(|id| id.0),
        kind,
        name,
    );
    if let Some(id) = known.fetch_optional(&mut *connection).await? {
        return Ok(UnitId(id));
    }
    let Reading { pinyin, initials } = Reading::of_unit(name);
    let made = query_scalar!(
        "insert into units (parent_id, kind, name, pinyin, initials) values ($1, $2, $3, $4, $5) returning id",
        parent.map(|id| id.0),
        kind,
        name,
        pinyin,
        initials,
    );
    made.fetch_one(connection).await.map(UnitId)
}

async fn region(
    connection: &mut PgConnection,
    parent: Option<UnitId>,
    kind: &str,
    name: &str,
    division: &str,
) -> sqlx::Result<UnitId> {
    let id = unit(connection, parent, kind, name).await?;
    query!("update units set division = $2 where id = $1 and division is null", id.0, division)
        .execute(connection)
        .await?;
    Ok(id)
}

async fn department(
    connection: &mut PgConnection,
    above: UnitId,
    name: &str,
    place: usize,
) -> sqlx::Result<UnitId> {
    let id = unit(connection, Some(above), "department", name).await?;
    query!(
        "update units set position = $2 where id = $1 and position = 0",
        id.0,
        i32::try_from(place + 1).unwrap_or(i32::MAX),
    )
    .execute(connection)
    .await?;
    Ok(id)
}

async fn institution(
    connection: &mut PgConnection,
    above: UnitId,
    what: &Institution,
) -> sqlx::Result<UnitId> {
    let id = unit(connection, Some(above), "unit", what.name).await?;
    let described = query!(
        "update units set category = $2, grade = $3, hospital_class = $4, division = $5,
             closed_at = case when $6 then now() end
         where id = $1 and (select version from unit_versions where id = $1) = 1",
        id.0,
        what.category.word(),
        what.grade.word(),
        what.class.word(),
        what.division,
        what.closed,
    );
    if described.execute(&mut *connection).await?.rows_affected() == 0 {
        return Ok(id);
    }
    let earlier = what.earlier.iter().map(|name| (*name, "earlier", Some(date(2019, 1, 1))));
    for (name, kind, until) in earlier.chain(what.aliases.iter().map(|name| (*name, "alias", None))) {
        let Reading { pinyin, initials } = Reading::of_unit(name);
        query!(
            "insert into unit_names (unit_id, name, kind, until, pinyin, initials)
             values ($1, $2, $3, $4::date at time zone 'Asia/Shanghai', $5, $6)
             on conflict on constraint unit_other_name_is_once do nothing",
            id.0,
            name,
            kind,
            until.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
            pinyin,
            initials,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(id)
}
