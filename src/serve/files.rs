//! How many files this process may hold open: each connection is one. It must not know what they are for.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the soft limit to the hard one, which is what the operator allows; a shell's own soft limit of 1,024 is only a
/// default. Gives the limit that holds now.
pub(super) fn raise() -> u64 {
    let before = getrlimit(Resource::Nofile);
    let all = Rlimit { current: before.maximum, maximum: before.maximum };
    if before.current == before.maximum {
        return told(before.current);
    }
    match setrlimit(Resource::Nofile, all) {
        Ok(()) => {
            tracing::info!(from = told(before.current), to = told(all.current), "more files may be open");
            told(all.current)
        }
        Err(error) => {
            tracing::warn!(%error, limit = told(before.current), "the limit of open files cannot be raised");
            told(before.current)
        }
    }
}

fn told(limit: Option<u64>) -> u64 {
    limit.unwrap_or(u64::MAX)
}
