//! Records for the demo: a course that ended yesterday with all its records, one of today that is half full, some records
//! that are suspected, a spot check that is over. Only `serve --demo` adds it: load tests begin with empty halls.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::day::{Arrival, arrivals, is_there};
use super::people::of_hospital_and_clinic;
use super::programme::{self, DemoProject, lecture};
use super::units;
use zaichang_core::clock::{day_of, instant_of};
use zaichang_core::ids::{AccountId, CourseId};
use zaichang_core::seal::Sealer;

/// Places in the line of the invented, far behind those of any load test, and with other names than the first.
const FIRST_PLACE: usize = 8_999_808;
const YESTERDAY: usize = 60;
const TODAY: usize = 30;
/// So long before now today's people begin to come: earlier in the day than that there is no today yet.
const SINCE: SignedDuration = SignedDuration::from_mins(45);

const ENDED: DemoProject = DemoProject {
    number: "2025-09-03-071 (省)",
    name: "慢性病规范化管理适宜技术推广班",
    level: "provincial",
    credits: "2.0",
    hours: "6.0",
    discipline: "全科医学",
    venue: "岳麓人民医院门诊楼三楼会议室",
    leader: "徐晓明",
    state: "approved",
    courses: &[lecture("高血压的分级诊疗与随访管理", "徐晓明", "6.0", "三楼会议室", None)],
};
const UNDER_WAY: DemoProject = DemoProject {
    number: "2025-07-01-064 (省)",
    name: "儿童常见急症识别与处置培训班",
    level: "provincial",
    credits: "3.0",
    hours: "9.0",
    discipline: "儿科学",
    venue: "岳麓人民医院儿科楼示教室",
    leader: "高佳怡",
    state: "approved",
    courses: &[lecture("儿童热性惊厥的院前处置", "高佳怡", "3.0", "儿科楼示教室", Some(60))],
};

/// A day of a course that is played.
struct PlayedDay {
    course: CourseId,
    day: Date,
    screen: i64,
    admin: AccountId,
    people: Vec<i64>,
    repeat_s: u32,
}

