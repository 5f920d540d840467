//! What a database error means to a module: a named constraint that was broken, a statement that took too long, rows that
//! others had at the same moment, or storage that is away.

use crate::http::{Problem, refusals};

/// Speaks a constraint's name.
pub trait Constraint {
    /// Whether this error is the breach of the constraint with this name.
    fn breaks(&self, constraint: &str) -> bool;
}

impl Constraint for sqlx::Error {
    fn breaks(&self, constraint: &str) -> bool {
        self.as_database_error().and_then(|error| error.constraint()) == Some(constraint)
    }
}

/// Whether the error says that Postgres cannot be used now, so that the same request may succeed later.
/// What was sent may or may not have been committed: only a retry can find out.
pub fn is_away(error: &sqlx::Error) -> bool {
    match error {
        // The last two are what a socket that ends in the middle of an answer looks like.
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_)
        | sqlx::Error::Tls(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            // 08 connection, 53 resources (disk full, too many connections), 57 operator (shutdown, cancelled),
            // 58 system, 25006 read-only (a standby), 40 rolled back, 55P03 lock not available
            ["08", "53", "57", "58", "40"].iter().any(|class| code.starts_with(class))
                || code == "25006"
                || code == "55P03"
        }),
        _ => false,
    }
}

/// Whether the statement was stopped because it took too long (`db::pool` says how long): the same once more would too.
pub fn is_too_slow(error: &sqlx::Error) -> bool {
    is_coded(error, &["57014"])
}

/// What an error that `is_away` is answered with: storage is fine where somebody else has the same rows at the same moment, in
/// another order (a deadlock), or for too long.
pub fn away(error: &sqlx::Error) -> Problem {
    let collides = is_coded(error, &["40P01", "40001", "55P03"]);
    let refusal = if collides { refusals::BUSY } else { refusals::STORAGE_UNAVAILABLE };
    Problem::from(refusal).retry_after_ms(1000)
}

/// Whether Postgres answered with one of these codes.
pub fn is_coded(error: &sqlx::Error, codes: &[&str]) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| codes.contains(&&*code))
}
