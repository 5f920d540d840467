//! The demo's projects that are still on their way to an approval: a draft, one that was returned, and some that wait.

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query, query_scalar};

use super::programme::{self, ACCOUNT, ACCOUNT_OF_AUTHORITY, DemoProject, lecture};
use super::units::Units;

/// Held weeks from now, if they are approved.
const PROJECTS: [DemoProject; 4] = [
    DemoProject {
        number: "2025-05-11-027 (省)",
        name: "慢性阻塞性肺疾病规范化管理学习班",
        level: "provincial",
        credits: "5.0",
        hours: "15.0",
        discipline: "呼吸病学",
        venue: "岳麓人民医院学术报告厅",
        leader: "谭志远",
        state: "submitted",
        courses: &[
            lecture("慢阻肺的早期筛查与肺功能解读", "谭志远", "3.0", "学术报告厅", Some(200)),
            lecture("吸入装置的选择与患者教育", "林桂英", "3.0", "学术报告厅", Some(200)),
        ],
    },
    DemoProject {
        number: "2025-09-03-204 (市)",
        name: "基层糖尿病防治能力提升培训班",
        level: "city",
        credits: "3.0",
        hours: "9.0",
        discipline: "内分泌学",
        venue: "岳麓人民医院门诊楼六楼会议室",
        leader: "何子涵",
        state: "submitted",
        courses: &[lecture("胰岛素起始与剂量调整", "何子涵", "3.0", "六楼会议室", Some(80))],
    },
    DemoProject {
        number: "2025-07-08-141 (省)",
        name: "围手术期疼痛管理新进展研讨班",
        level: "provincial",
        credits: "4.0",
        hours: "12.0",
        discipline: "麻醉学",
        venue: "橘洲国际会议中心",
        leader: "梁志远",
        state: "returned",
        courses: &[lecture("多模式镇痛的实践", "梁志远", "3.0", "二楼云麓厅", None)],
    },
    DemoProject {
        number: "2025-06-02-093 (省)",
        name: "儿童呼吸道感染诊疗培训班",
        level: "provincial",
        credits: "3.0",
        hours: "9.0",
        discipline: "儿科学",
        venue: "岳麓人民医院临床技能中心",
        leader: "宋海燕",
        state: "draft",
        courses: &[lecture("社区获得性肺炎的规范治疗", "宋海燕", "3.0", "技能中心 201", Some(60))],
    },
];

/// Makes these projects once, and the reviews of all that are no longer drafts.
pub(super) async fn reviews(
    connection: &mut PgConnection,
    units: &Units,
    today: Date,
    now: Timestamp,
) -> anyhow::Result<()> {
    for (weeks, facts) in (3..).zip(&PROJECTS) {
        let project = programme::project(connection, units.hospital, facts).await?;
        for lecture in facts.courses {
            programme::course(connection, project, lecture).await?;
        }
        let first_day = today.saturating_add(Span::new().weeks(weeks));
        query!(
            "insert into periods (project_id, first_day, last_day)
             select $1, $2, $3 where not exists (select from periods where project_id = $1)",
            project,
            first_day.to_sqlx() as _,
            first_day.saturating_add(Span::new().days(2)).to_sqlx() as _,
        )
        .execute(&mut *connection)
        .await?;
    }
    let waiting = query_scalar!(
        "select id from projects where unit_id = $1 and state in ('submitted', 'returned')
             and not exists (select from reviews where noun = 'project' and noun_id = projects.id)
         order by id",
        units.hospital.0,
    );
    for (hours, project) in (1..).zip(waiting.fetch_all(&mut *connection).await?) {
        review(connection, project, now - SignedDuration::from_hours(30) + SignedDuration::from_hours(hours))
            .await?;
    }
    Ok(())
}

/// The review of a project that was submitted at this instant, and returned half an hour later if it is said to have been.
async fn review(connection: &mut PgConnection, project: i64, at: Timestamp) -> sqlx::Result<()> {
    query!(
        "with plan as (
             select projects.state = 'returned' as is_returned, jsonb_build_object(
                 'period', (
                     select jsonb_agg(jsonb_build_object('from', first_day, 'to', last_day) order by first_day)
                     from periods where project_id = projects.id
                 ),
                 'credits', catalogue_entries.credits::text,
                 'hours', catalogue_entries.hours::text
             ) as plan
             from projects join catalogue_entries on catalogue_entries.id = catalogue_entry_id where projects.id = $1
         ),
         review as (
             insert into reviews (noun, noun_id, after) select 'project', $1, plan from plan returning id
         )
         insert into review_steps (review_id, step, level, reason, account_id, at, after)
         select review.id, step, level, reason, accounts.id, at, plan
         from review, plan,
             (values ('submit', null::smallint, null::text, $2::text, $4::timestamptz, false),
                 ('return', 1, '请补充第二天的日程安排，并核对讲授学时。', $3, $4 + interval '30 minutes', true))
                 taken (step, level, reason, account, at, if_returned)
         join accounts using (account)
         where is_returned or not if_returned
         order by at",
        project,
        ACCOUNT,
        ACCOUNT_OF_AUTHORITY,
        at.to_sqlx() as _,
    )
    .execute(&mut *connection)
    .await?;
    query!(
        "update reviews set state = projects.state, level = 1, reason = returned.reason, submission = submitted.id
         from projects, review_steps submitted left join review_steps returned
             on returned.review_id = submitted.review_id and returned.step = 'return'
         where noun = 'project' and noun_id = $1 and projects.id = $1
             and submitted.review_id = reviews.id and submitted.step = 'submit'",
        project,
    )
    .execute(connection)
    .await?;
    Ok(())
}
