//! Screens by the thousand. The API gives a course 50, and the demo has few courses: the screens of a whole nation are
//! written straight into the database, with a ticket for each. It must not know which pages show them.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;

/// A screen as it stands in the database, and what opens its page once.
pub struct Opened {
    pub screen: u64,
    pub course: i64,
    pub ticket: String,
}

/// Opens so many screens of these courses in turn, for today.
pub async fn open(pool: &PgPool, courses: &[i64], screens: usize) -> anyhow::Result<Vec<Opened>> {
    let of: Vec<_> = (0..screens).map(|number| courses[number % courses.len()]).collect();
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "insert into screens (course_id, day, place, opened_by, opened_at)
         select course, (now() at time zone 'Asia/Shanghai')::date, '压测', (select min(id) from accounts), now()
         from unnest($1::bigint[]) as course returning screen, course_id",
    )
    .bind(of)
    .fetch_all(pool)
    .await
    .context("the screens could not be written: is this the server's database?")?;
    let (mut opened, mut hashes) = (Vec::new(), Vec::new());
    for (screen, course) in &rows {
        let secret: [u8; 32] = std::array::from_fn(|_| fastrand::u8(..));
        hashes.push(Sha256::digest(secret).to_vec());
        let ticket = URL_SAFE_NO_PAD.encode(secret);
        opened.push(Opened { screen: u64::try_from(*screen)?, course: *course, ticket });
    }
    // A thousand pages come one after the other: their tickets wait for them.
    sqlx::query(
        "insert into screen_tickets (token_hash, screen, expires_at)
         select hash, screen, now() + interval '10 minutes' from unnest($1::bytea[], $2::bigint[]) as given (hash, screen)",
    )
    .bind(hashes)
    .bind(rows.iter().map(|row| row.0).collect::<Vec<_>>())
    .execute(pool)
    .await?;
    Ok(opened)
}

/// Closes them.
pub async fn close(pool: &PgPool, screens: &[u64]) -> anyhow::Result<()> {
    let screens = screens.iter().map(|screen| i64::try_from(*screen)).collect::<Result<Vec<_>, _>>()?;
    sqlx::query("update screens set closed_by = opened_by, closed_at = now() where screen = any($1)")
        .bind(screens)
        .execute(pool)
        .await?;
    Ok(())
}
