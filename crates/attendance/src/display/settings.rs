//! What may be set about screens.

use serde::Deserialize;

use super::CodeUrl;
use zaichang_platform::settings::{self, MayBe};

/// How the address stands in the QR.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `upper` (default) or `as-written`: how the address stands in the QR.
    pub code_url: CodeUrl,
}

impl settings::Settings for Settings {
    const MAY_BE: &'static [MayBe] = &[("CODE_URL", "请写 upper 或 as-written", "write upper or as-written")];
}
