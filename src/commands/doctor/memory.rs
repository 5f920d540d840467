//! Which Redis memory suits a memory of repeats: every key of ours expires, and any may be lost. Pure.

use super::finding::Finding;

const MIB: u64 = 1 << 20;

/// What is right: with a limit, whatever evicts. The `volatile-` policies take keys with an expiry, which all of ours
/// have, and spare what others keep in the same Redis; so they are the first choice. With `noeviction` a full Redis
/// refuses to remember, each refusal makes the node leave Redis alone for half a second, and every repeat goes to
/// Postgres just when most arrive. Without a limit Redis grows until the machine has no memory left.
pub(super) fn judge(limit_bytes: u64, policy: &str) -> Finding {
    const CHECK: &str = "redis_memory";
    let found = format!("maxmemory {} MiB, {policy}", limit_bytes / MIB);
    match (limit_bytes, policy) {
        (0, _) => Finding::note(
            CHECK,
            found,
            "没有内存上限：Redis 可能占满整台机器的内存。建议 maxmemory 256mb、maxmemory-policy volatile-ttl。",
            "There is no limit: Redis may take all of the machine's memory. Better set maxmemory 256mb and \
             maxmemory-policy volatile-ttl.",
        ),
        (_, "noeviction") => Finding::wrong(
            CHECK,
            found,
            "内存写满后会拒绝写入，重复签到将全部落到数据库。请设置 maxmemory-policy volatile-ttl（本服务的键都有过期时间，随时可被淘汰）。",
            "When it is full it refuses to remember, and every repeat falls on Postgres. Set maxmemory-policy volatile-ttl: \
             every key of ours expires and may be evicted at any moment.",
        ),
        _ => Finding::fine(CHECK, found),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn a_memory_that_evicts_is_right_and_one_that_refuses_is_wrong() {
        for policy in
            ["volatile-ttl", "volatile-lru", "volatile-lfu", "volatile-random", "allkeys-lru", "allkeys-lfu"]
        {
            assert_eq!(judge(256 * MIB, policy).level, Level::Ok, "{policy}");
        }
        assert_eq!(judge(256 * MIB, "noeviction").level, Level::Fix);
        assert_eq!(judge(0, "noeviction").level, Level::Note);
        assert_eq!(judge(0, "allkeys-lru").level, Level::Note);
    }
}
