//! The demo's basis: the admins of its units, and projects whose courses are open now whatever the hour.

use jiff::Span;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use secrecy::SecretString;
use sqlx::{PgConnection, query, query_scalar};

use super::DemoCourse;
use super::units::Units;
use zaichang_core::ids::{AccountId, CourseId, UnitId};
use zaichang_platform::auth::password;

/// The demo hospital's admin.
pub const ACCOUNT: &str = "yuelu-jjb";
pub(super) const ACCOUNT_OF_AUTHORITY: &str = "xiaoxiang-wjw";

/// Makes the admins once; gives the unit admin's id, and the password only when it was just made.
pub(super) async fn accounts(
    connection: &mut PgConnection,
    units: &Units,
) -> anyhow::Result<(AccountId, Option<SecretString>)> {
    let made = account(connection, units.hospital, ACCOUNT, "周敏", "unit_admin").await?;
    account(connection, units.province, ACCOUNT_OF_AUTHORITY, "何建国", "authority_admin").await?;
    Ok(made)
}

async fn account(
    connection: &mut PgConnection,
    unit: UnitId,
    account: &str,
    name: &str,
    role: &str,
) -> anyhow::Result<(AccountId, Option<SecretString>)> {
    let known = query_scalar!("select id from accounts where account = $1", account);
    if let Some(id) = known.fetch_optional(&mut *connection).await? {
        return Ok((AccountId(id), None));
    }
    let password = password::random()?;
    let id = query_scalar!(
        "insert into accounts (unit_id, account, name, role, password_hash) values ($1, $2, $3, $4, $5) returning id",
        unit.0,
        account,
        name,
        role,
        password::hash(&password)?,
    )
    .fetch_one(connection)
    .await?;
    Ok((AccountId(id), Some(password)))
}

pub(super) struct DemoProject {
    pub number: &'static str,
    pub name: &'static str,
    pub level: &'static str,
    pub credits: &'static str,
    pub hours: &'static str,
    pub discipline: &'static str,
    pub venue: &'static str,
    pub leader: &'static str,
    pub state: &'static str,
    pub courses: &'static [Lecture],
}

pub(super) struct Lecture {
    pub title: &'static str,
    pub lecturer: &'static str,
    pub hours: &'static str,
    pub place: &'static str,
    pub cap: Option<i32>,
}

pub(super) const fn lecture(
    title: &'static str,
    lecturer: &'static str,
    hours: &'static str,
    place: &'static str,
    cap: Option<i32>,
) -> Lecture {
    Lecture { title, lecturer, hours, place, cap }
}

const PROJECTS: [DemoProject; 4] = [
    DemoProject {
        number: "2025-11-01-033 (国)",
        name: "急性冠脉综合征规范化诊疗新进展学习班",
        level: "national",
        credits: "6.0",
        hours: "18.0",
        discipline: "心血管病学",
        venue: "岳麓人民医院学术报告厅",
        leader: "罗文博",
        state: "approved",
        courses: &[
            lecture("急性心肌梗死的早期识别与救治", "罗文博", "3.0", "学术报告厅", None),
            lecture("抗栓治疗的平衡之道", "谭志远", "3.0", "学术报告厅", Some(300)),
        ],
    },
    DemoProject {
        number: "2025-03-07-112 (省)",
        name: "基层急诊急救能力提升培训班",
        level: "provincial",
        credits: "5.0",
        hours: "15.0",
        discipline: "急诊医学",
        venue: "岳麓人民医院临床技能中心",
        leader: "宋海燕",
        state: "approved",
        courses: &[
            lecture("心肺复苏与电除颤实操", "宋海燕", "4.0", "技能中心 201", Some(10)),
            lecture("创伤患者的初步评估", "梁志远", "3.0", "技能中心 305", Some(3000)),
        ],
    },
    DemoProject {
        number: "2025-14-02-058 (省)",
        name: "静脉治疗护理专科新进展研讨班",
        level: "provincial",
        credits: "4.0",
        hours: "12.0",
        discipline: "护理学",
        venue: "橘洲国际会议中心",
        leader: "林桂英",
        state: "approved",
        courses: &[lecture("中心静脉导管的维护与并发症处理", "林桂英", "3.0", "二楼云麓厅", None)],
    },
    DemoProject {
        number: "2025-12-05-019 (省)",
        name: "抗菌药物合理应用培训班",
        level: "provincial",
        credits: "3.0",
        hours: "9.0",
        discipline: "药学",
        venue: "岳麓人民医院门诊楼六楼会议室",
        leader: "何子涵",
        // Its review has not passed: its code cannot be shown.
        state: "submitted",
        courses: &[lecture("特殊使用级抗菌药物的会诊与点评", "何子涵", "3.0", "六楼会议室", Some(80))],
    },
];

