//! What may be set about presence.

use std::path::PathBuf;

use anyhow::Context as _;
use serde::Deserialize;

use super::Rules;
use zaichang_platform::settings::{self, MayBe, YES_OR_NO};

/// By which rules evidence is weighed, and what is collected.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The rules that weigh evidence of presence: a JSON file like crates/attendance/src/presence/rules.json. Absent: built in.
    #[serde(rename = "presence_rules")]
    pub rules: Option<PathBuf>,
    /// Whether phones may be asked how far from the hall they are, in courses whose organiser has said where it is. Off unless
    /// the law and the people's consent allow it.
    #[serde(rename = "presence_distances")]
    pub distances: bool,
}

impl settings::Settings for Settings {
    const MAY_BE: &'static [MayBe] = &[
        (
            "PRESENCE_RULES",
            "应为评分规则文件（JSON）的路径，请检查路径与内容",
            "it is the path of a file with rules (JSON): check the path and what is in it",
        ),
        ("PRESENCE_DISTANCES", YES_OR_NO.0, YES_OR_NO.1),
    ];
}

impl Settings {
    /// The rules by which evidence is weighed.
    pub(super) fn read_rules(&self) -> anyhow::Result<Rules> {
        let Some(path) = &self.rules else { return Ok(Rules::default()) };
        let wrong = || settings::wrong::<Self>("PRESENCE_RULES");
        let json = std::fs::read_to_string(path).map_err(|_| wrong())?;
        Rules::read(&json).with_context(wrong)
    }
}
