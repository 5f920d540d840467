//! The refusals that those who check the deployment may meet, and those of what this module stands on.

pub use zaichang_platform::http::refusals::*;

zaichang_platform::refusals! {
    SMS_CHECKS_USED_UP "sms_checks_used_up" 429
        ["今日的测试短信已发完", "同一手机号每天最多发送 5 条测试短信，请明日再试；短信是否送达，可在服务商的网站查询。"]
        ["This number has had all its test messages of today", "It is sent 5 a day at most: try again tomorrow. Whether they arrived is told by the provider's console."]
    FINGERPRINT_OTHER "fingerprint_other" 409
        ["主密钥已更换", "请刷新页面，重新备份主密钥后再确认。"]
        ["The master key is another one now", "Reload the page, back the master keys up again and confirm then."]
    ACCOUNT_WITHOUT_PHONE "account_without_phone" 409
        ["该账号没有手机号", "请使用已有手机号的管理员账号检查短信。"]
        ["This account has no phone", "Check text messages with the account of an admin who has a phone."]
}
