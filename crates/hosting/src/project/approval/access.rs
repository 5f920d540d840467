//! A project as the address names it: what `Within<Application>` proves to lie under an admin's unit.

use serde::Deserialize;
use sqlx::PgPool;

use super::{Application, Error, application};
use zaichang_core::ids::UnitId;
use zaichang_platform::authority::{Addressed, OfUnit};
use zaichang_platform::http::Problem;

#[derive(Deserialize)]
pub struct ProjectPath {
    id: i64,
}

impl OfUnit for Application {
    fn unit(&self) -> UnitId {
        self.unit
    }
}

impl Addressed for Application {
    type Path = ProjectPath;

    async fn find(pool: &PgPool, path: ProjectPath) -> Result<Option<Self>, Problem> {
        let mut connection = pool.acquire().await.map_err(Error::from)?;
        Ok(application::read(&mut connection, &[path.id]).await.map_err(Error::from)?.pop())
    }
}
