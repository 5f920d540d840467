//! A whole nation's demo data, for measuring lists, searches and plans at the size of the real thing: 50,000 units, 3.66
//! million people, 100,000 projects and 20 million check-ins. Written in bulk, statement by statement, and marked as demo
//! data like the rest. It must not know how anything of it is read.

mod check_ins;
mod projects;
mod units;

use std::time::Instant;

use anyhow::bail;
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{Connection as _, PgConnection, PgPool, query_scalar};

use super::people;
use zaichang_core::clock::day_of;
use zaichang_core::seal::Sealer;

/// How much there is of everything.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    pub provinces: i32,
    pub cities_of_a_province: i32,
    pub counties_of_a_city: i32,
    /// Hospitals, clinics and centres below the counties.
    pub units: i32,
    pub people: usize,
    pub projects: i32,
    /// About so many check-ins, on the days before today.
    pub check_ins: i64,
}

impl Scale {
    /// The figures of the running platforms together.
    pub const NATION: Self = Self {
        provinces: 16,
        cities_of_a_province: 21,
        counties_of_a_city: 8,
        units: 50_000,
        people: 3_660_000,
        projects: 100_000,
        check_ins: 20_000_000,
    };
    /// The same shape for tests.
    pub const HAMLET: Self = Self {
        provinces: 2,
        cities_of_a_province: 2,
        counties_of_a_city: 2,
        units: 16,
        people: 400,
        projects: 24,
        check_ins: 2000,
    };
}

/// Rows that were written, by table, in the order of writing.
pub type Written = Vec<(&'static str, u64)>;

/// Fills a database that holds nothing but what [`super::welcome`] has written. `told` is called for each table when it is done.
pub async fn fill(
    pool: &PgPool,
    sealer: &Sealer,
    now: Timestamp,
    scale: Scale,
    told: impl Fn(&'static str, u64, std::time::Duration),
) -> anyhow::Result<Written> {
    super::welcome(pool, sealer, now).await?;
    // A connection of its own: each of these statements takes longer than a request may.
    let mut connection = PgConnection::connect_with(&pool.connect_options()).await?;
    for setting in [
        "set statement_timeout = 0",
        "set lock_timeout = 0",
        "set synchronous_commit = off",
        // A plan made while a table was empty reads all of it once it is full: the trigger's, for each ten thousand people.
        "set plan_cache_mode = force_custom_plan",
    ] {
        sqlx::query(setting).execute(&mut connection).await?;
    }
    let filled = query_scalar!(r#"select exists (select from units where name = '演示第1省') as "filled!""#);
    if filled.fetch_one(&mut connection).await? {
        bail!("数据库中已有全国规模的演示数据 · this database holds the demo data of a nation already");
    }
    let mut nation =
        Nation { connection, today: day_of(now), scale, began: Instant::now(), written: Vec::new(), told };
    nation.fill(sealer).await?;
    Ok(nation.written)
}

struct Nation<T> {
    connection: PgConnection,
    today: Date,
    scale: Scale,
    began: Instant,
    written: Written,
    told: T,
}

impl<T: Fn(&'static str, u64, std::time::Duration)> Nation<T> {
    async fn fill(&mut self, sealer: &Sealer) -> anyhow::Result<()> {
        let (today, scale) = (self.today, self.scale);
        let units = units::fill(&mut self.connection, scale).await?;
        self.wrote("units", units);
        let accounts = units::accounts(&mut self.connection).await?;
        self.wrote("accounts", accounts);
        let people = people::nation(&mut self.connection, sealer, scale.people).await?;
        self.wrote("people", people);
        let projects = projects::fill(&mut self.connection, scale.projects, today).await?;
        self.wrote("projects", projects);
        let courses = projects::courses(&mut self.connection).await?;
        self.wrote("courses", courses);
        for (table, rows) in check_ins::fill(&mut self.connection, scale.check_ins, today).await? {
            self.wrote(table, rows);
        }
        // The planner's statistics: what a database of this size has had time to gather.
        sqlx::query("vacuum (analyze)").execute(&mut self.connection).await?;
        self.wrote("vacuum", 0);
        Ok(())
    }

    fn wrote(&mut self, table: &'static str, rows: u64) {
        (self.told)(table, rows, self.began.elapsed());
        self.written.push((table, rows));
    }
}
