//! WeChat: whether it is configured, and whether an access token can be had with each account's id and secret.
//! The token itself is asked for in the ordinary way: the nodes' own stays what it is.

use super::finding::Finding;
use crate::config::Settings;
use zaichang_core::clock::Clock;
use zaichang_integrations::wechat::{Actor, App, Error, Wechat};

pub(super) async fn examine(settings: &Settings) -> Vec<Finding> {
    const CHECK: &str = "wechat";
    let wechat = match Wechat::new(settings.modules.of(), None, &Clock::System) {
        Ok(wechat) => wechat,
        Err(error) => {
            return vec![Finding::wrong(
                CHECK,
                error.to_string(),
                "微信客户端无法启动：请检查本机的根证书。",
                "The WeChat client cannot start: check this machine's root certificates.",
            )];
        }
    };
    let mut findings = Vec::new();
    for (app, check) in
        [(App::MiniProgram, "wechat_mini_program"), (App::OfficialAccount, "wechat_official_account")]
    {
        if let Ok(app_id) = wechat.app_id(app) {
            findings.push(match wechat.token_can_be_had(app).await {
                Ok(()) => Finding::fine(check, app_id),
                Err(error) => refused(check, error),
            });
        }
    }
    if findings.is_empty() {
        findings.push(Finding::note(
            CHECK,
            "未设置 not set",
            "未设置 ZAICHANG_WECHAT__APP_ID 与 ZAICHANG_WECHAT__OFFICIAL_APP_ID：不提供微信登录、消息与页面签名，签到不受影响。",
            "Neither ZAICHANG_WECHAT__APP_ID nor ZAICHANG_WECHAT__OFFICIAL_APP_ID is set: no login by WeChat, no messages, no \
             signed pages. Check-ins work.",
        ));
    }
    findings
}

fn refused(check: &'static str, error: Error) -> Finding {
    let (zh, en) = match error {
        Error::Refused(code) if code.reason().actor() == Actor::Operator => (
            "微信拒绝了 AppID、密钥或本机地址：请核对设置，并把本机出口地址加入微信后台的 IP 白名单；错误码见 docs/operating/wechat.md。",
            "WeChat refuses the AppID, the secret or this machine's address: check the settings, and add the address that this \
             machine goes out by to the account's IP list (IP 白名单); docs/operating/wechat.en.md explains the code.",
        ),
        Error::Refused(_) => (
            "微信暂未给出凭证：请稍候再试；错误码见 docs/operating/wechat.md。",
            "WeChat gives no token for now: try again; docs/operating/wechat.en.md explains the code.",
        ),
        _ => (
            "无法连接微信：请检查本机到 ZAICHANG_WECHAT__ENDPOINT（默认 https://api.weixin.qq.com）的网络与代理。签到不受影响。",
            "WeChat cannot be reached: check network and proxy from here to ZAICHANG_WECHAT__ENDPOINT (https://api.weixin.qq.com \
             unless set). Check-ins work.",
        ),
    };
    Finding::wrong(check, error.to_string(), zh, en)
}
