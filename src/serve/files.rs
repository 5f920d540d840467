//! How many files this process may hold open: each connection is one. It must not know what they are for.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the soft limit to the hard one, which is what the operator allows; a shell's own soft limit of 1,024 is only a
/// default. Gives the limit that holds now.
pub(super) fn raise() -> u64 {
    let before = getrlimit(Resource::Nofile);
    let all = Rlimit { current: before.maximum, maximum: before.maximum };
    if before.current == before.maximum {
        return or_unlimited(before.current);
    }
    match setrlimit(Resource::Nofile, all) {
        Ok(()) => {
            tracing::info!(
                from = or_unlimited(before.current),
                to = or_unlimited(all.current),
                "more files may be open"
            );
            or_unlimited(all.current)
        }
        Err(error) => {
            tracing::warn!(%error, limit = or_unlimited(before.current), "the limit of open files cannot be raised");
            or_unlimited(before.current)
        }
    }
}

fn or_unlimited(limit: Option<u64>) -> u64 {
    limit.unwrap_or(u64::MAX)
}
