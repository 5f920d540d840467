//! What may be set about face checks.

use serde::Deserialize;

use super::Provider;
use zaichang_integrations::wechat;
use zaichang_platform::settings::{self, MayBe, Values};

/// Who compares faces.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Who compares faces where a course asks for it: `none` (default) or `wechat`, in the mini-program.
    #[serde(rename = "face_provider")]
    pub provider: Provider,
}

impl settings::Settings for Settings {
    const MAY_BE: &'static [MayBe] = &[(
        "FACE_PROVIDER",
        "请写 none 或 wechat；wechat 须先填写小程序的 WECHAT__APP_ID 与 WECHAT__APP_SECRET",
        "write none or wechat; wechat needs the mini-program's WECHAT__APP_ID and WECHAT__APP_SECRET",
    )];

    fn check(&self, all: &Values) -> Result<(), &'static str> {
        let needs_wechat = self.provider == Provider::Wechat;
        if needs_wechat && all.of::<wechat::Settings>().app_id.is_none() {
            Err("face_provider")
        } else {
            Ok(())
        }
    }
}
