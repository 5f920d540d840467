//! The refusals that a phone may meet when it logs in, and those of what this module stands on.

pub use crate::checkin::refusals::*;
pub use zaichang_integrations::wechat::refusals::*;
pub use zaichang_registry::wechat_account::refusals::*;

zaichang_platform::refusals! {
    PROOF_REQUIRED "proof_required" 428
        ["验证码尚未发送", "请重新打开本页面，再次获取验证码。"]
        ["The code has not been sent yet", "Please open this page again and ask for the code once more."]
    PHONE_NOT_REGISTERED "phone_not_registered" 403
        ["该手机号未注册", "请使用注册时的手机号登录；尚未注册或已更换手机号的，请联系所在单位管理员办理。"]
        ["This mobile number is not registered", "Please log in with your registered number. To register, or if your number has changed, ask your unit's administrator."]
    WECHAT_BIND_MISMATCH "wechat_bind_mismatch" 403 wrong_guess
        ["信息与注册信息不符，无法绑定", "请核对姓名、证件号码与注册的手机号；如已更换手机号，请联系所在单位管理员。"]
        ["This does not match a registration", "Please check name, ID number and registered phone, or ask your unit's administrator."]
    ASSERTION_INVALID "assertion_invalid" 403
        ["应用的登录凭证无效", "请返回应用，重新打开签到。"]
        ["The app's login is not valid", "Please go back to the app and open check-in again."]
    ASSERTION_EXPIRED "assertion_expired" 410
        ["应用的登录凭证已过期", "请返回应用，重新打开签到。"]
        ["The app's login has expired", "Please go back to the app and open check-in again."]
    ASSERTION_USED "assertion_used" 409
        ["应用的登录凭证已使用", "每个凭证只能使用一次，请返回应用，重新打开签到。"]
        ["The app's login has been used", "Each works once: please go back to the app and open check-in again."]
    PERSON_UNKNOWN "person_unknown" 403
        ["未查询到您的注册信息", "请核对应用中的姓名与证件号码，或联系所在单位管理员办理注册。"]
        ["You are not registered here", "Please check name and ID number in the app, or ask your unit's administrator."]
}