/// Makes the projects once, and declares today and the six days around it whenever today is not declared yet.
/// Gives the courses that are open now.
pub(super) async fn projects(
    connection: &mut PgConnection,
    units: &Units,
    today: Date,
) -> anyhow::Result<Vec<DemoCourse>> {
    let mut open = Vec::new();
    for facts in &PROJECTS {
        let project = project(connection, units.hospital, facts).await?;
        declare(connection, project, today).await?;
        for lecture in facts.courses {
            let course = course(connection, project, lecture).await?;
            if facts.state == "approved" {
                open.push(course);
            }
        }
    }
    Ok(open)
}

pub(super) async fn project(
    connection: &mut PgConnection,
    unit: UnitId,
    facts: &DemoProject,
) -> sqlx::Result<i64> {
    let entry = query_scalar!(
        "insert into catalogue_entries (unit_id, number, name, year, level, credits, hours, discipline)
         values ($1, $2, $3, 2025, $4, $5::text::numeric, $6::text::numeric, $7)
         on conflict on constraint catalogue_number_is_unique_in_year do update set name = excluded.name returning id",
        unit.0,
        facts.number,
        facts.name,
        facts.level,
        facts.credits,
        facts.hours,
        facts.discipline,
    )
    .fetch_one(&mut *connection)
    .await?;
    let known = query_scalar!("select id from projects where catalogue_entry_id = $1", entry)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(project) = known {
        return Ok(project);
    }
    query_scalar!(
        "insert into projects (unit_id, catalogue_entry_id, venue, method, leader, contact_name, contact_phone, state, state_reason)
         values ($1, $2, $3, '继续医学教育项目', $4, '周敏', '0731-00000000', $5,
             case when $5 = 'returned' then '请补充第二天的日程安排，并核对讲授学时。' end) returning id",
        unit.0,
        entry,
        facts.venue,
        facts.leader,
        facts.state,
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn declare(connection: &mut PgConnection, project: i64, today: Date) -> sqlx::Result<()> {
    let declared = query_scalar!(
        r#"select exists (select from periods where project_id = $1 and $2 between first_day and last_day) as "declared!""#,
        project,
        today.to_sqlx() as _,
    )
    .fetch_one(&mut *connection)
    .await?;
    if declared {
        return Ok(());
    }
    let last_day = today.saturating_add(Span::new().days(6));
    // A later start of the demo may find days of an earlier one ahead: the declared week then begins afresh.
    query!("delete from periods where project_id = $1 and last_day >= $2", project, today.to_sqlx() as _)
        .execute(&mut *connection)
        .await?;
    query!(
        "insert into periods (project_id, first_day, last_day) values ($1, $2, $3)",
        project,
        today.to_sqlx() as _,
        last_day.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn course(
    connection: &mut PgConnection,
    project: i64,
    lecture: &Lecture,
) -> sqlx::Result<DemoCourse> {
    let known =
        query!("select id, cap from courses where project_id = $1 and title = $2", project, lecture.title)
            .fetch_optional(&mut *connection)
            .await?;
    let (id, cap) = match known {
        Some(row) => (row.id, row.cap),
        None => {
            let id = query_scalar!(
                "insert into courses (project_id, title, lecturer, hours, place, cap, opens_minute, closes_minute)
                 values ($1, $2, $3, $4::text::numeric, $5, $6, 0, 1440) returning id",
                project,
                lecture.title,
                lecture.lecturer,
                lecture.hours,
                lecture.place,
                lecture.cap,
            )
            .fetch_one(connection)
            .await?;
            (id, lecture.cap)
        }
    };
    Ok(DemoCourse { id: CourseId(id), title: lecture.title.to_owned(), cap })
}
