//! Names that are no setting's: `serve` refuses to start with one. Values are never looked at.

use std::path::Path;

use super::finding::Finding;
use crate::config::{Stray, strays};

const CHECK: &str = "settings_names";

/// A finding for each name in the environment or the settings file that is no setting's; one fine finding if there is
/// none.
pub(super) fn unknown(file: Option<&Path>) -> Vec<Finding> {
    let findings: Vec<_> = strays(file).iter().map(finding).collect();
    if findings.is_empty() { vec![Finding::fine(CHECK, "均为已知 all known")] } else { findings }
}

fn finding(Stray { name, nearest }: &Stray) -> Finding {
    Finding::wrong(
        CHECK,
        name.as_str(),
        format!("没有名为 {name} 的设置项，服务将拒绝启动。是否应为 {nearest}？"),
        format!("There is no setting {name}, and the service refuses to start with it. Is {nearest} meant?"),
    )
}
