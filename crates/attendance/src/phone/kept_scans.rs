//! Scans that are kept until their person's unit has approved the registration, and recorded then as of the scan: by a job, so
//! that a node which dies between the approval and the record loses none. It must not know how a registration is approved.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query};

use super::Phones;
use crate::checkin::{Error, Outcome, PhonePass, Roster};
use zaichang_core::ids::{CourseId, PersonId, RegistrationId};
use zaichang_platform::http::Problem;
use zaichang_platform::jobs::{Failed, Try};
use zaichang_registry::registration::RecordKeptScans;

/// The most scans that are kept for one registration: a day of two courses, in the morning and in the afternoon, and some.
const MOST: i64 = 16;

/// The course that was scanned; none if its screen is gone.
pub(super) async fn course_of(roster: &Roster, scan: &PhonePass) -> Result<Option<CourseId>, Problem> {
    let screen = roster.screen(scan.scan().evidence.screen).await?;
    Ok(screen.map(|screen| screen.course))
}

/// Keeps a scan; said again, the first time stands. What is beyond the most is not kept here: the phone has it still.
pub(super) async fn keep(
    connection: &mut PgConnection,
    registration: RegistrationId,
    scan: &PhonePass,
    pass: &str,
    course: CourseId,
) -> sqlx::Result<()> {
    query!(
        "insert into kept_scans (registration_id, scanned_at, course_id, pass)
         select $1, $2, $3, $4 where (select count(*) from kept_scans where registration_id = $1) < $5
         on conflict on constraint kept_scan_is_kept_once do nothing",
        registration.0,
        scan.scanned_at().to_sqlx() as _,
        course.0,
        pass,
        MOST,
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct Kept {
    scanned_at: Timestamp,
    pass: String,
}

/// The person that the registration has become, when the unit approved it, and the scans that are not decided yet.
async fn undecided(
    pool: &PgPool,
    registration: i64,
) -> sqlx::Result<Option<(PersonId, Timestamp, Vec<Kept>)>> {
    let person = query!(
        r#"select people.id, approved_at as "approved_at!" from registrations join people on people.id = person_id
           where registrations.id = $1 and approved_at is not null"#,
        registration,
    );
    let Some(person) = person.fetch_optional(pool).await? else { return Ok(None) };
    let rows = query!(
        "select scanned_at, pass from kept_scans where registration_id = $1 and outcome is null order by scanned_at",
        registration,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let kept = rows.map(|row| Kept { scanned_at: row.scanned_at.to_jiff(), pass: row.pass }).collect();
    Ok(Some((PersonId(person.id), person.approved_at.to_jiff(), kept)))
}

async fn decide(
    pool: &PgPool,
    registration: i64,
    scanned_at: Timestamp,
    outcome: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update kept_scans set outcome = $3, decided_at = $4
         where registration_id = $1 and scanned_at = $2 and outcome is null",
        registration,
        scanned_at.to_sqlx() as _,
        outcome,
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Records what was kept for a registration that is approved now. Run twice, it finds the same rows: the slot is one.
pub(super) async fn record(
    job: RecordKeptScans,
    attempt: Try,
    phones: std::sync::Arc<Phones>,
) -> Result<(), Failed> {
    let stored = |error: sqlx::Error| {
        tracing::error!(%error, "recording kept scans is put off");
        Failed("database")
    };
    let Some((person, approved_at, kept)) =
        undecided(&attempt.pool, job.registration).await.map_err(stored)?
    else {
        return Ok(());
    };
    for Kept { scanned_at, pass } in kept {
        // Whether it came in time is judged by the approval, however late this job runs.
        let pass = PhonePass::read(&phones.keys, &pass).and_then(|pass| pass.of_person(person, approved_at));
        let outcome = match pass {
            Ok(pass) => match phones.pipeline.record_kept(pass, person).await {
                Ok(Outcome::Recorded(..) | Outcome::Already(..)) => "recorded",
                Ok(Outcome::Deferred(_)) | Err(Error::StorageAway { .. } | Error::Busy) => {
                    return Err(Failed("storage"));
                }
                Err(error @ Error::Internal) => {
                    tracing::error!(%error, "a kept scan could not be recorded");
                    return Err(Failed("internal"));
                }
                Err(error) => Problem::from(error).refusal.word(),
            },
            Err(refusal) => refusal.word(),
        };
        metrics::counter!("zaichang_kept_scans_total", "outcome" => outcome).increment(1);
        let now = phones.clock.now();
        decide(&attempt.pool, job.registration, scanned_at, outcome, now).await.map_err(stored)?;
    }
    Ok(())
}
