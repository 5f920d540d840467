//! A nation's projects: two years of them until today and half a year ahead, each of three days with two courses.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query};

/// Days before today on which the first projects begin, and after it on which the last do.
const BEFORE: i32 = 730;
const AHEAD: i32 = 180;

/// Catalogue entries, projects and their periods. How many projects.
pub(super) async fn fill(connection: &mut PgConnection, projects: i32, today: Date) -> sqlx::Result<u64> {
    query!(
        "with hosts as (
             select id, row_number() over (order by id) - 1 as place from units where kind = 'unit'
         )
         insert into catalogue_entries (unit_id, number, name, year, level, credits, hours, discipline)
         select hosts.id, '2025-' || n || ' (省)',
             (array['急性心肌梗死规范化诊疗', '基层急救能力提升', '静脉治疗护理新进展', '抗菌药物合理应用', '慢性阻塞性肺疾病管理'])[n % 5 + 1]
                 || '培训班第' || n || '期',
             2025, 'provincial', 5.0, 15.0, (array['心血管病学', '急诊医学', '护理学', '药学', '呼吸病学'])[n % 5 + 1]
         from generate_series(1, $1) n join hosts on hosts.place = n * 7 % (select count(*) from hosts)",
        projects,
    )
    .execute(&mut *connection)
    .await?;
    let written = query!(
        "insert into projects (unit_id, catalogue_entry_id, venue, method, leader, contact_name, contact_phone, state)
         select unit_id, id, '学术报告厅', '继续医学教育项目', '罗文博', '周敏', '0731-00000000',
             case when id % 20 = 0 then 'submitted' else 'approved' end
         from catalogue_entries where name like '%培训班第%期'",
    )
    .execute(&mut *connection)
    .await?;
    query!(
        "insert into periods (project_id, first_day, last_day)
         select projects.id, first_day, first_day + 2
         from projects join catalogue_entries on catalogue_entries.id = catalogue_entry_id,
             lateral (select $1::date - $2::int + (projects.id * 131 % ($2 + $3))::int as first_day) begins
         where catalogue_entries.name like '%培训班第%期'",
        today.to_sqlx() as _,
        BEFORE,
        AHEAD,
    )
    .execute(connection)
    .await?;
    Ok(written.rows_affected())
}

/// Two courses for each of these projects.
pub(super) async fn courses(connection: &mut PgConnection) -> sqlx::Result<u64> {
    let written = query!(
        "insert into courses (project_id, title, lecturer, hours, place, cap, opens_minute, closes_minute)
         select projects.id, (array['早期识别与救治', '诊疗路径与质量控制'])[n], '罗文博', 3.0, '学术报告厅',
             case when projects.id % 3 = 0 then 300 end, 420, 1080
         from projects join catalogue_entries on catalogue_entries.id = catalogue_entry_id, generate_series(1, 2) n
         where catalogue_entries.name like '%培训班第%期'",
    );
    Ok(written.execute(connection).await?.rows_affected())
}
