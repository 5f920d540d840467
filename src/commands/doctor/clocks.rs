//! How far another machine's clock is from ours. Codes are judged by each node's own clock, and a step at most 250 ms in
//! the future is accepted: nodes further apart refuse each other's codes. Time zones do not matter.

use jiff::Timestamp;

use super::finding::Finding;
use zaichang_core::clock::Clock;

/// What the nodes may be apart, milliseconds: `code::step::EARLY_MS`.
const TOLERANCE_MS: f64 = 250.0;
/// Two nodes that are each so far from the same store are within the tolerance.
const HALF_MS: f64 = TOLERANCE_MS / 2.0;
const SAMPLES: usize = 5;

/// A reading of the other clock between two of ours, in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Sample {
    /// The other clock less the middle of ours.
    apart: f64,
    /// Half the time that the asking took: the truth lies so far around.
    unsure: f64,
}

/// Asks the other clock a few times and judges by the quickest answer. `ask` gives Unix seconds.
pub(super) async fn judge<E>(
    check: &'static str,
    mut ask: impl AsyncFnMut() -> Result<f64, E>,
) -> Result<Finding, E> {
    let mut best: Option<Sample> = None;
    for _ in 0..SAMPLES {
        let before = ms(Clock::System.now());
        let theirs = ask().await? * 1000.0;
        let after = ms(Clock::System.now());
        let sample = Sample { apart: theirs - f64::midpoint(before, after), unsure: (after - before) / 2.0 };
        best = best.filter(|best| best.unsure <= sample.unsure).or(Some(sample));
    }
    Ok(verdict(check, best.expect("there is more than one sample")))
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 need 41 bits of 52")]
fn ms(at: Timestamp) -> f64 {
    at.as_millisecond() as f64
}

fn verdict(check: &'static str, sample: Sample) -> Finding {
    let surely = (sample.apart.abs() - sample.unsure).max(0.0);
    let found = format!("{:+.0} ms (± {:.0})", sample.apart, sample.unsure);
    let zh = "本机时钟与其不一致：请在两台机器上启用 chrony 或 systemd-timesyncd。各节点相差超过 250 毫秒时会互相拒绝对方的签到码。";
    let en = "This machine's clock disagrees with it: run chrony or systemd-timesyncd on both. Nodes that are more than \
              250 ms apart refuse each other's codes.";
    if surely >= TOLERANCE_MS {
        Finding::wrong(check, found, zh, en)
    } else if surely >= HALF_MS {
        Finding::note(check, found, zh, en)
    } else {
        Finding::fine(check, found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn a_clock_is_wrong_when_it_is_surely_beyond_the_tolerance() {
        let level = |(apart, unsure)| verdict("clock", Sample { apart, unsure }).level;
        let samples =
            [(0.0, 1.0), (-124.0, 0.0), (-126.0, 0.0), (250.0, 0.0), (-300_000.0, 5.0), (300.0, 400.0)];
        let levels = [Level::Ok, Level::Ok, Level::Note, Level::Fix, Level::Fix, Level::Ok];
        assert_eq!(samples.map(level), levels);
    }

    #[tokio::test]
    async fn the_other_clock_is_asked_and_a_failure_is_handed_on() {
        let five_minutes_ahead = async || Ok::<_, ()>(ms(Clock::System.now()) / 1000.0 + 300.0);
        assert_eq!(judge("clock", five_minutes_ahead).await.unwrap().level, Level::Fix);
        assert_eq!(judge("clock", async || Err::<f64, _>("gone")).await.unwrap_err(), "gone");
    }
}
