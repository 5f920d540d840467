//! The refusals that those who log in may meet, and those of what this module stands on.

pub use crate::http::refusals::*;

crate::refusals! {
    LOGIN_REQUIRED "login_required" 401
        ["请先登录", "请登录后继续，扫码结果会为您保留。"]
        ["Please log in", "Log in to go on; your scan is kept."]
    LOGIN_FAILED "login_failed" 401 wrong_guess
        ["账号或密码不正确", "请核对后重新输入。"]
        ["Account or password is not correct", "Please check them and try again."]
    SMS_CODE_WRONG "sms_code_wrong" 401 wrong_guess
        ["验证码不正确或已过期", "请核对短信中的 6 位数字，或重新获取验证码。"]
        ["The code is wrong or has expired", "Please check the 6 digits, or ask for a new code."]
    SMS_LIMIT_REACHED "sms_limit_reached" 429
        ["该手机号今日的验证码已达上限", "请扫描会场屏幕后再登录，或改用账号密码登录；在会场也可请会务人员协助签到。"]
        ["This number has been sent all its codes of today", "Please scan the hall's screen and log in then, or use your password; in the hall, the staff can check you in."]
}
