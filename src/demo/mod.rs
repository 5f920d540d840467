//! Demo data: units, projects open right now and invented people, for a first look, for tests and for load.
//! No person in it is real: all were born before 1900. Refused against a database that holds real data.

mod cast;
mod day;
mod life;
pub mod nation;
mod people;
mod programme;
mod reviews;
mod units;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Serialize;
use sqlx::PgPool;

use zaichang_core::clock::day_of;
use zaichang_core::ids::{AccountId, CourseId, PersonId};
use zaichang_core::seal::Sealer;

pub use life::life;
pub use people::DemoPerson;

/// What a program needs to start at once.
#[derive(Clone, Serialize)]
pub struct Demo {
    pub base_url: String,
    pub unit_admin: AdminSession,
    pub authority_admin: AdminSession,
    pub courses: Vec<DemoCourse>,
    pub people: Vec<PersonSession>,
    pub master_keys: Vec<String>,
}

#[derive(Clone, Serialize)]
pub struct AdminSession {
    pub session: String,
}

#[derive(Clone, Serialize)]
pub struct DemoCourse {
    pub id: CourseId,
    pub title: String,
    pub cap: Option<i32>,
}

#[derive(Clone, Serialize)]
pub struct PersonSession {
    pub id: PersonId,
    pub session: String,
}

/// What is shown once at the start of the demo.
pub struct Welcome {
    /// The console's login; the password is only known when it was just made.
    pub account_id: AccountId,
    pub account: String,
    pub password: Option<SecretString>,
    pub people: Vec<DemoPerson>,
    pub courses: Vec<DemoCourse>,
}

/// Marks an empty database as the demo's; refuses one that holds anything else.
async fn claim(pool: &PgPool) -> anyhow::Result<()> {
    let kind = sqlx::query_scalar!("select kind from deployment").fetch_optional(pool).await?;
    match kind.as_deref() {
        Some("demo") => return Ok(()),
        Some(_) => bail!(
            "数据库中是真实数据，不能写入演示数据 · this database holds real data: demo data is refused"
        ),
        None => {}
    }
    let units = sqlx::query_scalar!(r#"select count(*) as "count!" from units"#).fetch_one(pool).await?;
    if units > 0 {
        bail!("数据库中已有数据，不能写入演示数据 · this database holds data already: demo data is refused");
    }
    let claimed = sqlx::query!("insert into deployment (kind) values ('demo') on conflict do nothing");
    if claimed.execute(pool).await?.rows_affected() == 0 {
        bail!(
            "数据库刚刚被启用，不能写入演示数据 · this database has just been taken into use: demo data is refused"
        );
    }
    Ok(())
}

/// Adds units, accounts, projects with courses open now whatever the hour, and three people with logins.
pub async fn welcome(pool: &PgPool, sealer: &Sealer, now: Timestamp) -> anyhow::Result<Welcome> {
    claim(pool).await?;
    let mut transaction = pool.begin().await?;
    // Two processes may fill the same database: one waits for the other and finds everything there.
    sqlx::query!("select pg_advisory_xact_lock(20251129)").execute(&mut *transaction).await?;
    let units = units::units(&mut transaction).await?;
    let (account_id, password) = programme::accounts(&mut transaction, &units).await?;
    let courses = programme::projects(&mut transaction, &units, day_of(now)).await?;
    reviews::reviews(&mut transaction, &units, day_of(now), now).await?;
    let people = people::leads(&mut transaction, sealer, &units).await?;
    transaction.commit().await?;
    Ok(Welcome { account_id, account: programme::ACCOUNT.to_owned(), password, people, courses })
}

/// The same, and adds `count` approved people, each logged in.
pub async fn fill(
    pool: &PgPool,
    sealer: &Sealer,
    now: Timestamp,
    count: usize,
    base_url: String,
    master_keys: Vec<String>,
) -> anyhow::Result<Demo> {
    let welcome = welcome(pool, sealer, now)
        .await
        .context("演示数据写入失败，请重试 · the demo's units and projects could not be made, try again")?;
    let people = people::crowd(pool, sealer, now, count)
        .await
        .context("演示人员写入失败，请重试 · the demo's people could not be made, try again")?;
    let [unit_admin, authority_admin] = [programme::ACCOUNT, programme::ACCOUNT_OF_AUTHORITY];
    Ok(Demo {
        base_url,
        unit_admin: people::admin_session(pool, unit_admin, now).await?,
        authority_admin: people::admin_session(pool, authority_admin, now).await?,
        courses: welcome.courses,
        people,
        master_keys,
    })
}
