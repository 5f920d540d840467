//! A nation's check-ins: all people of a course come on each of its days, in the morning and in the afternoon. The tallies
//! say what the rows come to, as they do when check-ins are written one by one.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query, query_scalar};

/// The largest hall; every thousandth course has it.
const LARGEST: i32 = 3000;

/// Screens, check-ins by month, and tallies. How many rows of each.
pub(super) async fn fill(
    connection: &mut PgConnection,
    check_ins: i64,
    today: Date,
) -> sqlx::Result<[(&'static str, u64); 5]> {
    // Each course's days before today, and how many came: what follows reads it again and again. A table of this
    // connection alone, which the compiler cannot check queries against.
    sqlx::query(
        "create temporary table attended (course_id bigint, day date, first_day date, people integer)",
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "insert into attended
         select courses.id, day::date, first_day,
             case when courses.id % 1000 = 0 then least($3, (select count(*) from people)) else 1 + (courses.id * 7919 % (2 * mean - 1))::int end
         from periods
         join projects on projects.id = periods.project_id and state = 'approved'
         join courses on courses.project_id = projects.id,
         generate_series(first_day, least(last_day, $1::date - 1), interval '1 day') day,
         lateral (
             -- Two rows a person and day.
             select greatest(1, $2 / 2 / greatest(1, (
                 select count(*) from periods every_period
                 join courses every_course on every_course.project_id = every_period.project_id,
                 generate_series(every_period.first_day, least(every_period.last_day, $1::date - 1), interval '1 day')
             )))::bigint as mean
         ) size
         where first_day < $1",
    )
    .bind(today.to_sqlx())
    .bind(check_ins)
    .bind(LARGEST)
    .execute(&mut *connection)
    .await?;
    let screens = sqlx::query(
        "insert into screens (course_id, day, place, opened_by, opened_at)
         select course_id, day, '主会场', (select min(id) from accounts), day + interval '-1 hour' from attended",
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    let written = each_month(&mut *connection).await?;
    let tallies = sqlx::query(
        "insert into tallies (course_id, day, attendees, newcomers, check_ins)
         select course_id, day, people, case when day = first_day then people else 0 end, 2 * people from attended",
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    let assessed = sqlx::query(
        "insert into assessed_days (course_id, day, due_at, assessed_at, check_ins, rules, devices_kept)
         select course_id, day, day + interval '1 day', day + interval '1 day', 2 * people, 'demo', true from attended",
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    let devices = query!(
        "insert into known_devices (device_hash, person_id, first_day, last_day)
         select substring(sha256(convert_to('demo-' || id, 'UTF8')) for 16), id, $1::date - 300, $1::date - 30 from people",
        today.to_sqlx() as _,
    );
    let devices = devices.execute(&mut *connection).await?.rows_affected();
    Ok([
        ("screens", screens),
        ("check_ins", written),
        ("tallies", tallies),
        ("assessed_days", assessed),
        ("known_devices", devices),
    ])
}

/// Month by month, so that each statement writes one partition.
async fn each_month(connection: &mut PgConnection) -> sqlx::Result<u64> {
    let months = sqlx::query_scalar::<_, jiff_sqlx::Date>(
        "select distinct date_trunc('month', day)::date from attended order by 1",
    );
    let mut written = 0;
    for month in months.fetch_all(&mut *connection).await? {
        query_scalar!("select ensure_check_in_month($1)", month as _).execute(&mut *connection).await?;
        let rows = sqlx::query(
            "insert into check_ins (id, person_id, course_id, day, slot, at, recorded_at, source, screen, step,
                 code_age_ms, device_hash, network, client_kind)
             select gen_random_uuid(), people.id, attended.course_id, attended.day, floor(extract(epoch from at) / 600), at,
                 at + interval '30 milliseconds', 'scan', screens.screen, floor(extract(epoch from at) / 3), n * 37 % 5000,
                 substring(sha256(convert_to('demo-' || people.id, 'UTF8')) for 16),
                 substring(sha256(convert_to('hall-' || attended.course_id, 'UTF8')) for 8), 'wechat'
             from attended
             join screens on screens.course_id = attended.course_id and screens.day = attended.day
             cross join (select min(id) as first, count(*) as people from people) everybody
             cross join lateral generate_series(0, attended.people - 1) n
             join people on people.id = everybody.first + (attended.course_id * 104729 + n) % everybody.people
             cross join generate_series(0, 1) half
             cross join lateral (
                 -- Nine in the morning and three in the afternoon in Shanghai.
                 select (attended.day + interval '1 hour' * (half * 6 + 1) + interval '1 second' * (n % 600))
                     at time zone 'UTC' as at
             ) scanned
             where attended.day >= $1 and attended.day < $1 + interval '1 month'",
        )
        .bind(month)
        .execute(&mut *connection)
        .await?;
        written += rows.rows_affected();
    }
    Ok(written)
}
