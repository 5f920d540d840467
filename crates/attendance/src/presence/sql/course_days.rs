//! Days that are to be assessed, their evidence, and what was found.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use crate::checkin::{Device, Later, Network};
use crate::presence::assess::Assessment;
use crate::presence::evidence::{CourseDay, Familiarity, Observed, Scan};
use zaichang_core::ids::{CourseId, PersonId, ScreenNumber, SpotCheckId};
use zaichang_hosting::project::SpotCheck;

/// A course's day.
pub(in crate::presence) struct Day {
    pub course: CourseId,
    pub day: Date,
}

/// Days since `first` about which something new is known: a record, another set of rules, a spot check that closed before
/// `settled`, a distance. At most `most`: those never assessed first, then those that have waited longest, so that busy
/// courses do not keep the others waiting for ever.
pub(in crate::presence) async fn due(
    pool: &PgPool,
    first: Date,
    rules: &str,
    now: Timestamp,
    settled: Timestamp,
    most: i64,
) -> sqlx::Result<Vec<Day>> {
    let rows = query!(
        "select tallies.course_id, tallies.day from tallies
         left join assessed_days assessed on assessed.course_id = tallies.course_id and assessed.day = tallies.day
         where tallies.day >= $1 and (due_at is null or due_at <= $3)
           and (assessed.check_ins is distinct from tallies.check_ins or assessed.rules is distinct from $2
                or exists (
                    select from spot_checks
                    where spot_checks.course_id = tallies.course_id and spot_checks.day = tallies.day
                      and least(closes_at, cancelled_at) <= $4 and least(closes_at, cancelled_at) > assessed_at - ($3 - $4)
                )
                or exists (
                    select from distances
                    where distances.course_id = tallies.course_id and distances.day = tallies.day
                      and told_at > assessed_at - ($3 - $4)
                ))
         order by due_at nulls first, tallies.course_id, tallies.day
         limit $5",
        first.to_sqlx() as _,
        rules,
        now.to_sqlx() as _,
        settled.to_sqlx() as _,
        most,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    Ok(rows.map(|row| Day { course: CourseId(row.course_id), day: row.day.to_jiff() }).collect())
}

/// Takes a day for this node until `until`; false if another has it.
pub(in crate::presence) async fn take(
    pool: &PgPool,
    day: &Day,
    now: Timestamp,
    until: Timestamp,
) -> sqlx::Result<bool> {
    let taken = query_scalar!(
        r#"insert into assessed_days (course_id, day, due_at) values ($1, $2, $4)
           on conflict on constraint assessed_day_is_one do update set due_at = excluded.due_at
           where assessed_days.due_at <= $3
           returning true as "taken!""#,
        day.course.0,
        day.day.to_sqlx() as _,
        now.to_sqlx() as _,
        until.to_sqlx() as _,
    );
    Ok(taken.fetch_optional(pool).await?.is_some())
}

/// The evidence of a course's day, with the spot checks that closed before `settled`.
pub(in crate::presence) async fn course_day(
    pool: &PgPool,
    day: &Day,
    settled: Timestamp,
) -> sqlx::Result<CourseDay> {
    let rows = query!(
        r#"select c.person_id, c.slot, at, screen, step, code_age_ms, device_hash, network, scene,
               bound_after_ms, bound_network, presented_after_ms, presented_network,
               (select count(*) from known_devices others
                where others.device_hash = c.device_hash and others.person_id <> c.person_id
                  -- Two rows of one human being are no other person.
                  and not exists (
                      select from people one join people other on other.id = others.person_id
                      where one.id = c.person_id and coalesce(one.merged_into, one.id) = coalesce(other.merged_into, other.id)
                  )
                  and others.last_day >= c.day - 180) as "device_others!",
               exists (select from known_devices mine
                where mine.device_hash = c.device_hash and mine.person_id = c.person_id) as "is_known!",
               exists (select from known_devices mine where mine.person_id = c.person_id) as "has_devices!",
               risk_ranks.rank as "risk_rank?",
               (select count(*) from face_checks
                where face_checks.person_id = c.person_id and face_checks.course_id = c.course_id
                  and face_checks.day = c.day and state = 'failed') as "faces_failed!",
               distances.metres as "distance_m?"
           from check_ins c
           left join distances on distances.course_id = c.course_id and distances.day = c.day
               and distances.person_id = c.person_id and distances.slot = c.slot
           left join risk_ranks on risk_ranks.person_id = c.person_id and asked_at > c.at - interval '30 days'
           where c.course_id = $1 and c.day = $2
           order by at, id"#,
        day.course.0,
        day.day.to_sqlx() as _,
    );
    let check_ins = rows.fetch_all(pool).await?.into_iter().map(|row| {
        let scan = || {
            Some(Scan {
                screen: ScreenNumber::from_stored(row.screen?),
                step: row.step?,
                code_age_ms: row.code_age_ms?,
                device: Device(row.device_hash?.try_into().ok()?),
                network: row.network.and_then(|network| network.try_into().ok()).map(Network),
                bound: later(row.bound_after_ms, row.bound_network),
                presented: later(row.presented_after_ms, row.presented_network),
                scene: row.scene.and_then(|scene| u16::try_from(scene).ok()),
                risk_rank: row.risk_rank.and_then(|rank| u8::try_from(rank).ok()),
                device_others: u32::try_from(row.device_others).unwrap_or(u32::MAX),
                device_is: match (row.is_known, row.has_devices) {
                    (true, _) => Familiarity::Known,
                    (false, false) => Familiarity::First,
                    (false, true) => Familiarity::New,
                },
                faces_failed: u32::try_from(row.faces_failed).unwrap_or(u32::MAX),
                distance_m: row.distance_m,
            })
        };
        Observed { person: PersonId(row.person_id), slot: row.slot, at: row.at.to_jiff(), scan: scan() }
    });
    let check_ins = check_ins.collect();
    let rows = query!(
        "select id, opens_at, closes_at from spot_checks
           where course_id = $1 and day = $2 and closes_at <= $3 and cancelled_at is null
           order by opens_at",
        day.course.0,
        day.day.to_sqlx() as _,
        settled.to_sqlx() as _,
    );
    let spot_checks = rows.fetch_all(pool).await?.into_iter().map(|row| SpotCheck {
        id: SpotCheckId(row.id),
        opens_at: row.opens_at.to_jiff(),
        closes_at: row.closes_at.to_jiff(),
    });
    Ok(CourseDay { check_ins, spot_checks: spot_checks.collect() })
}

fn later(after_ms: Option<i32>, network: Option<Vec<u8>>) -> Option<Later> {
    Some(Later { after_ms: after_ms?, network: Network(network?.try_into().ok()?) })
}

/// Puts what was found in the place of what was found before.
pub(in crate::presence) async fn replace(
    connection: &mut PgConnection,
    day: &Day,
    rules: &str,
    found: &[Assessment],
) -> sqlx::Result<()> {
    let (course, on) = (day.course.0, day.day.to_sqlx());
    query!("delete from assessments where course_id = $1 and day = $2", course, on as _)
        .execute(&mut *connection)
        .await?;
    let people: Vec<_> = found.iter().map(|found| found.person.0).collect();
    let slots: Vec<_> = found.iter().map(|found| found.slot).collect();
    let scores: Vec<_> = found.iter().map(|found| found.score).collect();
    let suspicious: Vec<_> = found.iter().map(|found| found.suspicious).collect();
    let reasons: Vec<_> =
        found.iter().map(|found| serde_json::to_value(&found.reasons).unwrap_or_default()).collect();
    query!(
        "insert into assessments (person_id, course_id, day, slot, rules, score, suspicious, reasons)
         select person_id, $1, $2, slot, $3, score, suspicious, reasons
         from unnest($4::bigint[], $5::bigint[], $6::int[], $7::bool[], $8::jsonb[])
             found (person_id, slot, score, suspicious, reasons)",
        course,
        on as _,
        rules,
        &people,
        &slots,
        &scores,
        &suspicious,
        &reasons,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that a day has been assessed, and when it may be again.
pub(in crate::presence) async fn done(
    connection: &mut PgConnection,
    day: &Day,
    rules: &str,
    check_ins: i32,
    now: Timestamp,
    due_at: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update assessed_days set assessed_at = $3, due_at = $4, rules = $5, check_ins = $6
         where course_id = $1 and day = $2",
        day.course.0,
        day.day.to_sqlx() as _,
        now.to_sqlx() as _,
        due_at.to_sqlx() as _,
        rules,
        check_ins,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps the devices of some days before `today`, so that they are known from then on. How many days.
pub(in crate::presence) async fn keep_devices(pool: &PgPool, today: Date, most: i64) -> sqlx::Result<u64> {
    let mut transaction = pool.begin().await?;
    let days = query!(
        "update assessed_days set devices_kept = true
         where (course_id, day) in (
             select course_id, day from assessed_days where not devices_kept and day < $1
             order by day limit $2 for update skip locked
         )
         returning course_id, day",
        today.to_sqlx() as _,
        most,
    );
    let days = days.fetch_all(&mut *transaction).await?;
    let (courses, on): (Vec<_>, Vec<_>) = days.iter().map(|row| (row.course_id, row.day)).unzip();
    query!(
        "insert into known_devices (device_hash, person_id, first_day, last_day)
         select device_hash, person_id, min(c.day), max(c.day)
         from unnest($1::bigint[], $2::date[]) kept (course_id, day)
         join check_ins c on c.course_id = kept.course_id and c.day = kept.day
         where device_hash is not null
         group by device_hash, person_id
         order by device_hash, person_id
         on conflict on constraint known_device_is_known_once do update
         set first_day = least(known_devices.first_day, excluded.first_day),
             last_day = greatest(known_devices.last_day, excluded.last_day)",
        &courses,
        &on as _,
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(days.len() as u64)
}
