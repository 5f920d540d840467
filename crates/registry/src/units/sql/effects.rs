//! What hangs on a unit and on what lies below it.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query};

use zaichang_core::ids::UnitId;
use zaichang_platform::list::COUNTED;

/// How many of each hang on it; people are counted up to 10,001.
pub(in crate::units) struct Hanging {
    pub departments: i64,
    pub units: i64,
    pub people: i64,
    pub admins: i64,
    pub registrations: i64,
    pub courses: i64,
}

pub(in crate::units) async fn hanging(
    connection: &mut PgConnection,
    id: UnitId,
    today: Date,
) -> sqlx::Result<Hanging> {
    let row = query!(
        r#"with below as (select unit_and_below($1) as id)
           select
               (select count(*) from units where id in (select id from below) and id <> $1 and kind = 'department'
                    and closed_at is null) as "departments!",
               (select count(*) from units where id in (select id from below) and id <> $1 and kind = 'unit'
                    and closed_at is null) as "units!",
               (select count(*) from (
                    select from people where unit_id in (select id from below) and merged_into is null
                        and person_state_on(id, states_dated, state, $2) <> 'cancelled' limit $3::bigint + 1
                ) counted) as "people!",
               (select count(*) from accounts where unit_id in (select id from below) and disabled_at is null) as "admins!",
               (select count(*) from registrations
                join reviews on noun = 'registration' and noun_id = registrations.id and reviews.state = 'submitted'
                where person_id is null and unit_id in (select id from below)) as "registrations!",
               (select count(*) from courses join projects on projects.id = project_id
                where unit_id in (select id from below) and projects.state not in ('rejected', 'closed')
                    and exists (select from periods where periods.project_id = projects.id and last_day >= $2))
                   as "courses!""#,
        id.0,
        today.to_sqlx() as _,
        COUNTED,
    );
    let row = row.fetch_one(connection).await?;
    Ok(Hanging {
        departments: row.departments,
        units: row.units,
        people: row.people,
        admins: row.admins,
        registrations: row.registrations,
        courses: row.courses,
    })
}
