//! How long a limited caller has to wait, as a sentence: waits grow to a quarter of an hour, and users asked to wait a moment
//! would retry in vain. It must not know what was limited.

use super::language::Language;

/// Shorter waits are a moment.
const MOMENT_MS: u64 = 5000;
const MINUTE_S: u64 = 60;

/// When to try again, where that is worth saying: in seconds below two minutes, else in minutes, rounded up.
pub(super) fn try_again_in(wait_ms: u64, language: Language) -> Option<String> {
    if wait_ms < MOMENT_MS {
        return None;
    }
    let seconds = wait_ms.div_ceil(1000);
    let (amount, chinese, english) = if seconds < 2 * MINUTE_S {
        (seconds, "秒", "seconds")
    } else {
        (seconds.div_ceil(MINUTE_S), "分钟", "minutes")
    };
    Some(match language {
        Language::Chinese => format!("请在 {amount} {chinese}后再试。"),
        Language::English => format!("Please try again in {amount} {english}."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_the_unit_that_people_count_in_and_never_too_short() {
        for (wait_ms, chinese, english) in [
            (0, None, None),
            (4999, None, None),
            (5000, Some("请在 5 秒后再试。"), Some("Please try again in 5 seconds.")),
            (31_001, Some("请在 32 秒后再试。"), Some("Please try again in 32 seconds.")),
            (120_000, Some("请在 2 分钟后再试。"), Some("Please try again in 2 minutes.")),
            (841_000, Some("请在 15 分钟后再试。"), Some("Please try again in 15 minutes.")),
        ] {
            assert_eq!(try_again_in(wait_ms, Language::Chinese).as_deref(), chinese, "{wait_ms}");
            assert_eq!(try_again_in(wait_ms, Language::English).as_deref(), english, "{wait_ms}");
        }
    }
}
