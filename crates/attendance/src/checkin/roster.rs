//! The roster: the small caches that admission asks, so that a warm check-in runs no query. Any change in Postgres removes
//! the entries that it touches, on every node.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::PgPool;

use super::{Error, sql};
use zaichang_core::ids::{CourseId, PersonId, ProjectId, ScreenNumber};
use zaichang_hosting::project::{self, Course};
use zaichang_platform::cache::{Cache, Hearing, Stale};
use zaichang_registry::people::{self, Passport, Standing};

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

/// Screens, courses and people, as last read from Postgres.
#[derive(Clone)]
pub struct Roster {
    screens: Cache<ScreenNumber, Arc<Screen>>,
    courses: Cache<CourseId, Arc<Course>>,
    people: Cache<PersonId, Standing>,
    passports: Cache<PersonId, Arc<Passport>>,
}

impl Roster {
    /// To be called inside a Tokio runtime.
    pub fn new(pool: &PgPool, hearing: &Hearing) -> Self {
        Self {
            screens: Cache::new(20_000, hearing, pool, |pool: PgPool, numbers: Vec<_>| async move {
                let screens = sql::screens(&pool, &numbers).await?.into_iter();
                Ok(screens.map(|screen| (screen.screen, Ok(screen))).collect())
            }),
            courses: Cache::new(20_000, hearing, pool, |pool: PgPool, ids: Vec<CourseId>| async move {
                let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
                let courses = project::courses(&pool, &ids).await?.into_iter();
                Ok(courses.map(|(id, course)| (id, course.map(Arc::new))).collect())
            }),
            people: Cache::new(200_000, hearing, pool, |pool: PgPool, ids: Vec<_>| async move {
                people::standings(&pool, &ids).await
            }),
            passports: Cache::new(50_000, hearing, pool, |pool: PgPool, ids: Vec<_>| async move {
                let passports = people::passports(&pool, &ids).await?.into_iter();
                Ok(passports.map(|passport| (passport.id, Ok(Arc::new(passport)))).collect())
            }),
        }
    }

    pub async fn screen(&self, screen: ScreenNumber) -> Result<Option<Arc<Screen>>, Error> {
        Ok(self.screens.get(&screen).await?)
    }

    pub async fn course(&self, course: CourseId) -> Result<Option<Arc<Course>>, Error> {
        Ok(self.courses.get(&course).await?)
    }

    pub async fn standing(&self, person: PersonId) -> Result<Option<Standing>, Error> {
        Ok(self.people.get(&person).await?)
    }

    /// The person as they see themselves.
    pub async fn passport(&self, person: PersonId) -> Result<Option<Arc<Passport>>, Error> {
        Ok(self.passports.get(&person).await?)
    }

    /// A screen and its course as last read from Postgres, for when it does not answer.
    pub fn stale_place(&self, screen: ScreenNumber) -> Option<Stale<(Arc<Screen>, Arc<Course>)>> {
        self.screens.stale(&screen)?.and_then(|screen| {
            let course = self.courses.stale(&screen.course)?;
            Some(course.map(|course| (screen, course)))
        })
    }

    /// How many entries each cache holds, by name.
    pub fn entries(&self) -> [(&'static str, usize); 4] {
        [
            ("screens", self.screens.entries()),
            ("courses", self.courses.entries()),
            ("people", self.people.entries()),
            ("passports", self.passports.entries()),
        ]
    }

    /// A screen was opened or closed somewhere.
    pub fn screen_changed(&self, screen: ScreenNumber) {
        self.screens.forget(&screen);
    }

    /// A course's settings were changed somewhere.
    pub fn course_changed(&self, course: CourseId) {
        self.courses.forget(&course);
    }

    /// A project's state or period was changed somewhere: only its courses are read again.
    pub fn project_changed(&self, project: ProjectId) {
        self.courses.forget_where(|course| course.project.id == project);
    }

    /// A person was approved, cancelled or renamed somewhere.
    pub fn person_changed(&self, person: PersonId) {
        self.people.forget(&person);
        self.passports.forget(&person);
    }

    /// What changed is not known: forget everything.
    pub fn forget_all(&self) {
        self.screens.forget_all();
        self.courses.forget_all();
        self.people.forget_all();
        self.passports.forget_all();
    }
}
