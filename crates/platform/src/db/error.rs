//! What a database error means to a module: a named constraint that was broken, or storage that is away.

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
