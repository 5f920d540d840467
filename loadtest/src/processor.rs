//! What a process takes of the machine: processor time and resident memory, as Linux counts them. On a shared machine
//! processor time per answer says more than answers per second. It must not know what the process does.

use std::fs;

use anyhow::Context as _;

/// Processor time of a process so far, in microseconds, that of its children not included.
pub fn spent_us(pid: u32) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).context("that process has ended")?;
    let ticks = ticks(&stat).context("the process's times are not where Linux writes them")?;
    #[expect(clippy::cast_precision_loss, reason = "a process runs for minutes")]
    let seconds = ticks as f64 / rustix::param::clock_ticks_per_second() as f64;
    Ok(seconds * 1e6)
}

/// User and system time: the 14th and 15th field, counted behind the name, which may hold blanks.
fn ticks(stat: &str) -> Option<u64> {
    let (_, behind) = stat.rsplit_once(')')?;
    let mut fields = behind.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

/// The resident memory of a process, in MB (10⁶ bytes).
#[expect(clippy::cast_precision_loss, reason = "kilobytes of a process")]
pub fn resident_mb(pid: u32) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).context("that process has ended")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kb: u64 =
        line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok()).context("no VmRSS")?;
    Ok(kb as f64 * 1024.0 / 1e6)
}

/// Processor time from a beginning on: this program's, and the server's if its process is known.
pub struct Effort {
    server: Option<u32>,
    generator_us: f64,
    server_us: f64,
}

/// Microseconds of processor time for each answer.
#[derive(Clone, Copy, Debug)]
pub struct PerAnswer {
    pub generator_us: f64,
    pub server_us: Option<f64>,
}

impl Effort {
    /// Begins now.
    pub fn begin(server: Option<u32>) -> Self {
        let spent = |pid| spent_us(pid).unwrap_or(0.0);
        Self { server, generator_us: spent(std::process::id()), server_us: server.map_or(0.0, spent) }
    }

    /// What so many answers have taken.
    #[expect(clippy::cast_precision_loss, reason = "answers of one run")]
    pub fn per_answer(&self, answers: u64) -> PerAnswer {
        let now = Self::begin(self.server);
        let answers = answers.max(1) as f64;
        PerAnswer {
            generator_us: (now.generator_us - self.generator_us) / answers,
            server_us: self.server.map(|_| (now.server_us - self.server_us) / answers),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_are_found_behind_a_name_with_blanks_and_brackets() {
        let stat = "12 (a ) b) S 1 2 3 4 5 6 7 8 9 10 700 50 0 0 20 0";
        assert_eq!(ticks(stat), Some(750));
        assert_eq!(ticks("12 (a) S 1"), None);
    }

    #[test]
    fn a_process_has_spent_time_and_has_memory() {
        let mut sum = 0_u64;
        let effort = Effort::begin(Some(std::process::id()));
        while effort.per_answer(1).generator_us <= 0.0 {
            sum = (0..1_000_000).fold(sum, |sum, n| sum.rotate_left(3) ^ n);
        }
        assert!(effort.per_answer(1).server_us > Some(0.0), "{sum}");
        assert!(resident_mb(std::process::id()).unwrap() > 1.0);
        assert!(spent_us(u32::MAX).is_err());
    }
}
