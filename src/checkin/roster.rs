//! The roster: the small caches that admission asks, so that a warm check-in runs no query. A change in Postgres,
//! whoever made it, empties what it touched on every node.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use moka::future::Cache;
use sqlx::PgPool;

use super::{Error, sql};
use crate::db;
use crate::ids::{CourseId, PersonId, ScreenNumber};
use crate::people::{self, Passport, Standing};
use crate::project::{self, Course};

/// A screen as admission and the display need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    pub screen: ScreenNumber,
    pub course: CourseId,
    /// The day in Asia/Shanghai for which it was opened.
    pub day: Date,
    /// Where in the venue it stands: 主会场.
    pub place: String,
    pub closed_at: Option<Timestamp>,
}

/// A backstop only: changes are told. Long, so that what is known outlives an outage of Postgres.
const LIFE: Duration = Duration::from_mins(30);

/// Screens, courses and people, as Postgres last told them.
#[derive(Clone)]
pub struct Roster {
    pool: PgPool,
    screens: Cache<ScreenNumber, Option<Arc<Screen>>>,
    courses: Cache<CourseId, Option<Arc<Course>>>,
    people: Cache<PersonId, Option<Standing>>,
    passports: Cache<PersonId, Option<Arc<Passport>>>,
}

impl Roster {
    pub fn new(pool: PgPool) -> Self {
        Self {
            pool,
            screens: Cache::builder().max_capacity(20_000).time_to_live(LIFE).build(),
            courses: Cache::builder().max_capacity(20_000).time_to_live(LIFE).build(),
            people: Cache::builder().max_capacity(200_000).time_to_live(LIFE).build(),
            passports: Cache::builder().max_capacity(50_000).time_to_live(LIFE).build(),
        }
    }

    pub async fn screen(&self, screen: ScreenNumber) -> Result<Option<Arc<Screen>>, Error> {
        let load = async { db::patient(sql::screen(&self.pool, screen)).await.map(|row| row.map(Arc::new)) };
        self.screens.try_get_with(screen, load).await.map_err(shared)
    }

    pub async fn course(&self, course: CourseId) -> Result<Option<Arc<Course>>, Error> {
        let load =
            async { db::patient(project::course(&self.pool, course)).await.map(|row| row.map(Arc::new)) };
        self.courses.try_get_with(course, load).await.map_err(shared)
    }

    pub async fn standing(&self, person: PersonId) -> Result<Option<Standing>, Error> {
        self.people
            .try_get_with(person, db::patient(people::standing(&self.pool, person)))
            .await
            .map_err(shared)
    }

    /// The person as they see themselves.
    pub async fn passport(&self, person: PersonId) -> Result<Option<Arc<Passport>>, Error> {
        let load =
            async { db::patient(people::passport(&self.pool, person)).await.map(|row| row.map(Arc::new)) };
        self.passports.try_get_with(person, load).await.map_err(shared)
    }

    /// A screen was opened or closed somewhere.
    pub async fn screen_changed(&self, screen: ScreenNumber) {
        self.screens.invalidate(&screen).await;
    }

    /// A course's settings were changed somewhere.
    pub async fn course_changed(&self, course: CourseId) {
        self.courses.invalidate(&course).await;
    }

    /// A project's state or period was changed somewhere: its courses are few, and this is rare.
    pub fn project_changed(&self) {
        self.courses.invalidate_all();
    }

    /// A person was approved, cancelled or renamed somewhere.
    pub async fn person_changed(&self, person: PersonId) {
        self.people.invalidate(&person).await;
        self.passports.invalidate(&person).await;
    }

    /// What changed is not known: forget everything.
    pub fn forget_all(&self) {
        self.screens.invalidate_all();
        self.courses.invalidate_all();
        self.people.invalidate_all();
        self.passports.invalidate_all();
    }
}

/// The cache shares one failed load between all who waited for it.
fn shared(error: Arc<sqlx::Error>) -> Error {
    Arc::try_unwrap(error).unwrap_or(sqlx::Error::PoolTimedOut).into()
}
