//! The settings by themselves: readable, free of contradictions, and fit for people to use the service.
//! It must not connect to anything.

use axum_server::tls_rustls::RustlsConfig;

use super::finding::Finding;
use crate::config::{Error, Settings};
use zaichang_integrations::sms;

/// The settings cannot be read: nothing else can be examined.
pub(super) fn unreadable(error: &Error) -> Finding {
    Finding::wrong(
        "settings",
        "无法使用 refused",
        format!("设置有误，请先更正：{error}"),
        format!("The settings are refused; fix this first: {error}"),
    )
}

pub(super) async fn judge(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![Finding::fine("settings", "可读 readable")];
    findings.push(public_url(settings));
    findings.push(sms_provider(settings));
    findings.extend(settings.traces.as_deref().map(traces));
    if let (Some(certificate), Some(key)) = (&settings.tls_certificate, &settings.tls_key) {
        findings.push(match RustlsConfig::from_pem_file(certificate, key).await {
            Ok(_) => Finding::fine("tls", certificate.display().to_string()),
            Err(error) => Finding::wrong(
                "tls",
                error.to_string(),
                "证书或私钥无法读取或不相配：请检查 ZAICHANG_TLS_CERTIFICATE 与 ZAICHANG_TLS_KEY 两个 PEM 文件及其权限。",
                "Certificate and key cannot be read, or do not belong together: check the PEM files of \
                 ZAICHANG_TLS_CERTIFICATE and ZAICHANG_TLS_KEY and their permissions.",
            ),
        });
    }
    findings
}

/// Cookies are `Secure` only over https; a camera in a web page works only over https.
fn public_url(settings: &Settings) -> Finding {
    match &settings.public_url {
        Some(url) if url.starts_with("https://") => Finding::fine("public_url", url.as_str()),
        Some(url) => Finding::note(
            "public_url",
            url.as_str(),
            "公开地址不是 https：登录信息会以明文传输，网页也无法使用摄像头。正式使用请改为 https。",
            "The public address is not https: logins travel in clear text and a web page may not use the camera. \
             Use https for real.",
        ),
        None => Finding::note(
            "public_url",
            "未设置 not set",
            "未设置 ZAICHANG_PUBLIC_URL：二维码中的地址随监听地址而定，外网手机可能打不开。",
            "ZAICHANG_PUBLIC_URL is not set: the address in the code follows the listener, and phones elsewhere may not \
             reach it.",
        ),
    }
}

fn traces(collector: &str) -> Finding {
    const CHECK: &str = "traces";
    if cfg!(feature = "traces") {
        return Finding::fine(CHECK, collector);
    }
    Finding::wrong(
        CHECK,
        collector,
        "本程序未编入链路追踪，无法启动：请去掉 ZAICHANG_TRACES，或用 cargo build --features traces 重新构建。",
        "This program was built without traces and will not start: leave ZAICHANG_TRACES out, or build with \
         --features traces.",
    )
}

fn sms_provider(settings: &Settings) -> Finding {
    match settings.modules.of() {
        sms::Settings::Log => Finding::note(
            "sms",
            "log",
            "短信验证码只写入日志，不会真正发送：仅供开发。正式使用请设置 ZAICHANG_SMS__PROVIDER。",
            "SMS codes are written to the log and not sent: for development only. Set ZAICHANG_SMS__PROVIDER for real.",
        ),
        sms::Settings::Aliyun(_) => Finding::fine("sms", "aliyun"),
        sms::Settings::Tencent(_) => Finding::fine("sms", "tencent"),
    }
}