/// Adds what is not there yet. `repeat_s` as the service is set.
pub async fn life(
    pool: &PgPool,
    sealer: &Sealer,
    admin: AccountId,
    now: Timestamp,
    repeat_s: u32,
) -> anyhow::Result<()> {
    let mut transaction = pool.begin().await?;
    query!("select pg_advisory_xact_lock(20251129)").execute(&mut *transaction).await?;
    let today = day_of(now);
    let yesterday = today.saturating_sub(1.day());
    let units = units::units(&mut transaction).await?;
    let places: Vec<_> = (FIRST_PLACE..FIRST_PLACE + YESTERDAY).collect();
    let people = of_hospital_and_clinic(&mut transaction, sealer, &places).await?;

    let project = programme::project(&mut transaction, units.hospital, &ENDED).await?;
    declare_one(&mut transaction, project, yesterday).await?;
    let course = programme::course(&mut transaction, project, &ENDED.courses[0]).await?.id;
    if !is_played(&mut transaction, course, yesterday).await? {
        let at = |hour: i16, minute: i16| instant_of(yesterday, hour * 60 + minute);
        let hall = PlayedDay { course, day: yesterday, screen: 0, admin, people: people.clone(), repeat_s };
        let hall = hall.opened(&mut transaction, at(7, 30), Some(at(17, 30))).await?;
        hall.come(&mut transaction, &arrivals(YESTERDAY, at(7, 40)), None).await?;
        hall.ask(&mut transaction, at(10, 15)).await?;
        hall.come(&mut transaction, &arrivals(YESTERDAY, at(16, 35)), None).await?;
        hall.settle(&mut transaction).await?;
        hall.judge(&mut transaction, at(17, 40)).await?;
    }

    let project = programme::project(&mut transaction, units.hospital, &UNDER_WAY).await?;
    programme::declare(&mut transaction, project, today).await?;
    let course = programme::course(&mut transaction, project, &UNDER_WAY.courses[0]).await?.id;
    let from = now - SINCE;
    if day_of(from) == today && !is_played(&mut transaction, course, today).await? {
        let people = people.into_iter().take(TODAY).collect();
        let hall = PlayedDay { course, day: today, screen: 0, admin, people, repeat_s };
        let hall = hall.opened(&mut transaction, from, None).await?;
        hall.come(&mut transaction, &arrivals(TODAY, from), None).await?;
        hall.ask(&mut transaction, from + SignedDuration::from_mins(20)).await?;
        hall.settle(&mut transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

async fn is_played(connection: &mut PgConnection, course: CourseId, day: Date) -> sqlx::Result<bool> {
    let played = query_scalar!(
        r#"select exists (select from tallies where course_id = $1 and day = $2) as "played!""#,
        course.0,
        day.to_sqlx() as _,
    );
    played.fetch_one(connection).await
}

/// A project of one day, which another start of the demo may follow by another.
async fn declare_one(connection: &mut PgConnection, project: i64, day: Date) -> sqlx::Result<()> {
    query!(
        "insert into periods (project_id, first_day, last_day) select $1, $2, $2
         where not exists (select from periods where project_id = $1 and $2 between first_day and last_day)",
        project,
        day.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl PlayedDay {
    /// With a screen, which may be closed again.
    async fn opened(
        mut self,
        connection: &mut PgConnection,
        opened_at: Timestamp,
        closed_at: Option<Timestamp>,
    ) -> sqlx::Result<Self> {
        let screen = query_scalar!(
            "insert into screens (course_id, day, place, opened_by, opened_at, closed_by, closed_at)
             values ($1, $2, '主会场', $3, $4, case when $5::timestamptz is not null then $3::bigint end, $5) returning screen",
            self.course.0,
            self.day.to_sqlx() as _,
            self.admin.0,
            opened_at.to_sqlx() as _,
            closed_at.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
        );
        self.screen = screen.fetch_one(connection).await?;
        Ok(self)
    }

    /// They come; as answers to a spot check where one is named, in its slot.
    async fn come(
        &self,
        connection: &mut PgConnection,
        came: &[Arrival],
        spot_check: Option<i64>,
    ) -> sqlx::Result<()> {
        let slot = |at: Timestamp| at.as_second().div_euclid(i64::from(self.repeat_s));
        query!(
            "insert into check_ins (id, person_id, course_id, day, slot, at, recorded_at, source, screen, step, code_age_ms,
                 device_hash, network, client_kind, scene, assisted_by, reason)
             select gen_random_uuid(), person, $1, $2, slot, at, recorded_at,
                 case when by_staff then 'assisted' else 'scan' end,
                 case when not by_staff then $3::bigint end,
                 case when not by_staff then floor(extract(epoch from at) / 3)::bigint end,
                 case when not by_staff then code_age_ms end,
                 case when not by_staff then decode(md5('zaichang demo ' || person), 'hex') end,
                 case when not by_staff then network end,
                 client_kind, scene,
                 case when by_staff then $4::bigint end,
                 case when by_staff then '未带手机或手机没电' end
             from unnest($5::bigint[], $6::bigint[], $7::timestamptz[], $8::timestamptz[], $9::int[], $10::bytea[],
                     $11::text[], $12::int[], $13::bool[])
                 came (person, slot, at, recorded_at, code_age_ms, network, client_kind, scene, by_staff)
             on conflict do nothing",
            self.course.0,
            self.day.to_sqlx() as _,
            self.screen,
            self.admin.0,
            &came.iter().map(|arrival| self.people[arrival.place]).collect::<Vec<_>>(),
            &came.iter().map(|arrival| spot_check.map_or(slot(arrival.at), |id| -id)).collect::<Vec<_>>(),
            &came.iter().map(|arrival| arrival.at.to_sqlx()).collect::<Vec<_>>() as _,
            &came.iter().map(|arrival| arrival.recorded_at.to_sqlx()).collect::<Vec<_>>() as _,
            &came.iter().map(|arrival| arrival.code_age_ms).collect::<Vec<_>>(),
            &came.iter().map(|arrival| arrival.network.clone()).collect::<Vec<_>>(),
            &came.iter().map(|arrival| arrival.client_kind.to_owned()).collect::<Vec<_>>(),
            &came.iter().map(|arrival| arrival.scene).collect::<Vec<_>>() as _,
            &came.iter().map(|arrival| arrival.by_staff).collect::<Vec<_>>(),
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// A spot check of five minutes, answered by those who are there.
    async fn ask(&self, connection: &mut PgConnection, opens_at: Timestamp) -> sqlx::Result<()> {
        let id = query_scalar!(
            "insert into spot_checks (course_id, day, mode, opens_at, closes_at, ordered_by, ordered_at)
             values ($1, $2, 'now', $3, $4, $5, $6) returning id",
            self.course.0,
            self.day.to_sqlx() as _,
            opens_at.to_sqlx() as _,
            (opens_at + SignedDuration::from_mins(5)).to_sqlx() as _,
            self.admin.0,
            (opens_at - SignedDuration::from_secs(2)).to_sqlx() as _,
        );
        let id = id.fetch_one(&mut *connection).await?;
        let mut answers = arrivals(self.people.len(), opens_at);
        answers.retain(|answer| is_there(answer.place) && !answer.by_staff);
        for answer in &mut answers {
            let place = i32::try_from(answer.place).unwrap_or(0);
            answer.at = opens_at + SignedDuration::from_secs(6) + SignedDuration::from_secs(4) * place;
            answer.recorded_at = answer.at + SignedDuration::from_millis(51);
        }
        self.come(connection, &answers, Some(id)).await
    }

    /// What stands beside the rows: the day's counts, and staff's acts in the audit log.
    async fn settle(&self, connection: &mut PgConnection) -> sqlx::Result<()> {
        let (course, day) = (self.course.0, self.day.to_sqlx());
        query!(
            "insert into tallies (course_id, day, attendees, newcomers, check_ins)
             select course_id, day, count(distinct person_id), count(distinct person_id) filter (where day = first_day), count(*)
             from (
                 select course_id, day, person_id, min(day) over (partition by person_id) as first_day
                 from check_ins where course_id = $1
             ) came
             where day = $2 group by course_id, day",
            course,
            day as _,
        )
        .execute(&mut *connection)
        .await?;
        // Nodes that remember the course look again.
        query!("update turns set turn = turn + 1 where course_id = $1", course)
            .execute(&mut *connection)
            .await?;
        query!(
            "insert into audit_log (at, account_id, unit_id, action, noun, noun_id, detail)
             select recorded_at, assisted_by, unit_id, 'assist_check_in', 'person', person_id,
                 jsonb_build_object('course', course_id, 'check_in', check_ins.id, 'reason', reason)
             from check_ins join accounts on accounts.id = assisted_by
             where course_id = $1 and day = $2",
            course,
            day as _,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Of two who are suspected, staff have decided.
    async fn judge(&self, connection: &mut PgConnection, now: Timestamp) -> sqlx::Result<()> {
        query!(
            "insert into verdicts (person_id, course_id, day, slot, verdict, reason, given_by, given_at)
             select person_id, course_id, day, slot, verdict, given.reason, $3, $4
             from check_ins
             join unnest($5::bigint[], $6::text[], $7::text[]) given (person, verdict, reason) on person = person_id
             where course_id = $1 and day = $2 and slot > 0",
            self.course.0,
            self.day.to_sqlx() as _,
            self.admin.0,
            now.to_sqlx() as _,
            &[self.people[7], self.people[16]],
            &["struck".to_owned(), "kept".to_owned()],
            &["扫描他人转发的二维码图片".to_owned(), "本人到会务台说明".to_owned()],
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}
