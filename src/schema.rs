//! The schema, embedded in the program: what every module's tables come to (migrations/README.md).

use sqlx::migrate::Migrator;

pub static MIGRATIONS: Migrator = sqlx::migrate!();
