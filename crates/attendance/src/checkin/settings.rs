//! What may be set about check-ins.

use serde::Deserialize;

use super::Slot;
use zaichang_platform::settings::{self, MayBe, Values, YES_OR_NO};

/// How often one may check in, when a scan counts, and how many may wait.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// A second scan within so many seconds is the same check-in. Divides 28,800, so that no slot crosses midnight in
    /// Asia/Shanghai.
    pub repeat_s: u32,
    /// Whether a scan counts that was made before the person's unit approved the registration, if it does so within the 24
    /// hours of the scan's pass. Such a record is marked. `false`: the scan is refused and not kept.
    pub approval_may_follow: bool,
    /// Check-ins that may wait in each of the two commit lanes; beyond that the answer is `busy`.
    pub commit_queue: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { repeat_s: 600, approval_may_follow: true, commit_queue: 8192 }
    }
}

impl settings::Settings for Settings {
    const MAY_BE: &'static [MayBe] = &[
        (
            "REPEAT_S",
            "应能整除 28800（八小时的秒数），否则时段会跨过零点，请写 600、1800 或 3600 等",
            "it must divide 28800, the seconds of eight hours, or a slot would cross midnight: write 600, 1800 or 3600, for \
             example",
        ),
        ("APPROVAL_MAY_FOLLOW", YES_OR_NO.0, YES_OR_NO.1),
        ("COMMIT_QUEUE", "请写 1 至 1000000 的整数", "write a whole number from 1 to 1000000"),
    ];

    fn check(&self, _: &Values) -> Result<(), &'static str> {
        if !Slot::fits_days(self.repeat_s) {
            return Err("repeat_s");
        }
        if !(1..=1_000_000).contains(&self.commit_queue) {
            return Err("commit_queue");
        }
        Ok(())
    }
}
