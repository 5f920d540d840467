//! The flood where millions of rows lie already, beside the flood where there are none, in turn.
//! It must not know how a flood is sent.

use anyhow::Context as _;

use super::figures::Figure;
use super::rounds::of_part;
use super::test_server::TestServer;
use super::{Plan, Record, heard};
use crate::say::note;
use crate::scenario::flood;

/// Rows of one statement.
const CHUNK: u64 = 1_000_000;
/// Days over which they are spread, today included.
const DAYS: i32 = 60;
/// People who have come so often: as many as a province has, those of the demo among them.
const PEOPLE: i32 = 200_000;
/// The first course of theirs: none of the demo's is as far.
const FIRST_COURSE: i64 = 1_000_000;
/// People of one course and day.
const HALL: i64 = 100;

/// Starts and fills a second server, and floods both in turn.
pub(super) async fn run(
    plan: &Plan,
    rows: u64,
    empty: &mut TestServer,
    record: &mut Record,
) -> anyhow::Result<()> {
    empty.stop().await?;
    let mut full = TestServer::open(&plan.server, plan.people, plan.courses).await?;
    full.site.connections = plan.connections;
    let flooded = async {
        fill(&full.site.pool, rows).await?;
        let (mut few, mut many) = (Vec::new(), Vec::new());
        for round in 0..plan.rounds {
            full.stop().await?;
            empty.fresh(&[]).await?;
            few.push(flood_of(plan, empty, record).await?);
            empty.stop().await?;
            full.start(&[]).await?;
            many.push(flood_of(plan, &full, record).await?);
            take_away(&full).await?;
            note(&format!("{rows} rows, round {} of {}: {:.0}/s", round + 1, plan.rounds, many[round]));
        }
        let what = format!("new check-ins beside {rows} rows, per s");
        record.figures.push(Figure::beside(&what, many, ("empty", few), 0.85));
        anyhow::Ok(())
    };
    let flooded = flooded.await;
    full.close().await?;
    flooded
}

async fn flood_of(plan: &Plan, server: &TestServer, record: &mut Record) -> anyhow::Result<f64> {
    sqlx::raw_sql("checkpoint").execute(&server.site.pool).await?;
    let report = flood::run(&server.site, &server.courses, plan.length()).await?;
    heard(record, &report);
    Ok(of_part(&report, "flood", "recorded"))
}

/// Writes the rows, chunk by chunk, with the tallies that belong to them.
async fn fill(pool: &sqlx::PgPool, rows: u64) -> anyhow::Result<()> {
    let months = "select ensure_check_in_month((now() at time zone 'Asia/Shanghai')::date - n) from generate_series(0, $1, 25) n";
    sqlx::query(months).bind(DAYS + 25).execute(pool).await.context("cannot make the months' partitions")?;
    let mut written = 0;
    while written < rows {
        let chunk = CHUNK.min(rows - written);
        let (first, count) = (i64::try_from(written)?, i64::try_from(chunk)?);
        let filled = sqlx::query(
            "with came as (
                 select distinct on (person_id, course_id) person_id, course_id, day,
                     day + time '09:00' + random() * interval '8 hours' as local
                 from (select 1 + (random() * ($3 - 1))::bigint as person_id, $4 + n / $5 as course_id,
                          (now() at time zone 'Asia/Shanghai')::date - (n / $5 % $6)::int as day
                       from generate_series($1, $1 + $2 - 1) n) halls
             ), written as (
                 insert into check_ins (person_id, course_id, day, slot, id, at, recorded_at, source, screen, step,
                     code_age_ms, device_hash, client_kind)
                 select person_id, course_id, day, floor(extract(epoch from at) / 600), gen_random_uuid(), at, at, 'scan',
                     course_id, floor(extract(epoch from at) / 3), 700, decode(md5(person_id::text), 'hex'), 'app'
                 from (select *, date_trunc('milliseconds', local at time zone 'Asia/Shanghai') as at from came) timed
             )
             insert into tallies (course_id, day, attendees, newcomers, check_ins)
             select course_id, day, count(*), count(*), count(*) from came group by course_id, day",
        );
        let filled = filled.bind(first).bind(count).bind(PEOPLE).bind(FIRST_COURSE).bind(HALL).bind(DAYS);
        filled.execute(pool).await.context("cannot fill rows in")?;
        written += chunk;
        note(&format!("{written} of {rows} rows are there"));
    }
    sqlx::raw_sql("vacuum analyze check_ins").execute(pool).await?;
    sqlx::raw_sql("checkpoint").execute(pool).await?;
    Ok(())
}

/// Takes away what the flood has added, and starts the server anew.
async fn take_away(server: &TestServer) -> anyhow::Result<()> {
    let courses: Vec<_> = server.courses.iter().map(|course| course.id).collect();
    // Postgres refuses to delete check-ins: only who owns the table may put that aside, as here.
    let mut transaction = server.site.pool.begin().await?;
    sqlx::raw_sql("alter table check_ins disable trigger user").execute(&mut *transaction).await?;
    for statement in
        ["delete from check_ins where course_id = any($1)", "delete from tallies where course_id = any($1)"]
    {
        sqlx::query(statement).bind(&courses).execute(&mut *transaction).await?;
    }
    sqlx::raw_sql("alter table check_ins enable trigger user").execute(&mut *transaction).await?;
    transaction.commit().await?;
    sqlx::raw_sql("vacuum check_ins").execute(&server.site.pool).await?;
    Ok(())
}
