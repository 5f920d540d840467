//! ClamAV: whether the scanner that is set answers.

use super::PATIENCE;
use super::finding::Finding;
use crate::config::Settings;
use zaichang_integrations::clamav::Clamav;

pub(super) async fn examine(settings: &Settings) -> Finding {
    const CHECK: &str = "clamav";
    let Some(clamav) = Clamav::of(settings.modules.of()) else {
        return Finding::note(
            CHECK,
            "未设置 not set",
            "未设置 ZAICHANG_CLAMAV_ADDRESS：用户上传的文件不做病毒扫描，只检查格式与大小。",
            "ZAICHANG_CLAMAV_ADDRESS is not set: files that users send are not scanned for malware, only their form and size are \
             checked.",
        );
    };
    let answered = tokio::time::timeout(PATIENCE, clamav.answers()).await;
    match answered {
        Ok(Ok(())) => Finding::fine(CHECK, "有应答 answers"),
        Ok(Err(error)) => silent(error.to_string()),
        Err(_) => silent("无应答 no answer".to_owned()),
    }
}

fn silent(found: String) -> Finding {
    Finding::wrong(
        "clamav",
        found,
        "病毒扫描服务无法使用，上传的文件会一直等待：请检查 clamd 是否运行、ZAICHANG_CLAMAV_ADDRESS 与网络，或去掉该设置。签到不受影响。",
        "The malware scanner cannot be used, and files that are sent wait for it: see that clamd runs, check ZAICHANG_CLAMAV_ADDRESS \
         and the network, or leave the setting out. Check-ins work.",
    )
}
