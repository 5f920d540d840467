//! What the commits use of the world outside: connections, tasks and time. Named in one place, so that the model of the
//! commits (`model.rs`) runs the same source on a store and a scheduler of its own. It knows no rule.

pub(super) use sqlx::{Connection, PgConnection, PgPool};
/// A connection of the pool, as long as it is kept.
pub(super) type Acquired = sqlx::pool::PoolConnection<sqlx::Postgres>;
pub(super) use tokio::spawn;
pub(super) use tokio::task::JoinSet;
pub(super) use tokio::time::timeout;
