//! What a process costs, read from /proc: its memory and its processor time. It must not know which process it is.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

/// What a process has cost at a moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Resident memory, in bytes.
    pub rss: u64,
    /// Processor time since its start, in milliseconds.
    pub cpu_ms: u64,
}

/// The cost of all these processes together. Memory that they share is counted for each.
pub fn cost(pids: &[u32]) -> anyhow::Result<Cost> {
    let mut sum = Cost::default();
    for pid in pids {
        let folder = Path::new("/proc").join(pid.to_string());
        let read = |file: &str| {
            fs::read_to_string(folder.join(file))
                .with_context(|| format!("process {pid} is not there any more"))
        };
        sum.rss += rss(&read("status")?).context("/proc tells no VmRSS")?;
        sum.cpu_ms += cpu_ms(&read("stat")?).context("/proc tells no processor time")?;
    }
    Ok(sum)
}

/// The processes whose parent this is.
pub fn children(pid: u32) -> Vec<u32> {
    let listed = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    listed.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}

fn rss(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// User and system time. The name in the second field may hold anything, so fields are counted behind its bracket.
fn cpu_ms(stat: &str) -> Option<u64> {
    /// Linux has reported 100 ticks a second to user space for twenty years, whatever its own clock.
    const TICK_MS: u64 = 10;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some((ticks()? + ticks()?) * TICK_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_and_time_are_read_as_the_kernel_writes_them() {
        assert_eq!(rss("Name:\tx\nVmRSS:\t   12 kB\nRssAnon:\t 4 kB\n"), Some(12 * 1024));
        assert_eq!(cpu_ms("7 (a) b) S 1 7 7 0 -1 0 5 0 0 0 120 30 0 0 20 0"), Some(1500));
        assert_eq!((rss(""), cpu_ms("7 (a")), (None, None));
    }

    #[test]
    fn this_process_costs_something() {
        let cost = cost(&[std::process::id()]).unwrap();
        assert!(cost.rss > 100_000, "{cost:?}");
    }
}
