//! A course as the address names it: what `Within<Course>` proves to lie under an admin's unit.

use serde::Deserialize;
use sqlx::PgPool;

use super::{Course, Error, sql};
use zaichang_core::ids::{CourseId, UnitId};
use zaichang_platform::authority::{Addressed, OfUnit};
use zaichang_platform::http::Problem;

#[derive(Deserialize)]
pub struct CoursePath {
    id: i64,
}

impl OfUnit for Course {
    fn unit(&self) -> UnitId {
        self.project.unit
    }
}

impl Addressed for Course {
    type Path = CoursePath;

    async fn find(pool: &PgPool, path: CoursePath) -> Result<Option<Self>, Problem> {
        Ok(sql::course(pool, CourseId(path.id)).await.map_err(Error::from)?)
    }
}
