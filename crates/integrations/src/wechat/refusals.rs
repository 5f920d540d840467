//! The refusals that WeChat may cause, and those of what this module stands on.

pub use zaichang_platform::http::refusals::*;

zaichang_platform::refusals! {
    WECHAT_NOT_CONFIGURED "wechat_not_configured" 409
        ["未配置微信登录", "请使用手机验证码登录；如需微信登录，请由系统管理员配置。"]
        ["WeChat is not configured here", "Please log in by SMS code, or have an administrator configure WeChat."]
    WECHAT_UNAVAILABLE "wechat_unavailable" 503
        ["微信服务暂不可用", "请稍候再试，或使用手机验证码登录。已登录人员签到不受影响。"]
        ["WeChat is not available for a moment", "Please try again, or log in by SMS code. Check-ins go on."]
    WECHAT_CODE_INVALID "wechat_code_invalid" 410 wrong_guess
        ["微信授权已失效", "请返回后重新进入页面，再试一次。"]
        ["WeChat's authorisation is used up or too old", "Please open the page again and try once more."]
    WECHAT_BLOCKED "wechat_blocked" 403
        ["微信已限制此账号的登录", "请使用手机验证码登录。"]
        ["WeChat has restricted this account", "Please log in by SMS code."]
    WECHAT_SNAPSHOT "wechat_snapshot" 409
        ["当前为微信快照页，无法登录", "请点击页面下方的“使用完整服务”，再试一次。"]
        ["This page is WeChat's snapshot, which has no login", "Please choose the full service below and try again."]
}
